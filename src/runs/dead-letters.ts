/** The tasks of a run that have no result, each with what a person or a redrive needs to try again. */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { TaskError } from '../core/task.ts';
import { shownIds } from '../core/opaque-id.ts';
import type { RunTasksInput } from '../core/run.ts';
import { FanfoldError } from '../errors.ts';
import { mapKind, tasksKind } from './kinds.ts';
import { mapResults, type MapResult } from './map.ts';
import { inputWith } from './input.ts';
import { decodePayload } from '../store/references.ts';
import type { Store } from '../store/store.ts';
import { settledOf } from './settled.ts';
import { checkGiven } from './check-given.ts';
import type { RunSource } from './run-source.ts';
import { readRun } from './view.ts';
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

/**
 * Which dead letters are asked for.
 *
 * @example for (let after: number | undefined = 0; after !== undefined;) ({ next: after } = await client.deadLettersPage(runId, { after }));
 */
export interface DeadLettersAsked {
  /** The `next` of the page before. @default 0, the first task */
  readonly after?: number | undefined;
  /** @default 200 */
  readonly limit?: number | undefined;
}

/**
 * Some of the dead letters of a run, in the order of its tasks.
 *
 * @example const { deadLetters, next }: DeadLettersPage = await client.deadLettersPage(runId, { limit: 50 });
 */
export interface DeadLettersPage {
  readonly deadLetters: readonly DeadLetter[];
  /** Where the next page begins; absent where there is no more. */
  readonly next?: number;
}

/** A dead letter, and the position of its task in its run. */
type Placed = readonly [position: number, letter: DeadLetter];

const usualLimit = 200;
/** Of a page, as one answer. */
const maxCharacters = 5_000_000;

/** @throws {FanfoldError} of type `RunOpen` while the run goes on, or as {@link settledOf} and `mapResults` do */
export async function deadLettersPage(
  source: RunSource & { readonly store: Store },
  runId: string,
  asked: DeadLettersAsked,
): Promise<DeadLettersPage> {
  checkGiven(asked, ['after', 'limit'], '`deadLettersPage`');
  const { after = 0, limit = usualLimit } = asked;
  const view = await readRun(source, runId);
  if (view.status === 'running') throw new FanfoldError('RunOpen', `Run '${runId}' still goes on`);
  if (view.kind !== mapKind.name) return pageOf(await deadLetters(source, view, after), limit);
  const results = mapResults(source.temporal, source.store, view, after);
  return pageOf(mapDeadLetters(results, after), limit);
}

/** The first letters, and where those begin that are left. */
async function pageOf(letters: AsyncIterable<Placed> | Iterable<Placed>, limit: number): Promise<DeadLettersPage> {
  const page: DeadLetter[] = [];
  const most = limit === Infinity ? Infinity : maxCharacters;
  let characters = 0;
  for await (const [position, letter] of letters) {
    if (page.length >= limit || characters > most) return { deadLetters: page, next: position };
    page.push(letter);
    characters += JSON.stringify(letter).length;
  }
  return { deadLetters: page };
}

/**
 * Of any run but a map run, in the order of the tasks.
 *
 * @throws {FanfoldError} as {@link settledOf} does
 */
async function deadLetters(source: RunSource, view: RunView, after: number): Promise<Placed[]> {
  const { temporal: client, kinds } = source;
  const results = await settledOf(source, view);
  const failed = results.flatMap((result, at) => (at < after || result.success ? [] : [{ at, result }]));
  if (failed.length === 0) return [];
  const ids = failed.map(({ result }) => result.id);
  const kind = kinds.find(view.kind);
  const [input, tries] = await Promise.all([inputWith(source, view, ids), triesOf(client, view.runId)]);
  const shown = shownIds(input);
  const costs = kind === tasksKind ? costsOf(input as RunTasksInput) : new Map<string, number>();
  return failed.map(({ at, result }) => {
    const { id, error } = result;
    const { attempts, errors } = tries.get(shown(id)) ?? { attempts: result.attempts, errors: [] };
    const all = errors.includes(error.message) ? errors : [...errors, error.message];
    const spent = result.attempts * (costs.get(id) ?? 1);
    return [at, { id, input: kind?.task?.(input, id) ?? id, error, errors: all, attempts, spent }];
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

/** Of a map run, in the order of the items from position `after` on; only the last error is known. */
async function* mapDeadLetters(results: AsyncIterable<MapResult>, after: number): AsyncGenerator<Placed> {
  let at = after;
  for await (const { result, item } of results) {
    const position = at++;
    if (result.success) continue;
    const { id, error, attempts } = result;
    yield [position, { id, input: await item(), error, errors: [error.message], attempts, spent: attempts }];
  }
}
