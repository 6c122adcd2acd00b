/** A kind of run of one's own, in one folder, through every door: shell, client and HTTP, dead letters and redrive. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { FanfoldClient, type RunView } from 'fanfold/client';
import { digestKind } from '../../examples/digest/kind.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = fileURLToPath(new URL('../../examples/digest', import.meta.url));
const taskQueue = `digest-${randomUUID().slice(0, 8)}`;
let home = '';
let environment: NodeJS.ProcessEnv;
let server: ChildProcess;
let url = '';
let client: FanfoldClient;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'fanfold-digest-'));
  const { address } = inject('temporal');
  environment = { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: home, FANFOLD_TASK_QUEUE: taskQueue };
  server = spawn(process.execPath, [main, 'dev', '--port', '0'], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout as NodeJS.ReadableStream })) {
    url = /^Service\s+(\S+)/.exec(line)?.[1] ?? url;
    if (line.includes('Ctrl-C')) break;
  }
  const { temporal, store } = await FanfoldClient.connect({ address });
  client = new FanfoldClient({ client: temporal, taskQueue, store, kinds: [digestKind] });
}, 120_000);
afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
  await client.close();
  await rm(home, { recursive: true, force: true });
});

async function post(path: string, body: object): Promise<{ status: number; body: RunView & { field?: string } }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as RunView & { field?: string } };
}

const over = (runId: string): Promise<RunView> =>
  eventually(async () => {
    const view = (await (await fetch(`${url}/runs/${runId}`)).json()) as RunView;
    return view.status === 'running' ? undefined : view;
  });

test('over HTTP it has a route, a checked body, dead letters and a redrive of what failed alone', async () => {
  expect((await post('/runs/digest', { input: { pages: [] } })).body.field).toBe('input.pages');
  const [there, later] = [join(home, 'there.txt'), join(home, 'later.txt')];
  await writeFile(there, 'one two three');
  const pages = [there, later];
  const started = await post('/runs/digest', { input: { pages }, options: { attempts: 1 } });
  expect(started.status).toBe(202);
  const first = await over(started.body.runId);
  expect(first).toMatchObject({ kind: 'digest', status: 'completed', answer: { title: '1 of 2 pages' } });
  const letters = await (await fetch(`${url}/runs/${first.runId}/dead-letters`)).json();
  expect(letters).toMatchObject({ deadLetters: [{ id: later, input: later, attempts: 1 }] });
  await writeFile(later, 'four');
  const again = await over((await post(`/runs/${first.runId}/redrive`, {})).body.runId);
  expect(again).toMatchObject({
    redriveOf: first.runId,
    answer: { lines: [`${there}: 3 words`, `${later}: 1 words`] },
  });
  const { events = [] } = await client.temporal.workflow.getHandle(again.runId).fetchHistory();
  expect((events ?? []).filter((event) => event.activityTaskScheduledEventAttributes)).toHaveLength(1);
});

test('from the client it is typed by its kind, and its schema refuses what cannot be meant', async () => {
  const view = await client.run(digestKind, { pages: [join(folder, 'kind.ts')] });
  expect(view).toMatchObject({ kind: 'digest', status: 'completed', answer: { title: '1 of 1 pages' } });
  await expect(client.start(digestKind, { pages: [] })).rejects.toMatchObject({ type: 'InvalidInput', field: 'pages' });
});

test('from the shell it has a command with help, text and JSON', async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [main, ...args], { cwd: folder, env: environment });
  expect((await run('digest', '--help')).stdout).toContain('count the words of pages side by side');
  expect((await run('digest', 'kind.ts', 'face.ts')).stdout).toMatch(
    /^2 of 2 pages\n\nkind\.ts: \d+ words\nface\.ts: \d+ words\n/,
  );
  const { stdout } = await run('digest', 'kind.ts', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'digest', status: 'completed', fanIn: { successCount: 1 } });
});

test('a run of tasks as data cannot name its activities', async () => {
  const started = await post('/runs/tasks', {
    tasks: [{ id: 'a', activity: 'summarise', input: { page: 'kind.ts' } }],
  });
  expect(started).toMatchObject({ status: 422, body: { field: 'tasks[0].activity' } });
  expect(JSON.stringify(started.body)).toContain('must name an open activity');
});
