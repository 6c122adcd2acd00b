/**
 * AWS's durable execution SDK on its local test runner: checkpoints go to a server that keeps them in memory, so nothing
 * of it is durable here, and a worker that is killed has lost them.
 */
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { limiter, perform } from '../../perform.mjs';
import { counted, makeTasks } from '../../tasks.mjs';

const ways = {
  async steps({ count, work, concurrency }, context) {
    const limited = limiter(concurrency);
    const tasks = makeTasks(count);
    const step = (task) => limited(() => context.step(task.id, () => perform(work, task)));
    return counted(tasks, await Promise.allSettled(tasks.map(step)));
  },
  async map({ count, work, concurrency }, context) {
    const tasks = makeTasks(count);
    const one = (child, task) => child.step('task', () => perform(work, task));
    const options = { maxConcurrency: concurrency, itemNamer: ({ id }) => id };
    const { successCount, failureCount } = await context.map('tasks', tasks, one, options);
    return { successes: successCount, failures: failureCount, reported: successCount + failureCount };
  },
};

/** The runner starts its checkpoint server inside the worker. */
export async function startEngine() {
  return { info: {}, stop: async () => {} };
}

export async function startWorker({ variant }) {
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: false });
  const handlerFunction = withDurableExecution(ways[variant]);
  return {
    calls: {
      async run({ count, work, concurrency }) {
        const runner = new LocalDurableTestRunner({ handlerFunction });
        const execution = await runner.run({ payload: { count, work, concurrency } });
        const result = execution.getResult();
        if (result === undefined) throw execution.getError() ?? new Error(`The run is ${execution.getStatus()}`);
        return result;
      },
      diagnose: async () => ({}),
    },
    close: () => LocalDurableTestRunner.teardownTestEnvironment(),
  };
}
