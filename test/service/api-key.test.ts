/** A server that wants TLS and an API key: every command reaches it by what the environment or a profile says, and says so where it is refused. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { lasting } from '../support/lasting.ts';
import { startKeyedServer, type KeyedServer } from '../support/keyed-server.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const taskQueue = `keyed-${randomUUID().slice(0, 8)}`;
const apiKey = `key-${randomUUID()}`;
let home: string;
let server: KeyedServer;
let keyed: NodeJS.ProcessEnv;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'fanfold-keyed-'));
  server = await startKeyedServer(inject('temporal').address, apiKey);
  keyed = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_API_KEY: apiKey,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: server.certificate,
    FANFOLD_TASK_QUEUE: taskQueue,
  };
});
afterAll(() => server.close());

function fanfold(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const env = { ...process.env, FANFOLD_HOME: home, NO_COLOR: '1', ...environment };
  return promisify(execFile)(process.execPath, [main, ...args], { cwd: home, env, timeout: 50_000 }).then(
    (output) => ({ code: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

interface Found {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly advice?: string;
}
const serverOf = (stdout: string): Found | undefined =>
  (JSON.parse(stdout) as { findings: Found[] }).findings.find(({ what }) => what === 'Temporal server');

test('a worker, a service and the commands beside them reach it, and so does what each of them asks besides', async () => {
  const worker = await lasting(['worker', '--demo', '--metrics-port', '0'], { environment: keyed });
  // Its native connection polls by the key too.
  expect([...server.taken()]).toEqual(expect.arrayContaining(['PollWorkflowTaskQueue', 'PollActivityTaskQueue']));
  expect((await fetch(`${worker.facts.metrics}/readyz`)).status).toBe(200);
  const service = await lasting(['serve', '--port', '0'], { environment: keyed });
  const id = `${taskQueue}-run`;
  const started = await fetch(`${service.facts.service}/runs/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, input: { tasks: [{ id: 'a', activity: 'wait', input: { ms: 60_000 } }] } }),
  });
  expect(started.status).toBe(202);
  for (const args of [
    ['doctor', '--json'],
    ['show', id],
    ['runs'],
    ['runs', '--stuck'],
    ['replay', '--open'],
    ['replay', '--run', id],
    ['limits'],
    ['namespace', 'setup', '--namespace', `${taskQueue}-made`],
    ['settle', id],
    ['watch', id],
    ['dead-letters', id],
  ]) {
    server.taken();
    const { code, stdout, stderr } = await fanfold(args, keyed);
    expect([args, code], `${stdout}${stderr}`).toEqual([args, 0]);
    expect(server.taken().size, args.join(' ')).toBeGreaterThan(0);
    if (args[0] === 'doctor') expect(serverOf(stdout)).toMatchObject({ ok: true, found: expect.stringMatching(/key/) });
  }
  expect(await service.stop()).toBe(0);
  expect(await worker.stop()).toBe(0);
});

test('a command that brings its own worker does so by the key', async () => {
  const file = join(home, 'tasks.json');
  await writeFile(file, JSON.stringify({ tasks: [{ id: 'a', activity: 'echo', input: 1 }] }));
  const ended = await fanfold(['tasks', file, '--json'], { ...keyed, FANFOLD_TASK_QUEUE: `${taskQueue}-own` });
  expect(ended.code, ended.stderr).toBe(0);
  expect([...server.taken()]).toContain('RespondWorkflowTaskCompleted');
});

test('the key of a profile is as good', async () => {
  const file = join(home, 'temporal.toml');
  const lines = [
    '[profile.cloud]',
    `address = "${server.address}"`,
    `api_key = "${apiKey}"`,
    '[profile.cloud.tls]',
    `server_ca_cert_path = "${server.certificate}"`,
  ];
  await writeFile(file, lines.join('\n'));
  const profile = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'cloud', TEMPORAL_ADDRESS: undefined };
  const { code, stdout } = await fanfold(['doctor', '--json'], profile);
  expect([code, serverOf(stdout)?.ok]).toEqual([0, true]);
  expect((await fanfold(['runs'], profile)).code).toBe(0);
});

test('a key that is taken no more is an outage that says so, and is over once it is taken again', async () => {
  const worker = await lasting(['worker', '--metrics-port', '0'], { environment: keyed });
  const status = async (path: string): Promise<number> => (await fetch(`${worker.facts.metrics}${path}`)).status;
  server.takes('another');
  await eventually(() => (/does not answer.*UNAUTHENTICATED/.test(worker.stderr()) ? true : undefined));
  // A new process would have the same key.
  expect([await status('/readyz'), await status('/healthz')]).toEqual([503, 200]);
  server.takes(apiKey);
  await eventually(() => (worker.stderr().includes('answers again') ? true : undefined));
  expect(await status('/readyz')).toBe(200);
  expect(await worker.stop()).toBe(0);
});

test.each([
  ['runs'],
  ['show', 'x'],
  ['worker'],
  ['serve', '--port', '0'],
  ['replay', '--open'],
  ['namespace', 'setup'],
  ['doctor'],
])('`%s` with a key that the server does not take exits 3 and says that it is the key', async (...args) => {
  for (const TEMPORAL_API_KEY of ['another', undefined]) {
    const { code, stdout, stderr } = await fanfold(args, {
      ...keyed,
      TEMPORAL_API_KEY,
      ...(TEMPORAL_API_KEY === undefined ? { TEMPORAL_TLS: 'true' } : {}),
    });
    const said = `${stdout}${stderr}`;
    expect([code, said]).toEqual([3, expect.stringContaining('TEMPORAL_API_KEY')]);
    expect(said).toContain('unauthorized');
    expect(said).not.toContain('another');
  }
});
