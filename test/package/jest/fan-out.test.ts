/** Run by jest 30, whose globals these are. */
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { gather } from 'fanfold';
import { fanfold } from 'fanfold/worker';

test('the plain verbs', async () => {
  const { mergedResults, failedTasks } = await gather([1, 2], async (value) => value * 2);
  expect(mergedResults).toEqual([2, 4]);
  expect(failedTasks).toEqual({});
});

test('a workflow on a worker with the plugin', async () => {
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233';
  const taskQueue = `jest-${process.pid}`;
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowsPath: require.resolve('./workflows'),
    activities: { double: async (value: number) => value * 2 },
    plugins: [fanfold({ limits: {} })],
  });
  const client = new Client({ connection: await Connection.connect({ address }) });
  const args = [[1, 2, 3]];
  const doubled = await worker.runUntil(client.workflow.execute('doubled', { taskQueue, workflowId: taskQueue, args }));
  expect(doubled).toEqual([2, 4, 6]);
});
