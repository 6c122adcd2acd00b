/** fanfold as a plugin of a worker of one's own, whose interceptors, activities and plugins stay as they are. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerPlugin } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { openStore } from '../../src/store/open.ts';
import { fanfold } from '../../src/worker.ts';
import { quietLogs } from '../support/temporal.ts';

const taskQueue = `plugin-${randomUUID().slice(0, 8)}`;
const seen: string[] = [];
const order: string[] = [];
const named = (name: string): WorkerPlugin => ({
  name,
  configureWorker: (options) => {
    order.push(`${name} configures`);
    return options;
  },
  runWorker: async (worker, next) => {
    order.push(`${name} runs`);
    await next(worker);
  },
});
let home = '';
let worker: Worker;
let running: Promise<void>;
let client: FanfoldClient;

beforeAll(async () => {
  quietLogs();
  home = await mkdtemp(join(tmpdir(), 'fanfold-plugin-'));
  const { address, codePath } = inject('temporal');
  const connection = await NativeConnection.connect({ address });
  worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath },
    activities: {
      score: async (value: number) => value * 2,
      slow: async () => Context.current().sleep(2500),
    },
    interceptors: {
      activity: [
        ({ info }) => ({
          inbound: {
            execute: (input, next) => {
              seen.push(`${info.activityType}@${info.taskQueue}`);
              return next(input);
            },
          },
        }),
      ],
    },
    plugins: [named('before'), fanfold({ home, limits: { api: { concurrency: 2 } } }), named('after')],
  });
  running = worker.run();
  const temporal = new Client({ connection: await Connection.connect({ address }) });
  client = new FanfoldClient({ client: temporal, taskQueue, store: openStore(home) });
}, 120_000);
afterAll(async () => {
  worker.shutdown();
  await running;
  await rm(home, { recursive: true, force: true });
});

test('runs of tasks reach the activities of the worker, and its own interceptor sees each call', async () => {
  const { fanIn } = await client.run('tasks', { tasks: [{ id: 'a', activity: 'score', input: 21 }] });
  expect(fanIn?.mergedResults).toEqual([42]);
  expect(seen).toContain(`score@${taskQueue}`);
});

test('a task at a limit runs on the worker of the limit, under the same interceptor', async () => {
  const tasks = [{ id: 'a', activity: 'score', input: 1, limit: 'api' }];
  expect((await client.run('tasks', { tasks })).fanIn?.mergedResults).toEqual([2]);
  expect(seen).toContain(`score@${taskQueue}.limit.api`);
});

test('a call that takes longer than the usual heartbeat timeout is made once', async () => {
  const { fanIn } = await client.run('tasks', {
    tasks: [{ id: 'a', activity: 'slow' }],
    options: { granularity: 'task', attempts: 1 },
  });
  expect(fanIn).toMatchObject({ successCount: 1 });
  expect(seen.filter((each) => each.startsWith('slow@'))).toHaveLength(1);
});

test('a map run needs nothing else', async () => {
  const { runId } = await client.map('score', [1, 2, 3]);
  expect((await client.result(runId)).fanIn).toMatchObject({ successCount: 3 });
});

test('plugins of one’s own keep their order, and wrap the run as they would without it', () => {
  expect(order.slice(0, 2)).toEqual(['before configures', 'after configures']);
  expect(order).toContain('before runs');
  expect(order.indexOf('before runs')).toBeLessThan(order.indexOf('after runs'));
});

test('an activity that has the prefix of fanfold’s is refused by name before the worker is there', async () => {
  const { address, codePath } = inject('temporal');
  const connection = await NativeConnection.connect({ address });
  const creating = Worker.create({
    connection,
    taskQueue: 'taken',
    workflowBundle: { codePath },
    activities: { 'fanfold.runPack': async () => 1 },
    plugins: [fanfold({ home })],
  });
  await expect(creating).rejects.toThrow(/'fanfold.runPack' has the prefix/);
  await connection.close();
});

test('activities named as fanfold’s are serve runs that need fanfold’s too, and it is said which they are', async () => {
  const { address, codePath } = inject('temporal');
  const connection = await NativeConnection.connect({ address });
  const said: string[] = [];
  const mine = (name: string) => async () => `my ${name}`;
  const namesakes = ['runPack', 'runLocalPack', 'knownActivities', 'runCached', 'planPart', 'runPages'];
  const queue = `${taskQueue}-namesakes`;
  const theirs = await Worker.create({
    connection,
    taskQueue: queue,
    workflowBundle: { codePath },
    activities: {
      ...Object.fromEntries(namesakes.map((name) => [name, mine(name)])),
      score: async (n: number) => n * 2,
    },
    plugins: [fanfold({ home, onMessage: (message) => said.push(message) })],
  });
  const temporal = new Client({ connection: await Connection.connect({ address }) });
  const there = new FanfoldClient({ client: temporal, taskQueue: queue, store: openStore(home) });
  await theirs.runUntil(async () => {
    const tasks = namesakes.map((activity) => ({ id: activity, activity }));
    const keyed = { id: 'keyed', activity: 'score', input: 2, cacheKey: randomUUID() };
    const { fanIn } = await there.run('tasks', { tasks: [...tasks, keyed] });
    expect(fanIn?.mergedResults).toEqual([...namesakes.map((name) => `my ${name}`), 4]);
    const packed = await there.run('tasks', { tasks, options: { granularity: 3 } });
    expect(packed.fanIn?.mergedResults).toEqual(namesakes.map((name) => `my ${name}`));
    const { runId } = await there.map('planPart', [1, 2, 3]);
    expect((await there.result(runId)).fanIn).toMatchObject({ successCount: 3 });
  });
  expect(said.join()).toContain(namesakes.toSorted().join(', '));
  await connection.close();
});
