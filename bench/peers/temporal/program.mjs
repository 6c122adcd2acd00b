/** Temporal alone, an activity a task, on its development server with the settings that it comes with. */
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import {
  connectClient,
  connectWorker,
  diagnose,
  historyOf,
  serve,
  startTemporal,
  taskQueue,
} from '../../engines/temporal.mjs';
import { perform } from '../../perform.mjs';

const beatMs = 200;

export function startEngine(settings) {
  const workflowsPath = fileURLToPath(new URL('./workflows.mjs', import.meta.url));
  return startTemporal({ ...settings, name: 'temporal', workflowsPath, flags: ['--log-level=error'] });
}

/** Heartbeats where the caller has asked for them: they are how a cancellation is heard. */
const activity = (work) => async (task) => {
  const context = Context.current();
  const { heartbeatTimeoutMs } = context.info;
  const timer = heartbeatTimeoutMs ? setInterval(() => context.heartbeat(), beatMs) : undefined;
  try {
    return await perform(work, task, context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
};

export async function startWorker({ info, concurrency }) {
  const connection = await connectWorker(info);
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath: info.codePath },
    activities: { noop: activity('noop'), wait50: activity('wait50'), straggler: activity('straggler') },
    maxConcurrentActivityTaskExecutions: concurrency,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxCachedWorkflows: 50,
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 5, initial: 20, maximum: 100 },
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 5, maximum: 20 },
    maxHeartbeatThrottleInterval: '200ms',
    defaultHeartbeatThrottleInterval: '200ms',
  });
  return serve(worker);
}

export async function connect({ info, variant }) {
  const client = await connectClient(info);
  const shape = ({ count, work, deadlineMs }) => ({
    count,
    work,
    deadlineMs,
    window: variant === '500 at once' ? 500 : count,
    beats: variant === 'heartbeats' || deadlineMs !== undefined,
  });
  return {
    run: ({ id, ...request }) =>
      client.workflow.execute('fanOut', { taskQueue, workflowId: id, args: [shape(request)] }),
    rejoin: ({ id }) => client.workflow.getHandle(id).result(),
    history: ({ id }) => historyOf(client, id),
    diagnose: ({ id }) => diagnose(client, id),
    close: () => client.connection.close(),
  };
}
