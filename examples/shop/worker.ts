/** A worker process of one's own. */
import { fileURLToPath } from 'node:url';
import { NativeConnection } from '@temporalio/worker';
import { createWorker } from 'fanfold/worker';
import * as activities from './activities.ts';

const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233' });
const worker = await createWorker({
  connection,
  taskQueue: process.env['FANFOLD_TASK_QUEUE'] ?? 'shop',
  activities,
  workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
});
await worker.run();
