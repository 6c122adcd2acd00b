/**
 * Which pages of results a map run has recorded: what its units reported, as its history has it.
 * In the store lies also what attempts wrote that counted no more, so of a run that is over only what it has recorded is read.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { UnitReport } from '../core/map/types.ts';
import { isNoExecution } from '../store/executions.ts';
import { decodePayload } from '../store/references.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

export class PageRecord {
  readonly #names = new Map<string, string>();
  /** False where a report is not there any more, or is of a worker of an earlier version: then pages without a name may be there. */
  whole = true;

  /** Undefined of a page that no unit reported. */
  nameOf(part: number, page: number): string | undefined {
    return this.#names.get(`${part}/${page}`);
  }

  add({ part, pages }: UnitReport): void {
    if (part === undefined || pages === undefined) this.whole = false;
    // What a later unit reports of a page counts.
    else for (const [page, name] of pages) this.#names.set(`${part}/${page}`, name);
  }
}

const records = new WeakMap<Client, Map<string, Promise<PageRecord>>>();
const mostKept = 8;

/** Of a run that is over; those of the last few are kept. */
export async function recordOf(client: Client, runId: string): Promise<PageRecord> {
  const { runId: execution } = await client.workflow.getHandle(runId).describe();
  let kept = records.get(client);
  if (!kept) records.set(client, (kept = new Map()));
  const known = kept.get(execution);
  if (known) return known;
  const record = readRecord(client, runId, execution);
  record.catch(() => kept.delete(execution));
  kept.set(execution, record);
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
  return record;
}

/** From its last execution back to its first. */
async function readRecord(client: Client, runId: string, last: string): Promise<PageRecord> {
  const record = new PageRecord();
  const histories: HistoryEvent[][] = [];
  for (let execution: string | undefined = last; execution;) {
    const events: HistoryEvent[] | undefined = await eventsOf(client, runId, execution);
    if (!events) record.whole = false;
    else histories.unshift(events);
    execution = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  }
  for (const events of histories) for await (const report of reportsIn(client, events)) record.add(report);
  return record;
}

/** Undefined where the server has forgotten it. */
async function eventsOf(client: Client, runId: string, execution: string): Promise<HistoryEvent[] | undefined> {
  try {
    const { events } = await client.workflow.getHandle(runId, execution).fetchHistory();
    return events ?? [];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isNoExecution(error)) return undefined;
    throw error;
  }
}

async function* reportsIn(client: Client, events: readonly HistoryEvent[]): AsyncGenerator<UnitReport> {
  for (const event of events) {
    const payload = resultIn(event);
    if (!payload) continue;
    const value = await decodePayload<Partial<UnitReport> | null>(client.options.loadedDataConverter, payload);
    if (typeof value?.cut === 'number' && typeof value.succeeded === 'number') yield value as UnitReport;
  }
}

/** Of an activity, of one in the workflow's own task, or of a child. */
function resultIn(event: HistoryEvent): Payload | undefined {
  const {
    activityTaskCompletedEventAttributes: activity,
    childWorkflowExecutionCompletedEventAttributes: child,
    markerRecordedEventAttributes: marker,
  } = event;
  const local = marker?.markerName === 'core_local_activity' ? marker.details?.['result'] : undefined;
  return (activity?.result ?? child?.result ?? local)?.payloads?.[0] ?? undefined;
}
