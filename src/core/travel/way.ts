/** How calls that tasks make in one turn travel. Pure: facts give a way, so that a history decides the same again. */
import { maxLocalTasks, maxPackBytes, probeCount, slowMs } from './granularity.ts';
import { leastRuns, maxLocalMs, type Pace } from './local.ts';

/** `'alone'` an activity each, `'pack'` many in one activity, `'local'` in the workflow's own task. */
export type Travel = 'alone' | 'pack' | 'local';

export interface CallFacts {
  readonly count: number;
  /** Of all inputs, as JSON. */
  readonly bytes: number;
  /** What the worker has seen of the activity. */
  readonly pace: Pace | undefined;
}

/** The way, or `'probe'` where the first few are to show how slow the others will be. */
export function wayOf({ count, bytes, pace }: CallFacts): Travel | 'probe' {
  if (count < 2) return 'alone';
  if (pace === undefined || pace.runs < leastRuns) return count > probeCount ? 'probe' : 'alone';
  if (pace.slowestMs > slowMs) return 'alone';
  const isShort = count <= maxLocalTasks && pace.slowestMs <= maxLocalMs;
  return isShort && bytes <= maxPackBytes && count * pace.largestBytes <= maxPackBytes ? 'local' : 'pack';
}
