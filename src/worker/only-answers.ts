/**
 * A worker that is there for somebody who looks, says so: it does no work, and what it lacks says nothing of those that do.
 * One that takes no activities may be a user's, whose activities others take.
 */
import type { WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import { lookerName } from '../limits/pollers.ts';

/** Among a worker's plugins it does nothing but say so. */
const mark = { name: 'fanfold.onlyAnswers' } satisfies WorkerPlugin;

/** What such a worker is asked for with. */
export const onlyAnswers = {
  enableNonLocalActivities: false,
  plugins: [mark],
  identity: lookerName(),
} satisfies Partial<WorkerOptions>;

export function isOnlyAnswering({ plugins = [] }: Partial<WorkerOptions>): boolean {
  return plugins.some(({ name }) => name === mark.name);
}
