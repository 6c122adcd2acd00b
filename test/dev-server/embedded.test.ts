/** The shared server, with real servers and real processes. Each test has a home of its own, so none sees the server of another. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findTemporal } from '../../src/dev-server/binary.ts';
import type { DevServer, DevServerOptions } from '../../src/dev-server/dev-server.ts';
import { acquireServer, startServer } from '../../src/dev-server/embedded.ts';
import type { AcquireOptions, ServerLease } from '../../src/dev-server/embedded.ts';
import { isAnswering } from '../../src/dev-server/health.ts';
import { freePort } from '../../src/dev-server/ports.ts';
import { isRunning, stopProcess } from '../../src/dev-server/process.ts';
import type { ProcessId } from '../../src/dev-server/process.ts';
import { openToOthers, underOpenUmask } from '../support/modes.ts';
import { compiled } from './compiled.ts';

const env: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')),
);
const message = (child: ChildProcess) => once(child, 'message').then(([value]) => value as string);
let folder = '';
let home = '';
let userScript = '';
let children: ChildProcess[] = [];
let servers: DevServer[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanfold-embedded-'));
  const { path } = await findTemporal({ home: join(folder, 'binary'), env });
  env['FANFOLD_TEMPORAL_BIN'] = path;
  userScript = join(await compiled(folder, 'dev-server/embedded.ts'), 'user.mjs');
  writeFileSync(
    userScript,
    `import { acquireServer } from './dev-server/embedded.js';
     const lease = await acquireServer({ home: process.argv[2] });
     process.send(lease.address);
     process.once('message', () => lease.release().then(() => process.send('released')).then(() => process.disconnect()));`,
  );
}, 300_000);

beforeEach(() => {
  home = mkdtempSync(join(folder, 'home-'));
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await Promise.all(servers.map((one) => one.kill()));
  servers = [];
  if (existsSync(join(home, 'server.json'))) await stopProcess(server());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function acquire(options: Partial<AcquireOptions> = {}): Promise<ServerLease> {
  return acquireServer({ home, env, ...options });
}

const onSpawn = (one: DevServer) => servers.push(one);

async function startOwn(options: Omit<DevServerOptions, 'binary'>): Promise<DevServer> {
  return startServer({ ...options, binary: env['FANFOLD_TEMPORAL_BIN'] ?? '', onSpawn });
}

function server(): ProcessId {
  return (JSON.parse(readFileSync(join(home, 'server.json'), 'utf8')) as { id: ProcessId }).id;
}

function user(): ChildProcess {
  const child = spawn(process.execPath, [userScript, home], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  return child;
}

async function release(child: ChildProcess): Promise<void> {
  const released = message(child);
  child.send('release');
  expect(await released).toBe('released');
}

async function withClient<T>(
  { address, namespace }: { address: string; namespace: string },
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

/** A run that nobody works on: it stays as it is for as long as its server remembers it. */
function startRun(place: { address: string; namespace: string }): Promise<unknown> {
  return withClient(place, (client) => client.workflow.start('nobodys', { taskQueue: 'nobody', workflowId: 'kept' }));
}

function statusOfRun(place: { address: string; namespace: string }): Promise<string> {
  return withClient(place, async (client) => (await client.workflow.getHandle('kept').describe()).status.name);
}

test('processes that start at once share one server, which ends with the last of them', async () => {
  const users = [user(), user(), user(), user()];
  const addresses = await Promise.all(users.map(message));
  expect(new Set(addresses).size).toBe(1);
  expect(existsSync(join(home, 'server.log.1')), 'only one was ever started').toBe(false);
  const shared = server();
  await Promise.all(users.slice(0, 3).map(release));
  expect(await isAnswering(addresses[0] ?? '', 'default')).toBe(true);
  await release(users[3] as ChildProcess);
  expect(isRunning(shared)).toBe(false);
  expect(existsSync(join(home, 'server.json'))).toBe(false);
});

test('two that leave at the same moment leave no server and no registration behind', async () => {
  const users = [user(), user()];
  await Promise.all(users.map(message));
  const shared = server();
  await Promise.all(users.map(release));
  expect(isRunning(shared)).toBe(false);
  expect(readdirSync(join(home, 'users'))).toEqual([]);
});

test('one that arrives while the last one leaves has a server that answers', async () => {
  let lease = await acquire();
  for (let round = 0; round < 3; round += 1) {
    const [next] = await Promise.all([acquire(), lease.release()]);
    expect(await isAnswering(next.address, 'default')).toBe(true);
    const [, after] = await Promise.all([next.release(), acquire()]);
    expect(await isAnswering(after.address, 'default')).toBe(true);
    lease = after;
  }
  await lease.release();
});

test('a user that was killed does not keep the server alive', async () => {
  const child = user();
  await message(child);
  const shared = server();
  const lease = await acquire();
  child.kill('SIGKILL');
  await once(child, 'exit');
  await lease.release();
  expect(isRunning(shared)).toBe(false);
});

test('one process may hold it twice, and giving one back twice counts once', async () => {
  const [first, second] = await Promise.all([acquire(), acquire()]);
  await Promise.all([first.release(), first.release()]);
  expect(await isAnswering(second.address, 'default')).toBe(true);
  await second.release();
  expect(await isAnswering(second.address, 'default')).toBe(false);
});

test('a port in use is said and is no error', async () => {
  const squatter = createServer();
  // Should somebody else have it already, so much the better.
  await new Promise<void>((resolve) =>
    squatter.once('error', () => resolve()).listen(7233, '127.0.0.1', () => resolve()),
  );
  const messages: string[] = [];
  const lease = await acquire({ onMessage: (line) => messages.push(line) });
  squatter.close();
  expect(lease.address).not.toBe('127.0.0.1:7233');
  expect(messages).toContainEqual(`The Temporal server listens on ${lease.address}, as port 7233 is in use.`);
  expect(await isAnswering(lease.address, 'default')).toBe(true);
  expect((await fetch(lease.uiUrl ?? '')).ok).toBe(true);
  await lease.release();
});

test('after a kill -9 of the server the next acquire has its runs, at the address that others still use', async () => {
  const lease = await acquire();
  await startRun(lease);
  process.kill(server().pid, 'SIGKILL');
  const again = await acquire();
  expect(again.address).toBe(lease.address);
  expect(await statusOfRun(again)).toBe('RUNNING');
  await Promise.all([lease.release(), again.release()]);
});

test('runs are kept from one day to the next', async () => {
  const monday = await acquire();
  await startRun(monday);
  await monday.release();
  const tuesday = await acquire();
  expect(await statusOfRun(tuesday)).toBe('RUNNING');
  await tuesday.release();
});

test('runs that have ended are kept for thirty days, and longer where somebody has said so', async () => {
  const days = async (lease: ServerLease, set?: number): Promise<number> => {
    const connection = await Connection.connect({ address: lease.address });
    const { workflowService } = connection;
    const namespace = 'default';
    if (set !== undefined) {
      const workflowExecutionRetentionTtl = msToTs(`${set} days`);
      await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
    }
    const { config } = await workflowService.describeNamespace({ namespace });
    await connection.close();
    return Number(config?.workflowExecutionRetentionTtl?.seconds) / 86_400;
  };
  const first = await acquire();
  expect(await days(first)).toBe(30);
  expect(await days(first, 90)).toBe(90);
  await first.release();
  const second = await acquire();
  expect(await days(second)).toBe(90);
  await second.release();
});

test('a starter that is killed before its server answers leaves a server that the next one takes over', async () => {
  const child = user();
  await expect.poll(() => existsSync(join(home, 'server.json')), { interval: 1, timeout: 50_000 }).toBe(true);
  child.kill('SIGKILL');
  const left = server();
  const lease = await acquire();
  expect(server()).toEqual(left);
  await lease.release();
  expect(isRunning(left)).toBe(false);
});

test('a server that lives but does not answer is replaced, and the old one is gone first', async () => {
  const lease = await acquire();
  const hung = server();
  process.kill(hung.pid, 'SIGSTOP');
  const messages: string[] = [];
  const again = await acquire({ patienceMs: 100, onMessage: (line) => messages.push(line) });
  expect(messages).toContainEqual(expect.stringContaining('does not answer'));
  expect(isRunning(hung)).toBe(false);
  expect(server()).not.toEqual(hung);
  expect(await isAnswering(again.address, 'default')).toBe(true);
  await Promise.all([lease.release(), again.release()]);
});

test('a pid in server.json that now is somebody else is neither joined nor stopped', async () => {
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  children.push(bystander);
  await once(bystander, 'spawn');
  const id = { pid: bystander.pid, started: 'before the last reboot' };
  writeFileSync(join(home, 'server.json'), JSON.stringify({ id, address: '127.0.0.1:1', version: '1.9.1' }));
  const lease = await acquire();
  expect(server().pid).not.toBe(bystander.pid);
  await lease.release();
  expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
});

test('what a server leaves in its home is for the owner alone', async () => {
  home = join(home, 'new');
  await underOpenUmask(async () => {
    const lease = await acquire();
    expect(readdirSync(home)).toContain('temporal.db');
    expect(openToOthers(home)).toEqual([]);
    await lease.release();
    expect(openToOthers(home)).toEqual([]);
    // A home that was there before is the same to it.
    await (await acquire()).release();
    expect(openToOthers(home)).toEqual([]);
  });
});

test('a damaged database is an error with the end of the log and what to do', async () => {
  writeFileSync(join(home, 'temporal.db'), 'this is no database, however long one looks at it'.repeat(100));
  const error = await acquire().catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ name: 'ServerUnavailableError' });
  expect((error as Error).message).toContain('file is not a database');
  expect((error as Error).message).toContain(`move ${join(home, 'temporal.db')} away`);
  expect(readdirSync(join(home, 'users'))).toEqual([]);
});

test('a server of one’s own is used as it is: nothing is started, nothing written', async () => {
  const untouched = join(home, 'untouched');
  const named = await acquireServer({ home: untouched, address: 'temporal.example:7233', env });
  expect(named).toMatchObject({ address: 'temporal.example:7233', namespace: 'default', embedded: false });
  const variables = { ...env, TEMPORAL_ADDRESS: 'other.example:7233', TEMPORAL_NAMESPACE: 'orders' };
  const fromEnvironment = await acquireServer({ home: untouched, env: variables });
  expect(fromEnvironment).toMatchObject({ address: 'other.example:7233', namespace: 'orders', embedded: false });
  const profile = join(home, 'temporal.toml');
  writeFileSync(profile, '[profile.default]\naddress = "profile.example:7233"\n');
  const fromProfile = await acquireServer({ home: untouched, env: { ...env, TEMPORAL_CONFIG_FILE: profile } });
  expect(fromProfile).toMatchObject({ address: 'profile.example:7233', embedded: false });
  await Promise.all([named.release(), fromEnvironment.release(), fromProfile.release()]);
  expect(existsSync(untouched)).toBe(false);
});

test('another namespace is made when it is asked for, and can be used at once', async () => {
  const lease = await acquire({ namespace: 'orders' });
  await startRun(lease);
  expect(await statusOfRun({ ...lease, namespace: 'orders' })).toBe('RUNNING');
  await lease.release();
});

test('a server of a test can be killed and started anew on its port and file', async () => {
  const options = { port: await freePort(), dbFilename: join(home, 'own.db'), logFile: join(home, 'own.log') };
  const first = await startOwn(options);
  await startRun(first);
  await first.kill();
  const second = await startOwn(options);
  expect(second.address).toBe(first.address);
  expect(await statusOfRun(second)).toBe('RUNNING');
  await second.stop();
  expect(isRunning(second.id)).toBe(false);
});

test('a port taken between the look and the start is an error of startServer, not a server of somebody else', async () => {
  const theirs = await startOwn({ logFile: join(home, 'theirs.log') });
  const ours = startOwn({ port: theirs.port, logFile: join(home, 'ours.log') });
  await expect(ours).rejects.toThrow('address already in use');
  await theirs.stop();
});

test('a folder that is made for the state is none that git offers to commit', async () => {
  const own = join(home, '.fanfold');
  const lease = await acquireServer({ home: own, env });
  await lease.release();
  expect(readFileSync(join(own, '.gitignore'), 'utf8')).toBe('*\n');
});
