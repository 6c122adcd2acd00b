/** A bundle made before, as for a deployment: the plugin is given to both. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker, type NativeConnection } from '@temporalio/worker';
import { fanfold } from 'fanfold/worker';
import * as activities from '../shop/activities.ts';

export async function bundledWorker(connection: NativeConnection, taskQueue: string) {
  const plugins = [fanfold()];
  const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, plugins });
  return Worker.create({ connection, taskQueue, workflowBundle, activities, plugins });
}
