/** What is replayed: the same no-op calls by each way, and by plain Temporal with as many at once. */
import * as temporal from '@temporalio/workflow';
import { gather, proxyActivities } from '../../dist/workflow.js';
import { makeTasks } from '../tasks.mjs';

export * from '../../dist/workflows/index.js';

/** As many as a workflow of fanfold's has in flight. */
const width = 500;
const plainly = temporal.proxyActivities({ startToCloseTimeout: '1 minute' });

export async function empty() {}

/** The lanes of `Promise.all`, which is what one writes without a library. */
export async function plain(count) {
  const tasks = makeTasks(count);
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < tasks.length) {
      await plainly.noop(tasks[next++]);
      done++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
  return done;
}

const gathered = (options, rule) => async (count) => {
  const { noop } = proxyActivities(options);
  const { successCount } = await gather(makeTasks(count), (task) => noop(task), { id: ({ id }) => id, ...rule });
  return successCount;
};

export const auto = gathered({});
export const alone = gathered({ travel: 'alone' });
export const timed = gathered({ travel: 'alone' }, { taskTimeout: '1 minute' });
export const pack = gathered({ travel: 'pack' });
export const local = gathered({ travel: 'local' });
