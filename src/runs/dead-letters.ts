/** The tasks of a run that have no result, each with what a person or a redrive needs to try again. */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { TaskError } from '../core/task.ts';
import { shownIds } from '../core/opaque-id.ts';
import type { RunTasksInput } from '../core/run.ts';
import { tasksKind } from './kinds.ts';
import type { MapResult } from './map.ts';
import { readInput } from './input.ts';
import { decodePayload } from '../store/references.ts';
import type { RunSource } from './view.ts';
import type { RunView } from './run-view.ts';

/**
 * A task that failed for good, with what it was asked.
 *
 * @example for (const { id, input, error } of await client.deadLetters(runId)) show(id, input, error.message);
 */
export interface DeadLetter {
  readonly id: string;
  /** The task as it was given, or the name of a source. */
  readonly input: unknown;
  readonly error: TaskError;
  /** Every error that history still has, the oldest first; Temporal keeps the last one before each start, and the end. */
  readonly errors: readonly string[];
  /** How often it was started, retries included. */
  readonly attempts: number;
  /** What it counted against the budget, where it was started: its cost, once an attempt of the fan-out. */
  readonly spent: number;
}

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Failure = temporal.api.failure.v1.IFailure;

interface Tries {
  attempts: number;
  readonly errors: string[];
}

/** In the order of the tasks. */
export async function deadLetters({ temporal: client, kinds }: RunSource, view: RunView): Promise<DeadLetter[]> {
  const failed = view.fanIn?.results.filter((result) => !result.success) ?? [];
  if (failed.length === 0) return [];
  const [input, tries] = await Promise.all([readInput(client, view.runId), triesOf(client, view.runId)]);
  const kind = kinds.find(view.kind);
  const shown = shownIds(input);
  const costs = kind === tasksKind ? costsOf(input as RunTasksInput) : new Map<string, number>();
  return failed.map((result) => {
    const { id, error } = result;
    const { attempts, errors } = tries.get(shown(id)) ?? { attempts: result.attempts, errors: [] };
    const all = errors.includes(error.message) ? errors : [...errors, error.message];
    const spent = result.attempts * (costs.get(id) ?? 1);
    return { id, input: kind?.task?.(input, id) ?? id, error, errors: all, attempts, spent };
  });
}

function costsOf({ tasks }: RunTasksInput): Map<string, number> {
  return new Map(tasks.map(({ id, cost = 1 }) => [id, cost]));
}

/** What history says of each activity; its id is its task's, `#2` for a backup. */
async function triesOf(client: Client, runId: string): Promise<Map<string, Tries>> {
  const { events } = await client.workflow.getHandle(runId).fetchHistory();
  const bySchedule = new Map<string, Tries>();
  const byTask = new Map<string, Tries>();
  for (const event of events ?? []) {
    const id = event.activityTaskScheduledEventAttributes?.activityId?.replace(/#\d+$/, '');
    if (id !== undefined) {
      const tries = byTask.get(id) ?? { attempts: 0, errors: [] };
      byTask.set(id, tries);
      bySchedule.set(String(event.eventId), tries);
    } else await note(client, event, bySchedule);
  }
  return byTask;
}

async function note(client: Client, event: HistoryEvent, bySchedule: ReadonlyMap<string, Tries>): Promise<void> {
  const { activityTaskStartedEventAttributes: started, activityTaskFailedEventAttributes: ended } = event;
  const tries = bySchedule.get(String((started ?? ended)?.scheduledEventId));
  if (!tries) return;
  if (started) tries.attempts += started.attempt ?? 1;
  const failure = started?.lastFailure ?? ended?.failure;
  const message = failure && (await messageOf(client, failure));
  if (message) tries.errors.push(message);
}

/** A failure converter may have put the message among what codecs encode. */
async function messageOf(client: Client, { message, encodedAttributes }: Failure): Promise<string | null | undefined> {
  if (!encodedAttributes) return message;
  const found = await decodePayload<{ message?: unknown }>(client.options.loadedDataConverter, encodedAttributes);
  return typeof found.message === 'string' ? found.message : message;
}

/** The most failures of a map run in one answer. */
const maxLetters = 1000;

/** Of a map run the first thousand, in the order of the items; only the last error is known. */
export async function mapDeadLetters(results: AsyncIterable<MapResult>): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const { result, item } of results) {
    if (result.success) continue;
    const { id, error, attempts } = result;
    letters.push({ id, input: await item(), error, errors: [error.message], attempts, spent: attempts });
    if (letters.length >= maxLetters) break;
  }
  return letters;
}
