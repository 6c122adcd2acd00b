import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resultStore, type ResultStore } from '../../src/activities/cache/store.ts';
import { freePort } from '../../src/dev-server/ports.ts';
import { stage } from '../support/temporal.ts';

// A home of its own: results of an earlier test run must not answer this one.
process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-cache-'));
const on = stage();

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
