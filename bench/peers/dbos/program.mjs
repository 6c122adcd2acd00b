/** DBOS on PostgreSQL, in two ways: each task a step of one workflow, or a workflow of its own on a queue. Its client lives in the worker. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { startPostgres } from '../../engines/postgres.mjs';
import { limiter, perform } from '../../perform.mjs';
import { counted, makeTasks } from '../../tasks.mjs';

const queueName = 'fan';
const pollMs = 50;
let polling = {};

const steps = DBOS.registerWorkflow(
  async ({ count, work, concurrency, deadlineMs }) => {
    const tasks = makeTasks(count);
    const limit = limiter(concurrency);
    const timeout = deadlineMs === undefined ? {} : { timeoutMS: deadlineMs };
    const step = (task) =>
      DBOS.runStep(() => limit(() => perform(work, task, DBOS.stepStatus?.timeoutSignal)), {
        name: task.id,
        ...timeout,
      });
    return counted(tasks, await Promise.allSettled(tasks.map(step)));
  },
  { name: 'steps' },
);

const one = DBOS.registerWorkflow(
  (task, work) => DBOS.runStep(() => perform(work, task, DBOS.stepStatus?.cancelSignal), { name: 'perform' }),
  { name: 'one' },
);

/** Enqueued in a loop, as the documentation does. */
const queue = DBOS.registerWorkflow(
  async ({ count, work, deadlineMs }) => {
    const tasks = makeTasks(count);
    const timeout = deadlineMs === undefined ? {} : { timeoutMS: deadlineMs };
    const handles = [];
    for (const task of tasks) handles.push(await DBOS.startWorkflow(one, { queueName, ...timeout })(task, work));
    return counted(tasks, await Promise.allSettled(handles.map((handle) => handle.getResult(polling))));
  },
  { name: 'queue' },
);

export const startEngine = startPostgres;

export async function startWorker({ info, variant, concurrency }) {
  const often = variant === 'queue polled each 50 ms';
  if (often) polling = { pollingIntervalMs: pollMs };
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: `${info.url}/bench`,
    logLevel: 'error',
    applicationVersion: 'bench-1',
    executorID: 'bench',
    ...(variant === 'queue' ? {} : { systemDatabasePoolSize: 20 }),
  });
  // Recovers by itself what an executor of this name has left.
  await DBOS.launch();
  if (variant !== 'steps') {
    await DBOS.registerQueue(queueName, {
      workerConcurrency: concurrency,
      onConflict: 'always_update',
      ...(often ? { minPollingIntervalMs: pollMs } : {}),
    });
  }
  const workflow = variant === 'steps' ? steps : queue;
  return {
    calls: {
      run: async ({ id, ...request }) => (await DBOS.startWorkflow(workflow, { workflowID: id })(request)).getResult(),
      rejoin: ({ id }) => DBOS.retrieveWorkflow(id).getResult({ pollingIntervalMs: pollMs }),
      async diagnose({ id }) {
        const found = await DBOS.getWorkflowStatus(id);
        return { status: found?.status, error: found?.error instanceof Error ? found.error.message : undefined };
      },
    },
    close: () => DBOS.shutdown(),
  };
}
