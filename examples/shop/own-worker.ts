/** The same on a worker of one's own: fanfold as one of its plugins. */
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { fanfold } from 'fanfold/worker';
import * as activities from './activities.ts';

const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233' });
const worker = await Worker.create({
  connection,
  taskQueue: process.env['FANFOLD_TASK_QUEUE'] ?? 'shop',
  activities,
  workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
  plugins: [fanfold()],
});
await worker.run();
