/**
 * Few fast tasks inside the workflow's own task, without an activity in the queue: it costs nearly nothing.
 * What a crash may repeat is bounded by time, so only activities that were seen to be fast qualify.
 */
import type { GatherOptions } from '../options.ts';
import type { PackInput } from './pack.ts';
import { maxLocalTasks } from './granularity.ts';
import { mustSeeEach } from './see-each.ts';

/** The latency and the result sizes of an activity, as its worker has seen them of late. */
export interface ActivityLatency {
  readonly runs: number;
  readonly slowestMs: number;
  /** Of the results that were measured, as JSON. */
  readonly largestBytes: number;
}

/** What a workflow asks its worker before it starts anything. */
export interface WorkerFacts {
  /** The names of the registered activities. */
  readonly names: readonly string[];
  /** Latency by activity. */
  readonly paces: Readonly<Record<string, ActivityLatency>>;
  /** What one payload may have, as its large ones go to a store. @default what a message takes */
  readonly maxPayloadBytes?: number;
  /**
   * Of the code of the workflow that asked, in its own words: what it has learned since it stands in the history with this,
   * so that a run which began before decides as it did then.
   */
  readonly ways?: number;
  /** The names of the limits it serves; a worker from before there were any says nothing. */
  readonly limits?: readonly string[];
  /** It is there for somebody who looks, and does no work: what it lacks says nothing of what those have that do. */
  readonly onlyAnswers?: true;
}

/** What a workflow asks with. */
export interface FactsAsked extends Pick<WorkerFacts, 'ways'> {
  /** Calls that the worker may do at once, if it knows that they are fast. */
  readonly along?: PackInput;
}

/** Milliseconds of work that a crash may repeat: as much as a pack does. */
const maxLocalMs = 250;
/** An activity seen less often is not known yet. */
export const leastRuns = 5;
/** What goes into one message with room to spare; the server's limit is 2 MB. */
export const maxLocalBytes = 500_000;

export interface LocalFacts {
  readonly total: number;
  /** Average bytes of an item, as JSON. */
  readonly itemBytes: number;
  /** Of each activity that the tasks call; undefined where none was seen. */
  readonly latencies: readonly (ActivityLatency | undefined)[];
}

/** Whether all tasks together are done, and can be repeated, within a quarter of a second. */
export function suitsLocal<I, T>(options: GatherOptions<I, T>, { total, itemBytes, latencies }: LocalFacts): boolean {
  if (mustSeeEach(options) !== undefined || total === 0 || total > maxLocalTasks) return false;
  if (total * itemBytes > maxLocalBytes) return false;
  const rounds = Math.ceil(total / Math.min(options.concurrency ?? total, total));
  return latencies.every(
    (latency) =>
      latency !== undefined &&
      latency.runs >= leastRuns &&
      rounds * latency.slowestMs <= maxLocalMs &&
      total * latency.largestBytes <= maxLocalBytes,
  );
}
