import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Adopter, type AdopterOptions } from '../../src/limits/adopted.ts';
import { ClusterLimits } from '../../src/limits/cluster.ts';
import { allowed } from '../../src/limits/learned/limit.ts';
import { joined, left, startPool, type Configured, type Pool } from '../../src/limits/learned/pool.ts';
import type { LimitSettings } from '../../src/limits/learned/settings.ts';

const leaseMs = 4000;

/** The pool after a process has reported that it serves the limit. */
function served(
  pool: Pool | undefined,
  process: string,
  own: LimitSettings,
  configured: Configured,
  now: number,
): Pool {
  const report = { process, running: 0, started: 0, endings: [], ...configured };
  return joined(pool ?? startPool(own, now), report, own, now, leaseMs);
}

test('what a limit is set to holds for all processes as soon as the first of a deploy has it, and goes back with it', () => {
  const [small, large] = [{ concurrency: 4 }, { concurrency: 10 }];
  const old = { settings: small, since: 1 };
  const next = { settings: large, since: 100 };
  let pool = served(undefined, 'old', small, old, 100);
  expect(allowed(pool.limit)).toBe(4);
  pool = served(pool, 'next', large, next, 200);
  pool = served(pool, 'old', small, old, 300);
  expect([pool.settings, allowed(pool.limit)]).toEqual([large, 10]);
  expect(Object.values(pool.members).reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(10);
  // Taken back: the new one leaves, and the old one's number holds again.
  pool = served(left(pool, 'next'), 'old', small, old, 400);
  expect([pool.settings, allowed(pool.limit)]).toEqual([small, 4]);
});

test('a process that only serves what waits does not say what a limit is set to', () => {
  const pool = served(undefined, 'old', { concurrency: 3 }, { settings: { concurrency: 3 }, since: 1 }, 0);
  const after = served(pool, 'other', {}, { adopted: true }, leaseMs + 1);
  expect(Object.keys(after.members)).toEqual(['other']);
  expect([after.settings, allowed(after.limit)]).toEqual([{ concurrency: 3 }, 3]);
});

const rows = (now: number): Map<string, Pool> => {
  const live = served(undefined, 'p', {}, { settings: {}, since: now }, now);
  return new Map([
    ['q.limit.here', live],
    ['q.limit.gone', served(undefined, 'p', { perSecond: 3 }, { settings: { perSecond: 3 }, since: 0 }, now - 60_000)],
    ['q.limit.adopted', served(undefined, 'p', {}, { adopted: true }, now)],
  ]);
};

test('a limit is known where any process that lives is configured with it, and an orphan where none is', async () => {
  const readAll = async (prefix: string): Promise<Map<string, Pool>> => {
    expect(prefix).toBe('q.limit.');
    return rows(Date.now());
  };
  const cluster = new ClusterLimits({ taskQueue: 'q', own: ['own'], table: { readAll }, isShared: () => true });
  expect(cluster.known).toEqual(['own']);
  expect(await cluster.names()).toEqual(['own', 'here']);
  expect([...(await cluster.orphans()).keys()]).toEqual(['gone', 'adopted']);
});

test('a table that is away or does not answer keeps no run waiting: what was known last is known still', async () => {
  let answer = async (): Promise<Map<string, Pool>> => rows(Date.now());
  const table = { readAll: () => answer() };
  const cluster = new ClusterLimits({ taskQueue: 'q', own: [], table, isShared: () => true });
  expect(await cluster.names()).toEqual(['here']);
  await sleep(1001);
  answer = () => Promise.reject(new Error('no database'));
  expect(await cluster.names()).toEqual(['here']);
  await expect(cluster.orphans()).rejects.toThrow('no database');
  answer = () => new Promise(() => {});
  expect(await cluster.names()).toEqual(['here']);
});

test('where nobody can share a table it is not asked', async () => {
  const readAll = (): never => expect.unreachable();
  const cluster = new ClusterLimits({ taskQueue: 'q', own: ['own'], table: { readAll }, isShared: () => false });
  expect(await cluster.names()).toEqual(['own']);
  expect(await cluster.orphans()).toEqual(new Map());
});

/** An adopter of one limit, and what it has begun and ended to serve. */
function adopter(queued: () => number, isOrphan: () => boolean = () => true) {
  const said: string[] = [];
  const serve: AdopterOptions['serve'] = async (name, { concurrency }) => {
    said.push(`serves ${name} by ${concurrency}`);
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    return { run: () => stopped.then(() => void said.push('ended')), stop };
  };
  const pool = { ...startPool({}, 0), settings: { concurrency: 3 } };
  const made = new Adopter({
    cluster: { orphans: async () => new Map(isOrphan() ? [['api', pool]] : []) },
    queued: async () => queued(),
    serve,
    onMessage: (message) => said.push(message),
    lookEveryMs: 5,
  });
  return { said, adopter: made, running: made.run() };
}

test('what waits at a limit with which nobody is configured any more is served by its last settings, until nothing waits', async () => {
  let waiting = 0;
  const { said, adopter: made, running } = adopter(() => waiting);
  await sleep(30);
  expect(said).toEqual([]);
  waiting = 2;
  await expect.poll(() => said).toEqual(['serves api by 3', expect.stringMatching(/^2 tasks wait at the limit 'api'/)]);
  waiting = 0;
  await expect.poll(() => said.at(-1)).toBe('ended');
  waiting = 1;
  await expect.poll(() => said.length).toBe(5);
  made.stop();
  await running;
  expect(said.at(-1)).toBe('ended');
});

test('it is let go as soon as somebody is configured with it again', async () => {
  let isOrphan = true;
  const {
    said,
    adopter: made,
    running,
  } = adopter(
    () => 5,
    () => isOrphan,
  );
  await expect.poll(() => said.length).toBe(2);
  isOrphan = false;
  await expect.poll(() => said.at(-1)).toBe('ended');
  made.stop();
  await running;
});

test('a table that does not answer keeps no worker from ending', async () => {
  const { serve } = { serve: (): never => expect.unreachable() };
  const made = new Adopter({
    cluster: { orphans: () => new Promise(() => {}) },
    queued: async () => 1,
    serve,
    onMessage: () => {},
  });
  const running = made.run();
  made.stop();
  await running;
});
