/** What the worker that runs this workflow knows of its activities. */
import { CancellationScope, proxyLocalActivities } from '@temporalio/workflow';
import type { WorkerFacts } from '../core/travel/local.ts';

const { knownActivities } = proxyLocalActivities<{ knownActivities(): Promise<WorkerFacts | string[]> }>({
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 5 },
});

let latest: Promise<WorkerFacts> | undefined;

/** Histories of fanfold's first days have the names alone. */
export function workerFacts(): Promise<WorkerFacts> {
  latest = knownActivities().then((facts) => (Array.isArray(facts) ? { names: facts, paces: {} } : facts));
  // Who asks next tries again.
  latest.catch(() => (latest = undefined));
  return latest;
}

/** What was said last, or what is said now; one task that is cancelled must not take the answer from the others. */
export function latestFacts(): Promise<WorkerFacts> {
  return latest ?? CancellationScope.nonCancellable(workerFacts);
}
