/** How calls that tasks make in one turn travel. Pure: facts give a way, so that a history decides the same again. */
import { slowMs } from './granularity.ts';
import { leastRuns, type Pace } from './local.ts';

/** `'alone'` an activity each, `'pack'` many in one activity, `'local'` in the workflow's own task. */
export type Travel = 'alone' | 'pack' | 'local';

/** Up to here a probe would cost more time than packs save, and with a deadline that time is dear. */
const fewUnknown = 50;

export interface CallFacts {
  readonly count: number;
  /** What the worker has seen of the activity. */
  readonly pace: Pace | undefined;
}

/**
 * The way, or `'probe'` where the first few are to show how slow the others will be. In the workflow's own task only
 * where somebody says so: a call that hangs there holds up all others, and nothing can be told of those that are done.
 */
export function wayOf({ count, pace }: CallFacts): Travel | 'probe' {
  if (count < 2) return 'alone';
  if (pace === undefined || pace.runs < leastRuns) return count > fewUnknown ? 'probe' : 'alone';
  return pace.slowestMs > slowMs ? 'alone' : 'pack';
}
