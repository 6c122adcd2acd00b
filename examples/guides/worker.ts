/** Temporal's own worker and client with a payload codec, and fanfold as one of the worker's plugins. */
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { FanfoldClient } from 'fanfold/client';
import { fanfold } from 'fanfold/worker';
import * as activities from '../shop/activities.ts';

export async function sealedWorker(address: string, taskQueue: string, dataConverter: DataConverter) {
  return Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
    activities,
    dataConverter,
    plugins: [fanfold()],
  });
}

export async function sealedClient(address: string, taskQueue: string, dataConverter: DataConverter) {
  const client = new Client({ connection: await Connection.connect({ address }), dataConverter });
  return new FanfoldClient({ client, taskQueue });
}
