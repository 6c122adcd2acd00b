/** Histories of each way, from a development server in memory; what is in the folder already is not run again. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { openStore } from '../../dist/store/open.js';
import { createWorker } from '../../dist/worker.js';
import { connectClient, connectWorker, serve, startTemporal, taskQueue } from '../engines/temporal.mjs';
import { resultOf } from '../tasks.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const workflowsPath = here('./workflows.mjs');
export const fileOf = (folder, way, tasks) => join(folder, `${way}-${tasks}.json`);

/** As the build makes the library's own: with the interceptors of a worker of fanfold's. */
export async function bundle(folder) {
  const codePath = join(folder, 'bundle.js');
  const workflowInterceptorModules = [here('../../dist/workflows/tamed.js')];
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger });
  writeFileSync(codePath, code);
  return codePath;
}

export async function record(folder, codePath, cases) {
  const missing = cases.filter(({ way, tasks }) => !existsSync(fileOf(folder, way, tasks)));
  if (missing.length === 0) return;
  const { info, stop } = await startTemporal({
    server: 'memory',
    folder,
    shared: folder,
    name: 'server',
    workflowsPath,
  });
  try {
    await recordAll(folder, missing, { ...info, codePath });
  } finally {
    await stop();
  }
}

async function recordAll(folder, missing, info) {
  const connection = await connectWorker(info);
  const worker = serve(
    await createWorker({
      connection,
      taskQueue,
      activities: { noop: resultOf },
      home: join(folder, 'home'),
      store: openStore(join(folder, 'home')),
      worker: { workflowBundle: { codePath: info.codePath } },
    }),
  );
  const client = await connectClient(info);
  for (const { way, tasks } of missing) {
    const workflowId = `${way}-${tasks}`;
    const args = [tasks];
    const done = await client.workflow.execute(way, { taskQueue, workflowId, args, workflowTaskTimeout: '20s' });
    if (way !== 'empty' && done !== tasks) throw new Error(`${way}: not all of the ${tasks} tasks succeeded`);
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    writeFileSync(fileOf(folder, way, tasks), historyToJSON(history));
  }
  await client.connection.close();
  await worker.close();
}

export const readHistory = (folder, way, tasks) => JSON.parse(readFileSync(fileOf(folder, way, tasks), 'utf8'));
