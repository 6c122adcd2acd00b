import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { startServer, type DevServer } from '../../src/dev-server/dev-server.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const workers: ChildProcess[] = [];
const servers: DevServer[] = [];

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.kill('SIGKILL');
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

interface Place {
  readonly address: string;
  readonly folder: string;
  readonly journal: string;
  readonly taskQueue: string;
}

async function place(address: string = inject('temporal').address): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-crash-'));
  return { address, folder, journal: join(folder, 'journal'), taskQueue: `crash-${folder.slice(-6)}` };
}

function startWorker({ address, folder, taskQueue }: Place, ...flags: string[]): ChildProcess {
  const env = { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: folder, FANFOLD_TASK_QUEUE: taskQueue };
  const worker = spawn(process.execPath, [main, 'worker', '--demo', ...flags], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  workers.push(worker);
  return worker;
}

async function connect({ address, taskQueue }: Place): Promise<FanfoldClient> {
  const client = new Client({ connection: await Connection.connect({ address }) });
  return new FanfoldClient({ client, taskQueue });
}

const count = async ({ journal }: Place, what: string): Promise<string[]> => {
  const lines = (await readFile(journal, 'utf8').catch(() => '')).split('\n');
  return lines.filter((line) => line.startsWith(what)).map((line) => line.split(' ')[1] ?? '');
};
const tasks = ({ journal }: Place, number: number, ms: number) =>
  Array.from({ length: number }, (_, index) => ({ id: `t${index}`, activity: 'wait', input: { ms, journal } }));

test('a killed worker loses nothing: its successor finishes the run and runs no finished task again', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const first = startWorker(here);
  const { runId } = await fanfold.start('tasks', {
    tasks: tasks(here, 60, 50),
    options: { concurrency: 10, attempts: 5 },
  });
  // What history knows as finished at the kill; a task may have ended without its worker having told so.
  const finished = await eventually(async () => {
    const results = (await fanfold.progress(runId))?.[0]?.tasks.filter(({ state }) => state === 'succeeded') ?? [];
    return results.length >= 20 ? results.map(({ id }) => id) : undefined;
  });
  first.kill('SIGKILL');
  await once(first, 'exit');
  startWorker(here);
  const view = await fanfold.result(runId);
  expect(view).toMatchObject({ status: 'completed', fanIn: { successCount: 60 } });
  const ends = await count(here, 'end');
  for (const id of finished) expect(ends.filter((each) => each === id)).toHaveLength(1);
});

test('a living worker of the same machine gives back what a killed one ran, before its heartbeats are missed', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const both = [startWorker(here), startWorker(here)];
  const { runId } = await fanfold.start('tasks', { tasks: tasks(here, 40, 1500), options: { granularity: 'task' } });
  await eventually(async () => ((await count(here, 'start')).length === 40 ? true : undefined));
  // Whichever was there first may have taken all.
  const { pendingActivities } = (await fanfold.temporal.workflow.getHandle(runId).describe()).raw;
  const busy = pendingActivities?.map(({ lastWorkerIdentity }) => Number.parseInt(lastWorkerIdentity ?? '', 10));
  both.find(({ pid }) => busy?.includes(pid ?? 0))?.kill('SIGKILL');
  expect(await fanfold.result(runId)).toMatchObject({ status: 'completed', fanIn: { successCount: 40 } });
  const { events } = await fanfold.temporal.workflow.getHandle(runId).fetchHistory();
  const failures = events?.map((event) => event.activityTaskStartedEventAttributes?.lastFailure?.message);
  expect(failures).toContain('The worker process that ran it died');
});

test('tasks inside the workflow’s own task are done by the successor of a worker that was killed amid them', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const first = startWorker(here);
  const { runId } = await fanfold.start('tasks', { tasks: tasks(here, 5, 1000), options: { granularity: 'local' } });
  await eventually(async () => ((await count(here, 'start')).length === 5 ? true : undefined));
  first.kill('SIGKILL');
  await once(first, 'exit');
  startWorker(here);
  expect(await fanfold.result(runId)).toMatchObject({ status: 'completed', fanIn: { successCount: 5 } });
});

test('a run outlives the death of the server, whose file keeps it', async () => {
  const { binary } = inject('temporal');
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-crash-'));
  const options = { binary, dbFilename: join(folder, 'temporal.db'), logFile: join(folder, 'server.log') };
  const server = await startServer(options);
  const here = await place(server.address);
  startWorker(here);
  const fanfold = await connect(here);
  const { runId } = await fanfold.start('tasks', {
    tasks: tasks(here, 30, 100),
    options: { concurrency: 3, attempts: 5 },
  });
  await eventually(async () => ((await count(here, 'end')).length >= 6 ? true : undefined));
  await server.kill();
  // The port may be somebody's for a moment, as the source of a connection.
  const again = () => startServer({ ...options, port: server.port });
  servers.push(await again().catch(again));
  const view = await eventually(() => fanfold.result(runId).catch(() => undefined));
  expect(view).toMatchObject({ status: 'completed', fanIn: { successCount: 30 } });
});

test('a worker told to stop drains what it runs and leaves with success', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const worker = startWorker(here);
  const { runId } = await fanfold.start('tasks', { tasks: tasks(here, 1, 700) });
  await eventually(async () => ((await count(here, 'start')).length === 1 ? true : undefined));
  worker.kill('SIGTERM');
  const [code] = (await once(worker, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(await count(here, 'end')).toEqual(['t0']);
  startWorker(here);
  expect((await fanfold.result(runId)).fanIn?.successCount).toBe(1);
});

test('a worker told to stop lets a call of nine seconds end, as nothing is cut within the minute of its drain', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const worker = startWorker(here);
  await fanfold.start('tasks', { tasks: tasks(here, 1, 9000) });
  await eventually(async () => ((await count(here, 'start')).length === 1 ? true : undefined));
  worker.kill('SIGTERM');
  const [code] = (await once(worker, 'exit')) as [number | null];
  expect([code, await count(here, 'end')]).toEqual([0, ['t0']]);
});

test('a worker that could not end what it had says what was left, and exits 1; the next goes on with it', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const worker = startWorker(here, '--drain', '300ms');
  let said = '';
  worker.stderr?.on('data', (text) => (said += String(text)));
  const { runId } = await fanfold.start('tasks', { tasks: tasks(here, 1, 4000), options: { attempts: 3 } });
  await eventually(async () => ((await count(here, 'start')).length === 1 ? true : undefined));
  worker.kill('SIGTERM');
  const [code] = (await once(worker, 'close')) as [number | null];
  expect(code).toBe(1);
  expect(said).toContain(`1 call of activities not done within 0.3 s`);
  expect(said).toContain(`wait of run '${runId}'`);
  startWorker(here);
  expect((await fanfold.result(runId)).fanIn?.successCount).toBe(1);
});

test('a change made by hand outlives the worker that took it', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const first = startWorker(here);
  const { runId } = await fanfold.start('tasks', {
    tasks: [...tasks(here, 1, 10), { id: 'slow', activity: 'wait', input: { ms: 60_000 } }],
    options: { deadline: '50s' },
  });
  await eventually(async () => ((await fanfold.progress(runId))?.[0]?.succeeded === 1 ? true : undefined));
  await fanfold.setConcurrency(runId, 7);
  await fanfold.add(runId, [{ id: 'added', activity: 'echo', input: 'late' }]);
  first.kill('SIGKILL');
  await once(first, 'exit');
  startWorker(here);
  const progress = await eventually(async () => {
    const [now] = (await fanfold.progress(runId)) ?? [];
    return now && now.succeeded === 2 ? now : undefined;
  });
  expect(progress).toMatchObject({ concurrency: 7, total: 3 });
  await fanfold.settle(runId);
  expect((await fanfold.result(runId)).fanIn).toMatchObject({ stoppedBy: 'settleNow', mergedResults: ['t0', 'late'] });
});

test('a killed pack goes on where its last heartbeat was: what it had told is not run again', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const first = startWorker(here);
  const { runId } = await fanfold.start('tasks', {
    tasks: tasks(here, 200, 50),
    options: { granularity: 200, concurrency: 10 },
  });
  await eventually(async () => ((await count(here, 'end')).length >= 100 ? true : undefined));
  // The line of each end has its pack's id; tasks are told apart by how many there are.
  const before = (await count(here, 'end')).length;
  first.kill('SIGKILL');
  await once(first, 'exit');
  startWorker(here);
  const view = await fanfold.result(runId);
  expect(view).toMatchObject({ status: 'completed', fanIn: { successCount: 200 } });
  const again = (await count(here, 'end')).length - 200;
  // Ten at once of 50 ms end in 200 ms of checkpoint, and as long again for the heartbeat to travel.
  expect(again).toBeLessThan(before);
  expect(again).toBeLessThanOrEqual(150);
});

test('a redrive outlives its worker and still runs nothing that had succeeded', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const first = startWorker(here);
  const failing = { id: 'bad', activity: 'wait', input: { ms: 1, fail: 'not today' } };
  const slow = { id: 'slow', activity: 'wait', input: { ms: 3000 } };
  const { runId } = await fanfold.start('tasks', {
    tasks: [...tasks(here, 3, 10), failing, slow],
    options: { deadline: '2s' },
  });
  expect((await fanfold.result(runId)).fanIn).toMatchObject({ successCount: 3, failureCount: 2 });
  const { runId: again } = await fanfold.redrive(runId, { options: { deadline: '40s', attempts: 5 } });
  await eventually(async () => ((await fanfold.progress(again))?.[0]?.failed === 1 ? true : undefined));
  first.kill('SIGKILL');
  await once(first, 'exit');
  startWorker(here);
  expect((await fanfold.result(again)).fanIn).toMatchObject({ successCount: 4, failedTasks: { bad: 'not today' } });
  expect((await count(here, 'end')).toSorted()).toEqual(['t0', 't1', 't2']);
});

test('a hedged run outlives its worker, with one result a task', async () => {
  const here = await place();
  const fanfold = await connect(here);
  const first = startWorker(here);
  const quick = tasks(here, 25, 10);
  const slow = { id: 'slow', activity: 'wait', input: { ms: 2500 } };
  const { runId } = await fanfold.start('tasks', { tasks: [...quick, slow], options: { hedge: '300ms', attempts: 5 } });
  await eventually(async () => ((await fanfold.progress(runId))?.[0]?.succeeded === 25 ? true : undefined));
  first.kill('SIGKILL');
  await once(first, 'exit');
  startWorker(here);
  const { fanIn } = await fanfold.result(runId);
  expect(fanIn).toMatchObject({ successCount: 26, failureCount: 0 });
  expect(fanIn?.results.map(({ id }) => id)).toEqual([...quick.map(({ id }) => id), 'slow']);
});
