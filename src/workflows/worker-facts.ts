/** What the worker that runs this workflow knows of its activities. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { WorkerFacts } from '../core/local.ts';

const { knownActivities } = proxyLocalActivities<{ knownActivities(): Promise<WorkerFacts | string[]> }>({
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 5 },
});

/** Histories of fanfold's first days have the names alone. */
export async function workerFacts(): Promise<WorkerFacts> {
  const facts = await knownActivities();
  return Array.isArray(facts) ? { names: facts, paces: {} } : facts;
}
