/** Fan-out as Temporal's documentation has it: an activity a task, `Promise.allSettled`, a scope with a timeout. */
import { ActivityCancellationType, CancellationScope, isCancellation, proxyActivities } from '@temporalio/workflow';
import { counted, makeTasks } from '../../tasks.mjs';

const beating = { heartbeatTimeout: '2s', cancellationType: ActivityCancellationType.TRY_CANCEL };

export async function fanOut({ count, work, window, beats, deadlineMs }) {
  const activities = proxyActivities({ startToCloseTimeout: '1 minute', ...(beats ? beating : {}) });
  const tasks = makeTasks(count);
  const settled = [];
  const scope = deadlineMs === undefined ? new CancellationScope() : new CancellationScope({ timeout: deadlineMs });
  await scope
    .run(() => inWindow(tasks, window, settled, activities[work]))
    .catch((error) => {
      if (!isCancellation(error)) throw error;
    });
  return counted(tasks, settled);
}

/** At most `window` pending at once. */
async function inWindow(tasks, window, settled, run) {
  let next = 0;
  const lane = async () => {
    while (next < tasks.length) {
      const index = next++;
      [settled[index]] = await Promise.allSettled([run(tasks[index])]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(window, tasks.length) }, lane));
}
