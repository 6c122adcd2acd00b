/** Chooses how calls that tasks make in one turn travel. Pure: facts give a way, so that a history decides the same again. */
import { slowMs } from './granularity.ts';
import { leastRuns, type ActivityLatency } from './local.ts';

/** `'alone'` an activity each, `'pack'` many in one activity, `'local'` in the workflow's own task. */
export type Travel = 'alone' | 'pack' | 'local';

/** Up to here a probe would cost more time than packs save, and with a deadline that time is dear. */
const fewUnknown = 50;

export interface CallFacts {
  readonly count: number;
  /** The activity's latency, as far as the worker has seen it. */
  readonly latency: ActivityLatency | undefined;
}

/**
 * The way, or `'probe'` where the first few are to show how slow the others will be. In the workflow's own task only
 * where somebody says so: a call that hangs there holds up all others, and nothing can be reported of those that are done.
 */
export function chooseTravel({ count, latency }: CallFacts): Travel | 'probe' {
  if (count < 2) return 'alone';
  if (latency === undefined || latency.runs < leastRuns) return count > fewUnknown ? 'probe' : 'alone';
  return latency.slowestMs > slowMs ? 'alone' : 'pack';
}
