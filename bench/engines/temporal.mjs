/** Temporal's development server, and the bundle of a contender's workflows, made once for all cases of a run. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
} from '@temporalio/worker';
import { findTemporal } from '../../dist/dev-server/binary.js';
import { startServer } from '../../dist/dev-server/embedded.js';

export const taskQueue = 'bench';

export function findServer() {
  return findTemporal({ home: process.env.FANFOLD_HOME ?? '.fanfold', onMessage: (text) => console.error(text) });
}

/** @param flags what is asked beyond the server's defaults; fanfold's own if left out */
export async function startTemporal({ server, address, folder, shared, name, workflowsPath, flags }) {
  if (server === 'given') {
    const info = { address, codePath: await bundleOnce(shared, name, workflowsPath) };
    return { info, stop: async () => {} };
  }
  const { path: binary } = await findServer();
  const file = server === 'memory' ? {} : { dbFilename: join(folder, 'temporal.db') };
  const started = await startServer({
    binary,
    logFile: join(folder, 'server.log'),
    ...file,
    ...(flags ? { flags } : {}),
  });
  const info = { address: started.address, codePath: await bundleOnce(shared, name, workflowsPath) };
  return { info, pid: started.id.pid, stop: () => started.stop() };
}

async function bundleOnce(shared, name, workflowsPath) {
  const codePath = join(shared, `${name}.bundle.js`);
  if (existsSync(codePath)) return codePath;
  // As whoever uses fanfold bundles: without its plugin a bundle does not know that the workers beat.
  const { fanfold } = name === 'fanfold' ? await import('../../dist/worker.js') : {};
  const plugins = fanfold ? [fanfold()] : [];
  const { code } = await bundleWorkflowCode({ workflowsPath, plugins, logger: new DefaultLogger('ERROR') });
  writeFileSync(`${codePath}.new`, code);
  renameSync(`${codePath}.new`, codePath);
  return codePath;
}

export async function connectClient({ address }) {
  // The SDK means to set this, but under a name that gRPC does not know.
  const channelArgs = { 'grpc.max_receive_message_length': 128 * 1024 * 1024 };
  return new Client({ connection: await Connection.connect({ address, channelArgs }) });
}

export function connectWorker({ address }) {
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
  return NativeConnection.connect({ address });
}

/** Serves until closed; one that ends by itself ends the process, so that the case hears of it. */
export function serve(worker) {
  const running = worker.run().catch((error) => {
    console.error(error);
    process.exit(1);
  });
  return {
    async close() {
      worker.shutdown();
      await running;
    },
  };
}

/**
 * Events, bytes, state transitions and actions of a run, of all its child workflows and of every run they continued as.
 * Heartbeats and retries are transitions and are billed as actions as well, and no history has them.
 */
export async function historyOf(client, workflowId) {
  const total = { events: 0, bytes: 0, transitions: 0, actions: 0, workflows: 0, largestEvents: 0 };
  const query = `RootWorkflowId = '${workflowId}' OR WorkflowId = '${workflowId}'`;
  for await (const { workflowId: id, runId } of client.workflow.list({ query, pageSize: 1000 })) {
    const handle = client.workflow.getHandle(id, runId);
    const { historyLength, historySize = 0, raw } = await handle.describe();
    total.events += historyLength;
    total.bytes += Number(historySize);
    total.transitions += Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0);
    total.actions += actionsIn(await handle.fetchHistory());
    total.workflows++;
    total.largestEvents = Math.max(total.largestEvents, historyLength);
  }
  return total;
}

/** What Temporal Cloud bills, by the attributes of its event; of local activities once a workflow task. */
const billed = [
  'workflowExecutionStarted',
  'activityTaskScheduled',
  'timerStarted',
  'workflowExecutionSignaled',
  'startChildWorkflowExecutionInitiated',
  'upsertWorkflowSearchAttributes',
  'workflowExecutionUpdateAccepted',
].map((name) => `${name}EventAttributes`);

function actionsIn({ events = [] }) {
  const plain = events.filter((event) => billed.some((name) => event[name])).length;
  const markers = events.flatMap(({ markerRecordedEventAttributes: marker }) =>
    marker?.markerName === 'core_local_activity' ? [String(marker.workflowTaskCompletedEventId)] : [],
  );
  return plain + new Set(markers).size;
}

/** What the server says of a run that does not end. */
export async function diagnose(client, workflowId) {
  const { events = [] } = await client.workflow.getHandle(workflowId).fetchHistory();
  const messages = events.flatMap((event) => [
    event.workflowTaskFailedEventAttributes?.failure?.message ?? [],
    event.workflowExecutionTerminatedEventAttributes?.reason ?? [],
    event.workflowExecutionFailedEventAttributes?.failure?.message ?? [],
  ]);
  return { events: events.length, messages: [...new Set(messages.flat())].slice(0, 3) };
}
