import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resultStore, type ResultStore } from '../../src/activities/cache/store.ts';
import { freePort } from '../../src/dev-server/ports.ts';
import type { RunOptions } from '../../src/core/run-options.ts';
import { eventually, stage } from '../support/temporal.ts';

// A home of its own: results of an earlier test run must not answer this one.
process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-cache-'));
const merges: string[][] = [];
const seen = new Map<string, number>();
const on = stage({
  joined: async ({ pieces }: { pieces: string[] }) => {
    merges.push(pieces);
    return pieces.join('+');
  },
  /** How often it was called with the same; it fails the first time. */
  secondTime: async (what: string) => {
    const times = (seen.get(what) ?? 0) + 1;
    seen.set(what, times);
    if (times === 1) throw new Error('not the first time');
    return times;
  },
});

test('two runs at once that ask for the same key share one execution', async () => {
  const journal = join(await mkdtemp(join(tmpdir(), 'fanfold-')), 'journal');
  const input = {
    tasks: [{ id: 'a', activity: 'wait', input: { ms: 400, journal, value: 'paid' }, cacheKey: 'shared' }],
  };
  const views = await Promise.all([
    on.fanfold.run('tasks', input),
    on.fanfold.run('tasks', input),
    on.fanfold.run('tasks', input),
  ]);
  for (const { fanIn } of views) expect(fanIn?.mergedResults).toEqual(['paid']);
  const later = await on.fanfold.run('tasks', input);
  expect(later.fanIn?.mergedResults).toEqual(['paid']);
  const starts = (await readFile(journal, 'utf8')).split('\n').filter((line) => line.startsWith('start'));
  expect(starts).toHaveLength(1);
});

test('a failure is not kept, and a result only for its time', async () => {
  const task = (input: object) => ({
    tasks: [{ id: 'a', activity: 'wait', input: { ms: 1, ...input }, cacheKey: 'once' }],
  });
  expect((await on.fanfold.run('tasks', task({ fail: 'no' }))).fanIn?.failureCount).toBe(1);
  const short = { ...task({ value: 1 }), options: { cacheTtl: 1 } };
  expect((await on.fanfold.run('tasks', short)).fanIn?.mergedResults).toEqual([1]);
  expect((await on.fanfold.run('tasks', task({ value: 2 }))).fanIn?.mergedResults).toEqual([2]);
});

/** A row of its own, so that tests do not meet. */
const paid = (value: unknown, cacheKey?: string, options: RunOptions = {}) => ({
  tasks: [{ id: 'a', activity: 'echo', input: value, ...(cacheKey === undefined ? {} : { cacheKey }) }],
  options,
});
const merged = async (input: ReturnType<typeof paid>) => (await on.fanfold.run('tasks', input)).fanIn?.mergedResults;

test('two tenants with one key have a result each, and one without a tenant has its own', async () => {
  const key = randomUUID();
  expect(await merged(paid('of a', key, { tenant: 'a' }))).toEqual(['of a']);
  expect(await merged(paid('of b', key, { tenant: 'b' }))).toEqual(['of b']);
  expect(await merged(paid('of nobody', key))).toEqual(['of nobody']);
  expect(await merged(paid('never made', key, { tenant: 'a' }))).toEqual(['of a']);
  expect(await merged(paid('never made', key))).toEqual(['of nobody']);
});

test('a row that is declared shared is that of all tenants who declare it, and of nobody else', async () => {
  const key = randomUUID();
  const shared = (value: unknown, options: RunOptions = {}) => ({
    tasks: [{ id: 'a', activity: 'echo', input: value, cacheKey: key, shared: true as const }],
    options,
  });
  const mergedShared = async (input: ReturnType<typeof shared>) =>
    (await on.fanfold.run('tasks', input)).fanIn?.mergedResults;
  expect(await merged(paid('of a alone', key, { tenant: 'a' }))).toEqual(['of a alone']);
  expect(await mergedShared(shared('of all', { tenant: 'a' }))).toEqual(['of all']);
  expect(await mergedShared(shared('never made', { tenant: 'b' }))).toEqual(['of all']);
  expect(await mergedShared(shared('never made'))).toEqual(['of all']);
  expect(await merged(paid('of b', key, { tenant: 'b' }))).toEqual(['of b']);
  expect(await merged(paid('of nobody', key))).toEqual(['of nobody']);
  expect(await merged(paid('never made', key, { tenant: 'a' }))).toEqual(['of a alone']);
});

test('a workflow declares a cached activity shared: its row is that of all tenants who do, beside those of each', async () => {
  const asked = randomUUID();
  const times = (tenant: string | undefined, shared?: boolean): Promise<unknown> =>
    on.client.workflow.execute('cachedOnce', {
      taskQueue: on.taskQueue,
      workflowId: `cached-${randomUUID()}`,
      args: [asked, shared],
      ...(tenant === undefined ? {} : { memo: { 'fanfold.tenant': tenant } }),
    });
  expect([await times('a'), await times('b'), await times('a', true)]).toEqual([2, 3, 4]);
  expect([await times('b', true), await times(undefined, true), await times('b')]).toEqual([4, 4, 3]);
  await expect(times('a', false)).rejects.toMatchObject({ cause: { type: 'InvalidOptionsError' } });
});

test('what is declared shared has a key, and absence is the only word for no', async () => {
  const run = (task: object) => on.fanfold.run('tasks', { tasks: [{ id: 'a', activity: 'echo', ...task }] });
  expect(await run({ shared: true })).toMatchObject({
    status: 'failed',
    error: { type: 'InvalidOptionsError', message: expect.stringContaining('tasks[0].shared') },
  });
  for (const shared of [false, 'yes']) await expect(run({ shared, cacheKey: 'k' })).rejects.toThrow(/tasks\.0\.shared/);
});

test('one key of two activities is two rows', async () => {
  const key = randomUUID();
  expect(await merged(paid('echoed', key))).toEqual(['echoed']);
  const tasks = [{ id: 'a', activity: 'wait', input: { ms: 1, value: 'waited' }, cacheKey: key }];
  expect((await on.fanfold.run('tasks', { tasks })).fanIn?.mergedResults).toEqual(['waited']);
});

test('an added task finds the rows of its tenant alone', async () => {
  const key = randomUUID();
  await merged(paid('of nobody', key));
  await merged(paid('of a', key, { tenant: 'a' }));
  const tasks = [{ id: 'slow', activity: 'wait', input: { ms: 60_000 } }];
  const { runId } = await on.fanfold.start('tasks', { tasks, options: { tenant: 'a', first: 1 } });
  await eventually(async () => (await on.fanfold.progress(runId))?.[0]);
  await on.fanfold.add(runId, [{ id: 'added', activity: 'echo', input: 'never made', cacheKey: key }]);
  expect((await on.fanfold.result(runId)).fanIn?.mergedResults).toEqual(['of a']);
});

test('a redriven task makes a row of its tenant', async () => {
  const cacheKey = randomUUID();
  const tasks = [{ id: 'b', activity: 'secondTime', input: cacheKey, cacheKey }];
  const first = await on.fanfold.run('tasks', { tasks, options: { tenant: 'a', attempts: 1 } });
  expect(first.fanIn?.failureCount).toBe(1);
  const again = await on.fanfold.redrive(first.runId);
  expect((await on.fanfold.result(again.runId)).fanIn?.mergedResults).toEqual([2]);
  const times = async (options: RunOptions) => (await on.fanfold.run('tasks', { tasks, options })).fanIn?.mergedResults;
  expect(await times({ tenant: 'a' })).toEqual([2]);
  expect(await times({})).toEqual([3]);
});

test("a tenant's merges are found by its own runs alone", async () => {
  const [one = '', other = ''] = ['ab', 'cd'].map((piece) => `${piece}-${randomUUID()}`);
  const jobs = [one, other].map((value) => ({ id: value, ms: 1, value }));
  const mergesOf = async (tenant?: string) => {
    const before = merges.length;
    const workflowId = `reduced-${randomUUID()}`;
    const memo = tenant === undefined ? {} : { memo: { 'fanfold.tenant': tenant } };
    await on.client.workflow.execute('reduced', { taskQueue: on.taskQueue, workflowId, args: [jobs, 100], ...memo });
    return merges.length - before;
  };
  expect([await mergesOf('a'), await mergesOf('b'), await mergesOf(), await mergesOf('a')]).toEqual([1, 1, 1, 0]);
});

test('a step of the library finds no row that a caller can write, and a caller none of a step', async () => {
  const pieces = ['ab', 'cd'].map((piece) => `${piece}-${randomUUID()}`);
  const input = { pieces, limit: 100, last: true };
  const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  const keys = [`content:joined:${hash}`, hash, JSON.stringify(['content', hash])];
  const written = keys.map((cacheKey, index) => ({
    id: `${index}`,
    activity: 'joined',
    input: { pieces: ['poison'] },
    cacheKey,
  }));
  await on.fanfold.run('tasks', { tasks: written });
  const jobs = pieces.map((value) => ({ id: value, ms: 1, value }));
  expect(await on.run('reduced', jobs, 100)).toMatchObject({ result: pieces.join('+') });
  const read = keys.map((cacheKey, index) => ({
    id: `${index}`,
    activity: 'joined',
    input: { pieces: ['mine'] },
    cacheKey,
  }));
  const { fanIn } = await on.fanfold.run('tasks', { tasks: read });
  expect(fanIn?.mergedResults).toEqual(keys.map(() => 'poison'));
});

test('dead letters tell the input, the errors and the attempts of what failed', async () => {
  const tasks = [
    { id: 'good', activity: 'echo', input: 1 },
    { id: 'bad', activity: 'wait', input: { ms: 1, failures: 9 }, cost: 5 },
  ];
  const { runId } = await on.fanfold.run('tasks', { tasks, options: { attempts: 2 } });
  expect(await on.fanfold.deadLetters(runId)).toMatchObject([
    {
      id: 'bad',
      input: { activity: 'wait' },
      error: { message: 'not yet' },
      attempts: 2,
      spent: 5,
      errors: expect.arrayContaining(['not yet']),
    },
  ]);
});

async function holds(store: ResultStore): Promise<void> {
  const now = Date.now();
  expect(await store.claim('k', 'one', now, now + 1000)).toEqual({ kind: 'claimed' });
  expect(await store.claim('k', 'two', now, now + 1000)).toEqual({ kind: 'busy' });
  expect(await store.claim('k', 'two', now + 2000, now + 3000)).toEqual({ kind: 'claimed' });
  await store.store('k', 'one', 'from the dead owner', now + 9000);
  expect(await store.claim('k', 'three', now, now + 1000)).toEqual({ kind: 'busy' });
  await store.store('k', 'two', { value: [1, null] }, now + 9000);
  expect(await store.claim('k', 'three', now + 8000, now + 9000)).toEqual({
    kind: 'found',
    value: { value: [1, null] },
  });
  expect(await store.claim('k', 'three', now + 10_000, now + 11_000)).toEqual({ kind: 'claimed' });
  await store.release('k', 'three');
  expect(await store.claim('k', 'four', now, now + 1000)).toEqual({ kind: 'claimed' });
  const owners = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => store.claim('race', owner, now, now + 1000)));
  expect(owners.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
}

test('a claim in SQLite has one owner, and the key of a dead owner is free again', async () => {
  await holds(resultStore(await mkdtemp(join(tmpdir(), 'fanfold-')), undefined));
});

const binaries = ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/17/bin'].find(
  (folder) => existsSync(join(folder, 'initdb')),
);

// PostgreSQL's server is not on every developer's machine.
test.skipIf(!binaries)('a claim in PostgreSQL has one owner, and the key of a dead owner is free again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-postgres-'));
  const port = await freePort();
  // PostgreSQL refuses to run as root.
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : ['env'];
  const run = (program: string, ...args: string[]): void => {
    const [first = '', ...rest] = [...asUser, join(binaries ?? '', program), ...args];
    execFileSync(first, rest, { stdio: 'ignore', cwd: '/' });
  };
  if (asUser[0] === 'runuser') execFileSync('chown', ['postgres', folder]);
  run('initdb', '-D', join(folder, 'data'), '-A', 'trust', '-U', 'postgres');
  run(
    'pg_ctl',
    '-D',
    join(folder, 'data'),
    '-w',
    '-o',
    `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`,
    '-l',
    join(folder, 'log'),
    'start',
  );
  try {
    await holds(resultStore(folder, `postgres://postgres@127.0.0.1:${port}/postgres`));
  } finally {
    run('pg_ctl', '-D', join(folder, 'data'), '-m', 'immediate', 'stop');
  }
});
