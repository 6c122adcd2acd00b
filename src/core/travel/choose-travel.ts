/** Chooses how calls that tasks make in one turn travel. Pure: facts give a way, so that a history decides the same again. */
import { maxLocalTasks, slowMs } from './granularity.ts';
import { leastRuns, maxLocalBytes, type ActivityLatency } from './local.ts';

/** `'alone'` an activity each, `'pack'` many in one activity, `'local'` in the workflow's own task. */
export type Travel = 'alone' | 'pack' | 'local';

/** Up to here a probe would cost more time than packs save, and with a deadline that time is dear. */
const fewUnknown = 50;
/**
 * Slower ones gain little in the workflow's own task, which they keep open meanwhile. No call over a network to a model is as
 * fast; what is, is work in memory or beside the worker.
 */
const fastMs = 20;

export interface CallFacts {
  readonly count: number;
  /** Of the arguments of all calls, as JSON. */
  readonly bytes: number;
  /** The activity's latency, as far as the worker has seen it. */
  readonly latency: ActivityLatency | undefined;
  /** Whether the run began with code that sends few fast calls in the workflow's own task without being told to. */
  readonly mayBeLocal: boolean;
}

/** The way, or `'probe'` where the first few are to show how slow the others will be. */
export function chooseTravel({ count, bytes, latency, mayBeLocal }: CallFacts): Travel | 'probe' {
  if (count < 2) return 'alone';
  if (latency === undefined || latency.runs < leastRuns) return count > fewUnknown ? 'probe' : 'alone';
  if (latency.slowestMs > slowMs) return 'alone';
  const isFew = count <= maxLocalTasks && Math.max(bytes, count * latency.largestBytes) <= maxLocalBytes;
  return mayBeLocal && isFew && latency.slowestMs <= fastMs ? 'local' : 'pack';
}
