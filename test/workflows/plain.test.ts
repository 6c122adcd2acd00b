/** A worker of Temporal's own, without fanfold's plugin: the verbs work, and what needs the plugin says so at once. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { fanfold } from '../../src/worker.ts';
import { quietLogs } from '../support/temporal.ts';

const taskQueue = `plain-${randomUUID().slice(0, 8)}`;
const workflowsPath = fileURLToPath(new URL('../support/plain-workflows.ts', import.meta.url));
let begun = 0;
let worker: Worker;
let running: Promise<void>;
let client: FanfoldClient;

beforeAll(async () => {
  quietLogs();
  const { address } = inject('temporal');
  worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowsPath,
    activities: {
      slow: async (ms: number) => {
        begun++;
        await Context.current().sleep(ms);
        return 'slept';
      },
      lengthOf: async (text: string) => text.length,
    },
  });
  running = worker.run();
  client = new FanfoldClient({ client: new Client({ connection: await Connection.connect({ address }) }), taskQueue });
}, 120_000);
afterAll(async () => {
  worker.shutdown();
  await running;
});

function run(type: string, ...args: unknown[]): Promise<unknown> {
  return client.temporal.workflow.execute(type, { taskQueue, workflowId: randomUUID(), args });
}

test('an activity that takes longer than a heartbeat of fanfold is begun once and succeeds', async () => {
  begun = 0;
  expect(await run('slowOnes', 2600)).toMatchObject([{ success: true, result: 'slept' }]);
  expect(begun).toBe(1);
});

test('a limit fails its task at once, with the line to add to the worker', async () => {
  const began = Date.now();
  expect(await run('atLimit')).toMatchObject([
    { success: false, error: { name: 'PluginMissing', message: expect.stringContaining('plugins: [fanfold()]') } },
  ]);
  expect(Date.now() - began).toBeLessThan(10_000);
});

test.each([
  ['x', 1_600_000],
  ['漢', 720_000],
])(
  'an input of more bytes than a message takes is the failure of its task alone, of the letter %s',
  async (...args) => {
    expect(await run('lengths', ...args)).toMatchObject([
      { result: 0 },
      { success: false, error: { kind: 'notStarted', name: 'InputTooLarge' } },
      { result: 0 },
    ]);
  },
);

test('mapActivity works, an activity for each task', async () => {
  expect(await run('mapped')).toMatchObject([{ result: 'slept' }, { result: 'slept' }]);
});

test('the cache fails its task at once, with the line to add to the worker', async () => {
  expect(await run('cachedOnes')).toMatchObject([
    { success: false, error: { name: 'PluginMissing', message: expect.stringContaining('plugins: [fanfold()]') } },
  ]);
});

test.each([
  ['without', []],
  ['with', [fanfold()]],
])(
  'its histories replay %s the plugin',
  async (_with, plugins) => {
    const ids = await Promise.all(
      (['slowOnes', 'atLimit'] as const).map(async (type) => {
        const workflowId = randomUUID();
        await client.temporal.workflow.execute(type, { taskQueue, workflowId, args: [5] });
        return workflowId;
      }),
    );
    for (const workflowId of ids) {
      const history = await client.temporal.workflow.getHandle(workflowId).fetchHistory();
      await Worker.runReplayHistory({ workflowsPath, plugins }, history);
    }
  },
  90_000,
);

test('a run of a kind that the worker does not have fails within seconds, by name', async () => {
  const starting = client.run(
    'tasks',
    { tasks: [{ id: 'a', activity: 'slow', input: 1 }] },
    { id: `${taskQueue}-run` },
  );
  await expect(starting).rejects.toMatchObject({ type: 'RunStuck', message: expect.stringContaining('runTasks') });
  const { status, stuck } = await client.get(`${taskQueue}-run`);
  expect(status).toBe('running');
  expect(stuck).toMatchObject({
    reason: 'workflowTaskFails',
    message: expect.stringContaining('plugins: [fanfold()]'),
  });
  await client.temporal.workflow.getHandle(`${taskQueue}-run`).terminate();
});

test("the verbs of 'fanfold' say in a workflow which are meant", async () => {
  const workflowId = randomUUID();
  const handle = await client.temporal.workflow.start('wrongEntry', { taskQueue, workflowId, args: [] });
  await expect
    .poll(async () => (await client.get(workflowId)).stuck?.message, { timeout: 20_000 })
    .toContain("'fanfold/workflow'");
  await handle.terminate();
});

test('a run on a queue that nobody polls says so', async () => {
  const alone = new FanfoldClient({ client: client.temporal, taskQueue: `${taskQueue}-nobody` });
  const { runId } = await alone.start('tasks', { tasks: [{ id: 'a', activity: 'slow', input: 1 }] });
  await expect
    .poll(async () => (await alone.get(runId)).stuck, { timeout: 20_000 })
    .toMatchObject({ reason: 'noWorker', message: expect.stringContaining(`${taskQueue}-nobody`) });
  await alone.temporal.workflow.getHandle(runId).terminate();
});
