/** The workflows that the benchmark runs with fanfold, one for each way in. Counts come back, and the results stay. */
import { gather, mapActivity, proxyActivities } from '../../dist/workflow.js';
import { makeTasks } from '../tasks.mjs';

export * from '../../dist/workflows/index.js';

const activities = proxyActivities();

export async function empty() {}

export async function fanOut(count, work, options) {
  return counted(await mapActivity(makeTasks(count), work, { id: ({ id }) => id, ...options }));
}

/** What people write: the verb, and a call of an activity for each item. */
export async function gathered(count, work, options) {
  return counted(await gather(makeTasks(count), (task) => activities[work](task), { id: ({ id }) => id, ...options }));
}

function counted({ results, successCount, failureCount, stoppedBy }) {
  const reported = new Set(results.map(({ id }) => id)).size;
  return { successes: successCount, failures: failureCount, reported, stoppedBy };
}

/** Of each fifty tasks one has a slow first attempt. */
export async function hedged(count, hedge) {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const { results } = await gather(
    indexes,
    (index) => activities.slowAtFirst(index % 50 === 7),
    hedge ? { hedge } : {},
  );
  return { attempts: results.reduce((sum, { attempts }) => sum + attempts, 0) };
}
