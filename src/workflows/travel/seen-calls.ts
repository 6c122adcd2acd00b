/**
 * What a run has seen of its own calls, which a worker that has just started does not know: after a restart, or where
 * each worker has had few of them.
 * Times are those of the workflow, so that a replay sees the same.
 */
import { leastRuns, type ActivityLatency } from '../../core/travel/local.ts';
import type { CallableFacts } from '../worker-facts.ts';
import type { WaitingCall } from './waiting-call.ts';

/** Calls that are remembered of each activity, as many as a worker remembers. */
const remembered = 50;

/** A run sees how slow a call was, and not how large its result. */
const unmeasured = Infinity;

const seen = new Map<string, { runs: number; latestMs: number[] }>();

/** Notes a call that travels alone, from now until it settles; one that was cancelled says nothing. */
export function watch({ activity }: WaitingCall): (call: WaitingCall) => void {
  const sentAt = Date.now();
  return ({ settled }) => {
    if (settled) return;
    const record = seen.get(activity) ?? { runs: 0, latestMs: [] };
    seen.set(activity, record);
    record.latestMs[record.runs++ % remembered] = Date.now() - sentAt;
  };
}

/** As the worker has seen it; where that knows too little of it, as this run has, the time in the queue included. */
export function latencyOf(activity: string, { paces, ways = 1 }: CallableFacts): ActivityLatency | undefined {
  const known = paces[activity];
  if (ways < 2 || (known && known.runs >= leastRuns)) return known;
  const own = seen.get(activity);
  return own ? { runs: own.runs, slowestMs: Math.max(...own.latestMs), largestBytes: unmeasured } : known;
}
