/** What whoever runs fanfold asks its commands: namespaces, runs by what became of them, and what the doctor finds. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { beforeAll, afterAll, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { ownCertificate } from '../support/keyed-server.ts';
import { lasting } from '../support/lasting.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const run = promisify(execFile);
const taskQueue = `operations-${randomUUID().slice(0, 8)}`;
let home: string;
let connection: Connection;
let client: FanfoldClient;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'fanfold-operations-'));
  connection = await Connection.connect({ address: inject('temporal').address });
  client = new FanfoldClient({ client: new Client({ connection }), taskQueue });
});
afterAll(() => connection.close());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function fanfold(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const usual = { TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: home, FANFOLD_TASK_QUEUE: taskQueue };
  const env = { ...process.env, ...usual, NO_COLOR: '1', ...environment };
  return run(process.execPath, [main, ...args], { cwd: home, env }).then(
    (output) => ({ code: 0, ...output }),
    (error: Ended) => error,
  );
}

interface Found {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly advice?: string;
}
async function doctor(...args: Parameters<typeof fanfold>): Promise<{ code: number; of: (what: string) => Found }> {
  const { code, stdout } = await fanfold(['doctor', '--json', ...args[0]], args[1]);
  const { findings } = JSON.parse(stdout) as { findings: Found[] };
  return { code, of: (what) => findings.find((each) => each.what === what) ?? { what, ok: false, found: 'not asked' } };
}

/** Each command as it can be meant, in a folder with these files. */
const asked: Readonly<Record<string, readonly string[]>> = {
  tasks: ['tasks.json'],
  map: ['double.mjs#default', 'items.jsonl'],
  research: ['why'],
  plan: ['x'],
  support: ['where is it', '--customer', '7'],
  review: ['.', '--no-model'],
  reconcile: ['--ledger', 'ledger.csv', '--statements', 'ledger.csv'],
  'sign-off': ['x'],
  agent: ['x', 'hello'],
  reply: ['x', 'hello'],
  approve: ['x', 'y'],
  runs: [],
  show: ['x'],
  report: ['x'],
  'dead-letters': ['x'],
  watch: ['x'],
  settle: ['x'],
  extend: ['x', '1m'],
  cancel: ['x'],
  add: ['x', 'tasks.json'],
  redrive: ['x'],
  dev: [],
  worker: [],
  serve: ['--port', '0'],
  limits: [],
  replay: ['--open'],
  doctor: [],
  promote: ['b1'],
};
/** What they show is no server's: bytes of the store, sums of the table; `namespace` makes it. */
const askNoServer = ['store', 'costs', 'namespace', 'help'];

test('each command ends in a namespace that is missing with 3 and the command that makes it, and begins nothing', async () => {
  await writeFile(join(home, 'tasks.json'), JSON.stringify({ tasks: [{ id: 'a', activity: 'echo' }] }));
  await writeFile(join(home, 'double.mjs'), 'export default (n) => 2 * n;');
  await writeFile(join(home, 'items.jsonl'), '1\n2\n');
  await writeFile(join(home, 'ledger.csv'), 'date,amount,reference\n2026-01-01,1.00,a\n');
  const { stdout: help } = await fanfold(['--help']);
  const commands = [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}([a-z-]+) /gm)].map(
    ([, name = '']) => name,
  );
  expect([...Object.keys(asked), ...askNoServer].toSorted()).toEqual(commands.toSorted());
  const namespace = `missing-${randomUUID().slice(0, 8)}`;
  const left = [...Object.entries(asked), ['store', ['clean']] as const, ['replay', ['--run', 'x']] as const];
  // Some at once, as each is a process.
  const some = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) {
      const args = [next[0], ...next[1]];
      const { code, stdout, stderr } = await fanfold([...args, '--namespace', namespace]);
      const said = `${stdout}${stderr}`;
      expect(code, `${args.join(' ')}: ${said}`).toBe(3);
      expect(said, args.join(' ')).toContain(`npx fanfold namespace setup --namespace ${namespace}`);
      expect(said, args.join(' ')).not.toMatch(/To rejoin|is kept by the server/);
    }
  };
  await Promise.all([some(), some(), some()]);
  // Some thirty processes, each of which begins and ends.
}, 240_000);

test('a namespace that was made holds runs, which are kept as long as was said', async () => {
  const namespace = `made-${randomUUID().slice(0, 8)}`;
  const unfit = await doctor(['--namespace', namespace]);
  expect(unfit.code).toBe(3);
  expect(unfit.of('Namespace').advice).toContain(`namespace setup --namespace ${namespace}`);
  const made = await fanfold(['namespace', 'setup', '--namespace', namespace, '--retention', '2 days']);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/was made; it keeps runs for 2 days/) });
  expect((await fanfold(['runs', '--namespace', namespace])).code).toBe(0);
  expect((await doctor(['--namespace', namespace])).of('Namespace')).toMatchObject({
    ok: false,
    found: expect.stringMatching(/2 days/),
  });
  // Longer, and never shorter.
  const longer = await fanfold(['namespace', 'setup', '--namespace', namespace]);
  expect(longer.stdout).toMatch(/keeps runs for 30 days now, not 2 days/);
  const again = await fanfold(['namespace', 'setup', '--namespace', namespace, '--retention', '3 days']);
  expect(again.stdout).toMatch(/has all that it needs/);
  const { of } = await doctor(['--namespace', namespace]);
  expect(of('Namespace')).toMatchObject({ ok: true, found: expect.stringMatching(/30 days/) });
  expect(of('Search attributes').ok).toBe(true);
  expect((await fanfold(['namespace', 'setup', '--retention', '1 minute'])).code).toBe(2);
});

test('runs are listed by kind, by when they began, and by what became of them', async () => {
  const ids = ['ended', 'goes-on'].map((name) => `${taskQueue}-${name}`);
  const tasks = [{ id: 'a', activity: 'echo' }];
  for (const id of ids) await client.start('tasks', { tasks, options: { tenant: 'acme', limit: 'slow-api' } }, { id });
  const [ended = '', open = ''] = ids;
  await client.temporal.workflow.getHandle(ended).terminate('for the test');
  const listed = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await fanfold(['runs', '--json', '--limit', '500', ...args]);
    return (JSON.parse(stdout) as { runId: string }[]).map(({ runId }) => runId).filter((id) => ids.includes(id));
  };
  await eventually(async () => ((await listed('--failed')).length > 0 ? true : undefined));
  expect(await listed('--failed')).toEqual([ended]);
  expect((await listed('--kind', 'tasks', '--since', '1h')).toSorted()).toEqual(ids.toSorted());
  expect(await listed('--kind', 'map')).toEqual([]);
  expect(await listed('--since', '0s')).toEqual([]);
  // Nobody polls its queue, which is said once it has waited for some seconds.
  const stuck = await eventually(async () => {
    const found = await fanfold(['runs', '--stuck', '--since', '1h']);
    return found.stdout.includes(open) ? found : undefined;
  });
  expect(stuck.stdout).toContain(`${open} cannot go on: no worker polls the task queue '${taskQueue}'`);
  expect(stuck.stdout).not.toContain(ended);
  expect((await fanfold(['runs', '--kind', 'nobody'])).code).toBe(2);
  expect((await fanfold(['runs', '--since', 'soon'])).code).toBe(2);
  expect((await fanfold(['runs', '--failed', '--stuck'])).code).toBe(2);
  await client.temporal.workflow.getHandle(open).terminate('for the test');
});

test('who looks at a run that no worker has taken is told so, in the logs of a service and of a worker too, and changes nothing of it', async () => {
  const FANFOLD_TASK_QUEUE = `${taskQueue}-nobody`;
  const environment = { FANFOLD_TASK_QUEUE, FANFOLD_HOME: home };
  const service = await lasting(['serve', '--port', '0'], { environment });
  const alone = new FanfoldClient({ client: client.temporal, taskQueue: FANFOLD_TASK_QUEUE });
  // An activity that the command itself does not have.
  const { runId } = await alone.start('tasks', { tasks: [{ id: 'a', activity: 'echo', input: 'said' }] });
  await eventually(async () => (await alone.get(runId)).stuck);
  const show = await fanfold(['show', runId, '--json'], { FANFOLD_TASK_QUEUE });
  expect(show.code).toBe(0);
  expect(JSON.parse(show.stdout)).toMatchObject({ status: 'running', stuck: { reason: 'noWorker' } });
  const entry = (message: string): string => `"message":"${message}","run":"${runId}"`;
  // Who has looked is nobody who does the work, and for a minute the server remembers every poller.
  await eventually(async () => (await alone.get(runId)).stuck);
  await eventually(() => (service.stderr().includes(entry('Work cannot go on')) ? true : undefined));
  // A deployment may have no service, so workers say it too, of another queue as well.
  const elsewhere = { ...environment, FANFOLD_TASK_QUEUE: `${taskQueue}-other` };
  const other = await lasting(['worker'], { environment: elsewhere });
  await eventually(() => (other.stderr().includes(entry('Work cannot go on')) ? true : undefined));
  expect(await other.stop()).toBe(0);
  const worker = await lasting(['worker', '--demo'], { environment });
  expect(await alone.result(runId)).toMatchObject({ status: 'completed', fanIn: { mergedResults: ['said'] } });
  expect(await worker.stop()).toBe(0);
  await eventually(() => (service.stderr().includes(entry('Work goes on, or is over,')) ? true : undefined));
  expect(await service.stop()).toBe(0);
  // Four processes, and looks of ten seconds.
}, 120_000);

test('a run is found by its kind, its tenant and its limit', async () => {
  const id = `${taskQueue}-found`;
  await client.start('tasks', { tasks: [], options: { tenant: "o'neill", limit: 'crm' } }, { id });
  const query = `FanfoldKind = 'tasks' AND FanfoldTenant = 'o''neill' AND FanfoldLimit = 'crm' AND WorkflowId = '${id}'`;
  await eventually(async () => ((await client.temporal.workflow.count(query)).count === 1 ? true : undefined));
  await client.temporal.workflow.getHandle(id).terminate('for the test');
});

test('a run is found by what stopped it and how many of its tasks failed, and one that went well has nothing to find', async () => {
  const queue = `${taskQueue}-ends`;
  const worker = await lasting(['worker', '--demo'], { environment: { FANFOLD_TASK_QUEUE: queue } });
  const starter = new FanfoldClient({ client: new Client({ connection }), taskQueue: queue });
  const bad = { id: 'bad', activity: 'wait', input: { ms: 1, fail: 'no' } };
  const good = { id: 'good', activity: 'echo' };
  const idOf = async (tasks: object[], options: object): Promise<string> =>
    (await starter.run('tasks', { tasks, options } as never)).runId;
  const ids = {
    partly: await idOf([bad, good], { attempts: 1 }),
    failed: await idOf([bad, { ...bad, id: 'worse' }], { attempts: 1, minSuccesses: 1 }),
    stopped: await idOf([good, { ...bad, id: 'slow', input: { ms: 60_000 } }], { first: 1 }),
    well: await idOf([good], {}),
  };
  const count = async (query: string, id: string): Promise<number> =>
    (await starter.temporal.workflow.count(`${query} AND WorkflowId = '${id}'`)).count;
  await eventually(async () => ((await count('FanfoldFailedTasks = 1', ids.partly)) === 1 ? true : undefined));
  await eventually(async () => ((await count('FanfoldFailedTasks = 2', ids.failed)) === 1 ? true : undefined));
  await eventually(async () => ((await count("FanfoldStopReason = 'first'", ids.stopped)) === 1 ? true : undefined));
  expect(await count('FanfoldStopReason IS NULL', ids.well)).toBe(1);
  // What was written replays.
  for (const id of Object.values(ids))
    expect(await starter.temporal.workflow.getHandle(id).query('progress', 1)).toHaveLength(1);
  expect(await worker.stop()).toBe(0);
});

test('the doctor says that nobody serves a limit or the queue, and that the database does not answer', async () => {
  const DATABASE_URL = 'postgres://nobody@127.0.0.1:9/none';
  const { code, of } = await doctor([], { DATABASE_URL });
  expect(code).toBe(1);
  expect(of('Database')).toMatchObject({ ok: false, found: expect.stringMatching(/^does not answer: /) });
  expect(of('Workers')).toMatchObject({ ok: false, found: expect.stringContaining(taskQueue) });
  expect(of('Store').ok).toBe(true);
});

/** A server behind TLS: what it takes is passed on in plain. */
async function behindTls(address: string): Promise<{ server: Server; port: number; certificate: string }> {
  const { key, certificate } = await ownCertificate();
  const [host = '', port = ''] = address.split(':');
  const options = { key: await readFile(key), cert: await readFile(certificate), ALPNProtocols: ['h2'] };
  const server = createServer(options, (socket) => {
    const plain = createConnection(Number(port), host);
    socket.on('error', () => plain.destroy()).on('close', () => plain.destroy());
    plain.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.pipe(plain).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as { port: number }).port, certificate };
}

test('the doctor speaks TLS as every other command does, and says where that may be what is wrong', async () => {
  const { server, port, certificate } = await behindTls(inject('temporal').address);
  const TEMPORAL_ADDRESS = `localhost:${port}`;
  const secured = await doctor([], {
    TEMPORAL_ADDRESS,
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificate,
  });
  expect(secured.of('Temporal server')).toMatchObject({ ok: true, found: expect.stringContaining('TLS') });
  expect(secured.of('Namespace').found).toMatch(/^default/);
  expect(secured.code).toBe(0);
  const untrusted = await doctor([], { TEMPORAL_ADDRESS, TEMPORAL_TLS: 'true' });
  expect(untrusted.of('Temporal server')).toMatchObject({
    ok: false,
    advice: expect.stringMatching(/SERVER_CA_CERT_PATH/),
  });
  expect(untrusted.code).toBe(3);
  const plain = await doctor([], { TEMPORAL_ADDRESS });
  expect(plain.of('Temporal server')).toMatchObject({ ok: false, advice: expect.stringMatching(/set TEMPORAL_TLS/) });
  server.close();
});
