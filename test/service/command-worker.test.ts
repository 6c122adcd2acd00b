/** The worker that a command brings does the work of commands alone: whoever shares the task queue loses no run to it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { FanfoldClient, type RunView } from '../../src/client.ts';
import { queueOf, pollersOf } from '../../src/runs/pollers.ts';
import { createWorker } from '../../src/worker.ts';
import { lasting } from '../support/lasting.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
let folder: string;
let connection: Connection;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfold-command-worker-'));
  connection = await Connection.connect({ address: inject('temporal').address });
});
afterAll(() => connection.close());

function command(taskQueue: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const usual = { TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: folder, FANFOLD_TASK_QUEUE: taskQueue };
  const env = { ...process.env, ...usual, NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  return { child, ended, said: () => stdout + stderr };
}

async function waiting(name: string, ms: number): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify({ tasks: [{ id: 'slow', activity: 'wait', input: { ms } }] }));
  return file;
}

const queueNamed = (what: string): string => `${what}-${randomUUID().slice(0, 8)}`;
const clientOf = (taskQueue: string): FanfoldClient =>
  new FanfoldClient({ client: new Client({ connection }), taskQueue });

/** A command whose run has begun, and which is gone at once. */
async function killedAt(taskQueue: string, id: string, file: string): Promise<void> {
  const { child, ended } = command(taskQueue, ['tasks', file, '--id', id]);
  const client = clientOf(taskQueue);
  await eventually(async () => ((await client.progress(id).catch(() => undefined)) ? true : undefined));
  child.kill('SIGKILL');
  await ended;
}

test('runs of others on the queue that a command names end as ever while its own worker is there', async () => {
  const taskQueue = queueNamed('shared');
  const client = clientOf(taskQueue);
  const own = `${taskQueue}-own`;
  const running = command(taskQueue, ['tasks', await waiting('own', 60_000), '--id', own, '--json']);
  await eventually(async () => {
    const [now] = (await client.progress(own).catch(() => undefined)) ?? [];
    return now?.running === 1 ? true : undefined;
  });
  // What the command's worker knows nothing of.
  const native = await NativeConnection.connect({ address: inject('temporal').address });
  const worker = await createWorker({
    connection: native,
    taskQueue,
    home: await mkdtemp(join(tmpdir(), 'fanfold-alien-')),
    activities: { score: async (n: number) => 2 * n },
    limits: { theirs: { concurrency: 2 } },
    agents: [],
  });
  await worker.runUntil(async () => {
    const tasks = [{ id: 'a', activity: 'score', input: 21, limit: 'theirs' }];
    const began = performance.now();
    const views = await Promise.all(Array.from({ length: 30 }, () => client.run('tasks', { tasks })));
    expect(views.map(({ status, fanIn }) => [status, fanIn?.mergedResults])).toEqual(
      Array.from({ length: 30 }, () => ['completed', [42]]),
    );
    expect(performance.now() - began).toBeLessThan(20_000);
  });
  await native.close();
  // With nobody else there, the command still does its own.
  await client.settle(own);
  expect(JSON.parse((await running.ended).stdout)).toMatchObject({ runId: own, fanIn: { stoppedBy: 'settleNow' } });
});

test('what a killed command has left is done by the next one of its id', async () => {
  const taskQueue = queueNamed('left');
  const id = `${taskQueue}-run`;
  const file = await waiting('left', 3000);
  await killedAt(taskQueue, id, file);
  const second = await command(taskQueue, ['tasks', file, '--id', id, '--json']).ended;
  expect(second.stderr).toContain(`Joined run '${id}'`);
  expect((JSON.parse(second.stdout) as RunView).status).toBe('completed');
});

test('a worker that is started where a command was killed does what is left, and one elsewhere does not', async () => {
  const taskQueue = queueNamed('taken');
  const id = `${taskQueue}-run`;
  await killedAt(taskQueue, id, await waiting('taken', 3000));
  const elsewhere = await lasting(['worker', '--demo'], { environment: { FANFOLD_TASK_QUEUE: taskQueue } });
  const temporal = new Client({ connection });
  const { taskQueue: queue } = await temporal.workflow.getHandle(id).describe();
  const polling = await pollersOf(queueOf(temporal, queue), 'runs');
  expect(polling.map(({ identity }) => identity.split('@')[0])).not.toContain(`${elsewhere.child.pid}`);
  const worker = await lasting(['worker', '--demo'], {
    environment: { FANFOLD_TASK_QUEUE: taskQueue, FANFOLD_HOME: folder },
  });
  expect((await clientOf(taskQueue).result(id)).status).toBe('completed');
  expect(await Promise.all([worker.stop(), elsewhere.stop()])).toEqual([0, 0]);
});

test('a run on a queue that all share waits for a worker that stays, and who follows it is told which', async () => {
  const taskQueue = queueNamed('unserved');
  const { runId } = await clientOf(taskQueue).start('tasks', { tasks: [{ id: 'a', activity: 'echo', input: 1 }] });
  const watching = command(taskQueue, ['watch', runId, '--json']);
  const told = `No worker serves the task queue '${taskQueue}', on which '${runId}' waits: npx fanfold worker starts one`;
  await eventually(() => (watching.said().includes(told) ? true : undefined));
  const worker = await lasting(['worker', '--demo'], { environment: { FANFOLD_TASK_QUEUE: taskQueue } });
  const { code, stdout } = await watching.ended;
  expect([code, (JSON.parse(stdout) as RunView).status]).toEqual([0, 'completed']);
  expect(await worker.stop()).toBe(0);
});

test('a command of a version that nobody has promoted does its own run all the same', async () => {
  const versioned = { FANFOLD_BUILD_ID: 'b2', FANFOLD_DEPLOYMENT: queueNamed('deployment') };
  const taskQueue = queueNamed('versioned');
  const { code } = await command(taskQueue, ['tasks', await waiting('versioned', 1), '--json'], versioned).ended;
  expect(code).toBe(0);
});
