/** What a worker and the service show to those who watch over them: real processes and runs, read as Prometheus reads it. */
import { createServer } from 'node:http';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { clusterMetrics, workMetrics } from '../../src/core/metrics.ts';
import { fileStore } from '../../src/store/files.ts';
import { Kinds } from '../../src/runs/kinds.ts';
import { lasting, type LastingProcess } from '../support/lasting.ts';
import { startProxy } from '../support/proxy.ts';
import { eventually } from '../support/temporal.ts';

const taskQueue = `metrics-${randomUUID().slice(0, 8)}`;
let worker: LastingProcess;
let client: FanfoldClient;
let store: string;

beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'fanfold-metrics-'));
  worker = await lasting(['worker', '--demo', '--metrics-port', '0'], {
    environment: { FANFOLD_TASK_QUEUE: taskQueue, FANFOLD_STORE: store },
    files: { 'fanfold.config.json': '{ "limits": { "slow-api": { "concurrency": 3, "tokensPerMinute": 600 } } }' },
  });
  const connection = await Connection.connect({ address: worker.facts.address });
  client = new FanfoldClient({ client: new Client({ connection }), taskQueue, store: fileStore(store) });
});
afterAll(() => client.close());

async function read(from: string | undefined, path = '/metrics') {
  const response = await fetch(`${from}${path}`);
  return { status: response.status, text: await response.text() };
}

/** Series of one metric, by their labels as they stand there. */
function seriesOf(text: string, name: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return new Map(
    lines.map((line) => [
      line.slice(name.length, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

/** The sum of the series that have all of these labels. */
function valueOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return [...seriesOf(text, name)]
    .filter(([of]) => wanted.every((each) => of.includes(each)))
    .reduce((sum, [, value]) => sum + value, 0);
}

test('a worker listens on this machine alone, where it says that it is well and ready', async () => {
  expect(worker.facts.metrics).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await read(worker.facts.metrics, '/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect(await read(worker.facts.metrics, '/readyz')).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect((await read(worker.facts.metrics, '/elsewhere')).status).toBe(404);
  const posted = await fetch(`${worker.facts.metrics}/metrics`, { method: 'POST', body: 'x' });
  expect(posted.status).toBe(405);
});

test('it counts runs, fan-outs and tasks by kind and outcome, attempts by how they travelled, and retries', async () => {
  const tasks = [
    { id: 'a', activity: 'echo', input: 1 },
    { id: 'b', activity: 'echo', input: 2 },
    { id: 'c', activity: 'wait', input: { ms: 60_000 } },
    { id: 'd', activity: 'wait', input: { ms: 1, failures: 1 } },
  ];
  const before = (await read(worker.facts.metrics)).text;
  await client.run('tasks', { tasks, options: { deadline: '3s', granularity: 'task' } });
  await client.run('tasks', { tasks: tasks.slice(0, 2), options: {} });
  const range = { kind: 'range', count: 120 } as const;
  await client.run('map', { activity: 'echo', source: range });
  const failed = await client.run('tasks', {
    tasks: [{ id: 'odd', activity: 'wait', input: { ms: 1, fail: 'no' } }],
    options: { minSuccesses: 1, attempts: 2 },
  });
  expect(failed.status).toBe('failed');
  // The SDK's counters are a step behind the answer to whoever waits for the run.
  const { text } = await eventually(async () => {
    const now = await read(worker.facts.metrics);
    return valueOf(now.text, 'fanfold_runs_total') >= 4 ? now : undefined;
  });
  const grown = (name: string, labels = {}): number => valueOf(text, name, labels) - valueOf(before, name, labels);
  expect(grown('fanfold_runs_total', { kind: 'tasks', outcome: 'completed', stopped_by: 'deadline' })).toBe(1);
  expect(grown('fanfold_runs_total', { kind: 'tasks', outcome: 'completed', stopped_by: 'allSettled' })).toBe(1);
  expect(grown('fanfold_runs_total', { kind: 'map', outcome: 'completed', stopped_by: 'allSettled' })).toBe(1);
  expect(grown('fanfold_runs_total', { kind: 'tasks', outcome: 'failed' })).toBe(1);
  expect(grown('fanfold_run_duration_seconds_count', { kind: 'tasks' })).toBe(3);
  expect(grown('fanfold_tasks_total', { kind: 'tasks', outcome: 'succeeded' })).toBe(5);
  expect(grown('fanfold_tasks_total', { kind: 'tasks', outcome: 'timedOut' })).toBe(1);
  expect(grown('fanfold_tasks_total', { kind: 'tasks', outcome: 'failed' })).toBe(1);
  expect(grown('fanfold_tasks_total', { kind: 'map', outcome: 'succeeded' })).toBe(120);
  expect(grown('fanfold_fan_outs_total', { stopped_by: 'deadline' })).toBe(1);
  expect(grown('fanfold_attempts_total', { activity: 'echo', travel: 'map', outcome: 'succeeded' })).toBe(120);
  expect(grown('fanfold_attempts_total', { activity: 'echo', travel: 'alone', outcome: 'succeeded' })).toBe(4);
  expect(grown('fanfold_attempts_total', { activity: 'wait', outcome: 'failed' })).toBeGreaterThanOrEqual(2);
  expect(grown('fanfold_retries_total', { activity: 'wait' })).toBeGreaterThanOrEqual(1);
  expect(grown('fanfold_attempt_duration_seconds_count', { activity: 'echo' })).toBe(124);
  expect(valueOf(text, 'fanfold_attempt_duration_seconds_sum', { activity: 'echo' })).toBeLessThan(60);
});

test("it shows Temporal's own metrics, those of the process and those of its limits", async () => {
  const { text } = await read(worker.facts.metrics);
  for (const name of ['temporal_num_pollers', 'temporal_worker_task_slots_available', 'process_resident_memory_bytes'])
    expect(seriesOf(text, name).size, name).toBeGreaterThan(0);
  expect(valueOf(text, 'fanfold_limit_concurrency', { limit: 'slow-api' })).toBe(3);
  expect(valueOf(text, 'fanfold_limit_processes', { limit: 'slow-api' })).toBe(1);
  expect(seriesOf(text, 'fanfold_limit_tokens_left').size).toBe(1);
  expect(valueOf(text, 'fanfold_server_reachable')).toBe(1);
  expect(seriesOf(text, 'fanfold_runs_open').size).toBe(1);
  expect(seriesOf(text, 'fanfold_runs_stuck').size).toBe(1);
  expect(valueOf(text, 'fanfold_queue_unserved', { queue: taskQueue })).toBe(0);
});

test('each metric is explained once, and has no labels but those that it is to have', async () => {
  const { text } = await read(worker.facts.metrics);
  const explained = [...text.matchAll(/^# HELP (\S+) /gm)].map(([, name]) => name);
  expect(new Set(explained).size).toBe(explained.length);
  for (const { name, labels, type } of Object.values({ ...workMetrics, ...clusterMetrics })) {
    const shown = [name, `${name}_total`, `${name}_count`].flatMap((each) => [...seriesOf(text, each).keys()]);
    for (const of of shown) {
      const found = [...of.matchAll(/(\w+)="/g)].map(([, label]) => label);
      const added = ['namespace', 'task_queue', 'taskQueue', 'workflowType', 'service_name'];
      expect(found.filter((label) => !added.includes(label ?? '')).toSorted(), `${name} (${type})`).toEqual(
        [...labels].toSorted(),
      );
    }
  }
});

test('kinds are counted by the names that the client knows them by', () => {
  const kinds = new Kinds([]);
  expect(kinds.nameOf('runTasks')).toBe('tasks');
  expect(kinds.nameOf('mapItems')).toBe('map');
});

test('the service shows the same of the deployment, without a token on its own port for that', async () => {
  const token = 'a-token-of-sixteen-or-more';
  const service = await lasting(['serve', '--port', '0', '--metrics-port', '127.0.0.1:0'], {
    environment: { FANFOLD_TASK_QUEUE: taskQueue, FANFOLD_TOKEN: token },
  });
  const { text } = await read(service.facts.metrics);
  expect(seriesOf(text, 'fanfold_event_streams').size).toBe(1);
  expect(valueOf(text, 'fanfold_queue_unserved', { queue: taskQueue })).toBe(0);
  expect(await read(service.facts.metrics, '/readyz')).toMatchObject({ status: 200 });
  expect((await read(service.facts.service)).status).not.toBe(200);
  expect((await read(service.facts.service)).status).toBe(401);
  expect(await service.stop()).toBe(0);
});

test('a worker whose server does not answer is well and not ready, and is ready again once it does', async () => {
  const proxy = await startProxy(worker.facts.address);
  const cutOff = await lasting(['worker', '--metrics-port', '0'], {
    environment: { FANFOLD_TASK_QUEUE: `${taskQueue}-cut-off`, TEMPORAL_ADDRESS: proxy.address },
  });
  expect((await read(cutOff.facts.metrics, '/readyz')).status).toBe(200);
  proxy.reset(true);
  expect(await read(cutOff.facts.metrics, '/readyz')).toMatchObject({
    status: 503,
    text: expect.stringMatching(/Temporal server does not answer/),
  });
  expect((await read(cutOff.facts.metrics, '/healthz')).status).toBe(200);
  // What could not be asked is absent; that nothing answers is said.
  const { text } = await read(cutOff.facts.metrics);
  expect(valueOf(text, 'fanfold_server_reachable')).toBe(0);
  expect(seriesOf(text, 'fanfold_runs_stuck').size).toBe(0);
  proxy.mend();
  await eventually(async () => (await read(cutOff.facts.metrics, '/readyz')).status === 200 || undefined);
  await cutOff.stop();
  await proxy.close();
});

test('a port that is taken, or is none, is said before anything is done', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await expect(lasting(['worker', '--metrics-port', `${port}`])).rejects.toThrow(/Port \d+ of 127\.0\.0\.1 is taken/);
  await expect(lasting(['worker', '--metrics-port', 'soon'])).rejects.toThrow(
    /ended with 2: .*--metrics-port.*9464.*'soon'/s,
  );
  taken.close();
});
