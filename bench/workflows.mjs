/** The same fan-out twice: as Temporal's documentation has it, and with fanfold. Both over one activity a task. */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import { gather, mapActivity, proxyActivities as activitiesOf } from '../dist/workflow.js';

export { runTasks } from '../dist/workflows/run-tasks.js';

const plain = proxyActivities({
  startToCloseTimeout: '1 minute',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});
const own = activitiesOf();

export async function empty() {}

/** Counts come back, not results, so that the two pay the same for their answer. */
export async function allSettled(count, ms) {
  const results = await Promise.allSettled(Array.from({ length: count }, () => plain.pause(ms)));
  return results.filter(({ status }) => status === 'fulfilled').length;
}

export async function gathered(count, ms) {
  const items = Array.from({ length: count }, (_, index) => index);
  const { successCount } = await gather(items, () => own.pause(ms));
  return successCount;
}

/** One activity holds many tasks. */
export async function packed(count, ms) {
  const items = Array.from({ length: count }, (_, index) => index);
  const { successCount, elapsedMs } = await mapActivity(items, 'pause', { input: () => ms, granularity: 250 });
  return { successCount, elapsedMs };
}

/** Of each hundred tasks two have a slow first attempt. */
export async function stragglers(count, hedge) {
  const items = Array.from({ length: count }, (_, index) => index);
  const fanIn = await gather(items, (index) => own.slowAtFirst(index % 50 === 7), hedge ? { hedge } : {});
  return { elapsedMs: fanIn.elapsedMs, attempts: fanIn.results.reduce((sum, { attempts }) => sum + attempts, 0) };
}

export async function straggler(count, deadline) {
  const items = Array.from({ length: count }, (_, index) => index);
  const fanIn = await gather(items, (index) => own.pause(index === 0 ? 30_000 : 50), { id: String, deadline });
  return { successes: fanIn.successCount, failed: Object.keys(fanIn.failedTasks), elapsedMs: fanIn.elapsedMs };
}
