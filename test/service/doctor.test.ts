/** What the doctor finds of the others: the model that is set, who serves which limit, whose store it is, and whose clock is right. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { examineDatabase } from '../../src/cli/doctor-database.ts';
import { startServer } from '../../src/dev-server/dev-server.ts';
import { lasting } from '../support/lasting.ts';
import { scriptedModel } from '../support/model.ts';
import { hasPostgres, withPostgres } from '../support/postgres.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = scriptedModel();

interface Found {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly advice?: string;
}

/** What it finds, by what it is about, in a folder of its own with these settings. */
async function doctor(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  settings: object = {},
): Promise<ReadonlyMap<string, Found>> {
  const cwd = await mkdtemp(join(tmpdir(), 'fanfold-doctor-'));
  await writeFile(join(cwd, 'fanfold.config.json'), JSON.stringify(settings));
  const usual = { TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: join(cwd, '.fanfold'), NO_COLOR: '1' };
  const env = { ...process.env, ...usual, ...environment };
  const stdout = await new Promise<string>((resolve) =>
    execFile(process.execPath, [main, 'doctor', '--json', ...args], { cwd, env }, (_error, text) => resolve(text)),
  );
  const { findings } = JSON.parse(stdout) as { findings: Found[] };
  return new Map(findings.map((each) => [each.what, each]));
}

afterEach(() => vi.useRealTimers());

test('with --deep the model is asked for one tiny answer, and without it for none', async () => {
  model.plays({ content: 'ready' });
  const environment = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'scripted' };
  expect((await doctor([], environment)).has('An answer of the model')).toBe(false);
  expect(model.mock.getRequests()).toHaveLength(0);
  const found = (await doctor(['--deep'], environment)).get('An answer of the model');
  expect(found).toMatchObject({ ok: true, found: expect.stringMatching(/^scripted in \d+ ms, \d+ tokens$/) });
  expect(model.mock.getRequests()).toHaveLength(1);
});

test('a model that refuses its key is found by --deep, with what to look at', async () => {
  model.mock.on({}, { error: { message: 'wrong key', type: 'invalid_request_error' }, status: 401 });
  const found = (await doctor(['--deep'], { OPENAI_BASE_URL: model.url })).get('An answer of the model');
  expect(found).toMatchObject({ ok: false, advice: expect.stringContaining('OPENAI_API_KEY') });
});

test('a limit that no worker serves and a store that workers do not share are found, and what is well is so', async () => {
  const FANFOLD_TASK_QUEUE = `doctor-${randomUUID().slice(0, 8)}`;
  const [FANFOLD_STORE, another] = await Promise.all(
    ['store', 'other'].map((name) => mkdtemp(join(tmpdir(), `fanfold-doctor-${name}-`))),
  );
  const served = { limits: { crm: { concurrency: 2 } } };
  const worker = await lasting(['worker'], {
    environment: { FANFOLD_TASK_QUEUE, FANFOLD_STORE },
    files: { 'fanfold.config.json': JSON.stringify(served) },
  });
  const well = await doctor([], { FANFOLD_TASK_QUEUE, FANFOLD_STORE }, served);
  expect(well.get('Workers')).toMatchObject({ ok: true });
  expect(well.get('Limits without workers')).toMatchObject({ ok: true, found: 'each is served' });
  expect(well.get('Store')).toMatchObject({ ok: true, found: expect.stringContaining('which the workers share') });
  const more = { limits: { ...served.limits, mail: { concurrency: 1 } } };
  const ill = await doctor([], { FANFOLD_TASK_QUEUE, FANFOLD_STORE: another }, more);
  expect(ill.get('Limits without workers')).toMatchObject({ ok: false, found: 'no worker serves mail' });
  expect(ill.get('Store')).toMatchObject({ ok: false });
  expect(await worker.stop()).toBe(0);
});

test('a server whose namespace takes no Updates is found, with the setting that lets it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-doctor-server-'));
  const { binary } = inject('temporal');
  const flags = ['--dynamic-config-value=frontend.enableUpdateWorkflowExecution=false'];
  const server = await startServer({ binary, logFile: join(folder, 'server.log'), flags });
  try {
    const found = (await doctor([], { TEMPORAL_ADDRESS: server.address })).get('Updates');
    expect(found).toMatchObject({
      ok: false,
      advice: expect.stringContaining('frontend.enableUpdateWorkflowExecution'),
    });
  } finally {
    await server.stop();
  }
  expect((await doctor([], {})).get('Updates')).toMatchObject({ ok: true });
});

test('a namespace that runs cannot be found in and that forgets them is found, and one that fanfold’s own server made is well', async () => {
  const bare = `bare-${randomUUID().slice(0, 8)}`;
  const connection = await Connection.connect({ address: inject('temporal').address });
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({ namespace: bare, workflowExecutionRetentionPeriod });
  await connection.close();
  const ill = await doctor(['--namespace', bare], {});
  const setup = expect.stringContaining(`namespace setup --namespace ${bare}`);
  expect(ill.get('Search attributes')).toMatchObject({ ok: false, advice: setup });
  expect(ill.get('Namespace')).toMatchObject({ ok: false, found: expect.stringContaining('1 day'), advice: setup });
  const { binary } = inject('temporal');
  const environment = { TEMPORAL_ADDRESS: undefined, FANFOLD_TEMPORAL_BIN: binary };
  const own = await lasting(['dev', '--port', '0', '--namespace', 'orders'], { environment });
  for (const namespace of ['orders', 'default']) {
    const found = await doctor(['--namespace', namespace], { TEMPORAL_ADDRESS: own.facts.address });
    expect(found.get('Search attributes')).toMatchObject({ ok: true });
    expect(found.get('Namespace')).toMatchObject({ ok: true, found: expect.stringContaining('30 days') });
  }
  expect(await own.stop()).toBe(0);
});

test('a store that cannot be written is found, and settings that cannot be meant', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-doctor-file-'));
  await writeFile(join(folder, 'file'), '');
  const ill = await doctor([], { FANFOLD_STORE: join(folder, 'file') }, { limits: { crm: { concurency: 2 } } });
  expect(ill.get('Store')).toMatchObject({ ok: false, advice: expect.stringContaining('FANFOLD_STORE') });
  expect(ill.get('Limits')).toMatchObject({ ok: false, found: expect.stringContaining('concurency') });
});

test.skipIf(!hasPostgres)(
  'a clock that is apart from that of the shared database is found, and one that is right is well',
  () =>
    withPostgres(async (url) => {
      const clockOf = async (): Promise<Found | undefined> =>
        (await examineDatabase(url)).find(({ what }) => what === 'Clock');
      expect(await clockOf()).toMatchObject({ ok: true });
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 90_000 });
      expect(await clockOf()).toMatchObject({
        ok: false,
        found: expect.stringMatching(/^(89|90)\d{3} ms ahead of/),
        advice: expect.stringContaining('synchronise'),
      });
    }),
);
