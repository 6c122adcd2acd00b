/** fanfold itself: a worker made by `createWorker`, and each way in: `gather` and `mapActivity` in a workflow, and a run of kind `map`. */
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { FanfoldClient } from '../../dist/client.js';
import { openStore } from '../../dist/store/open.js';
import { createWorker } from '../../dist/worker.js';
import {
  connectClient,
  connectWorker,
  diagnose,
  historyOf,
  serve,
  startTemporal,
  taskQueue,
} from '../engines/temporal.mjs';
import { perform } from '../perform.mjs';
import { makeTask } from '../tasks.mjs';

const packOf = 250;
/** As fanfold's own client starts runs: the workflow tasks of few tasks are given up after a second. */
const fewTasks = 300;

export function startEngine(settings) {
  const workflowsPath = fileURLToPath(new URL('./workflows.mjs', import.meta.url));
  return startTemporal({ ...settings, name: 'fanfold', workflowsPath });
}

/** A run of kind `map` over a range gives its activity the number. */
const activity = (work) => (input) =>
  perform(work, typeof input === 'number' ? makeTask(input) : input, () => Context.current().cancellationSignal);

const activities = {
  noop: activity('noop'),
  wait50: activity('wait50'),
  straggler: activity('straggler'),
  slowAtFirst(slow) {
    const { info } = Context.current();
    return Context.current().sleep(slow && !info.activityId.includes('#') ? 10_000 : 20);
  },
};

export async function startWorker({ info, folder, variant }) {
  const connection = await connectWorker(info);
  const worker = { workflowBundle: { codePath: info.codePath } };
  const served = serve(await createWorker({ connection, taskQueue, activities, home: folder, worker }));
  return inOneProcess(variant)
    ? { ...served, calls: callsOf(new Client({ connection }), { variant, folder }) }
    : served;
}

/** Undefined where the calls are made in the worker's process. */
export async function connect({ info, variant, folder }) {
  if (inOneProcess(variant)) return undefined;
  const client = await connectClient(info);
  return { ...callsOf(client, { variant, folder }), close: () => client.connection.close() };
}

const inOneProcess = (variant) => variant.endsWith(' in one process');

function callsOf(client, { variant, folder }) {
  const fanfold = new FanfoldClient({ client, taskQueue, store: openStore(folder) });
  const requestEagerStart = inOneProcess(variant);
  const execute = (type, workflowId, args, tasks = 0) => {
    const workflowTaskTimeout = tasks > fewTasks ? '5s' : '1s';
    return client.workflow.execute(type, { taskQueue, workflowId, args, workflowTaskTimeout, requestEagerStart });
  };
  const calls = variant === 'map' ? mapCalls(fanfold) : workflowCalls(client, execute, variant.split(' in ')[0]);
  return {
    ...calls,
    empty: ({ id }) => execute('empty', id, []),
    hedged: ({ id, count, hedge }) => execute('hedged', id, [count, hedge]),
    history: ({ id }) => historyOf(client, id),
    diagnose: ({ id }) => diagnose(client, id),
  };
}

const rule = ({ concurrency, deadlineMs }) => ({
  ...(concurrency === undefined ? {} : { concurrency }),
  ...(deadlineMs === undefined ? {} : { deadline: deadlineMs }),
});

function workflowCalls(client, execute, variant) {
  const usual = variant === 'pack' ? packOf : variant;
  return {
    run({ granularity = usual, id, count, work, ...request }) {
      const isGather = granularity === 'gather';
      const options = { ...rule(request), ...(isGather ? {} : { granularity }) };
      return execute(isGather ? 'gathered' : 'fanOut', id, [count, work, options], count);
    },
    rejoin: ({ id }) => client.workflow.getHandle(id).result(),
  };
}

function mapCalls(fanfold) {
  return {
    async run({ id, count, work, ...request }) {
      const source = { kind: 'range', count };
      return answerOf(await fanfold.run('map', { source, activity: work, options: rule(request) }, { id }));
    },
    async rejoin({ id }) {
      return answerOf(await fanfold.result(id));
    },
    /** Every task once: the results are read page by page and only their ids are kept. */
    async reported({ id }) {
      const ids = new Set();
      let results = 0;
      for await (const result of fanfold.results(id)) {
        ids.add(result.id);
        results++;
      }
      return { ids: ids.size, results };
    },
  };
}

function answerOf({ fanIn, error, status }) {
  if (!fanIn) throw new Error(`The run is ${status}: ${error?.type ?? ''} ${error?.message ?? ''}`);
  const { successCount, failureCount, stoppedBy } = fanIn;
  return { successes: successCount, failures: failureCount, reported: successCount + failureCount, stoppedBy };
}
