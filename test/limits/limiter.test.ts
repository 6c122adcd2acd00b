import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Limiter } from '../../src/limits/limiter.ts';
import type { Pool } from '../../src/limits/learned/pool.ts';
import { TableOutage } from '../../src/limits/outage.ts';
import type { LimitTable } from '../../src/limits/table.ts';

/** A table that is as slow as a busy database: what it has written is known to the writer only a while later. */
function slowTable(): LimitTable {
  const rows = new Map<string, Pool>();
  return {
    async update(name, change) {
      await sleep(Math.random() * 30);
      const next = change(rows.get(name));
      rows.set(name, next);
      await sleep(Math.random() * 400);
      return next;
    },
    read: async (name) => rows.get(name),
    readAll: async () => rows,
    removeUnserved: async () => 0,
  };
}

/** The most calls at once of four processes that come and go. */
async function mostAtOnce(): Promise<number> {
  const table = slowTable();
  let [inFlight, most] = [0, 0];
  const serve = async (afterMs: number, forMs: number): Promise<void> => {
    await sleep(afterMs);
    const limiter = new Limiter({
      queue: 'api',
      settings: { concurrency: 5, adapt: false },
      table,
      reportRate: () => {},
      outage: new TableOutage(() => {}),
    });
    await limiter.start();
    const end = Date.now() + forMs;
    const callOneAfterTheOther = async (): Promise<void> => {
      while (Date.now() < end) {
        if (limiter.begin() > 0) {
          await sleep(5);
          continue;
        }
        const startedAt = Date.now();
        most = Math.max(most, ++inFlight);
        await sleep(40);
        inFlight--;
        limiter.end('success', startedAt);
        // Some of its share is not in use when it reports.
        await sleep(Math.random() * 150);
      }
    };
    await Promise.all(Array.from({ length: 8 }, callOneAfterTheOther));
    await limiter.stop();
  };
  await Promise.all([serve(0, 4000), serve(300, 3500), serve(900, 1500), serve(1500, 2000)]);
  return most;
}

test('processes that come and go never have more calls in flight than the limit, however late they learn of each other', async () => {
  const each = await Promise.all(Array.from({ length: 4 }, mostAtOnce));
  expect(each).toEqual(each.map(() => 5));
});

test('a share that becomes smaller counts from the moment at which others may know of it', async () => {
  const rows = new Map<string, Pool>();
  const shared = (afterwards: (updates: number) => Promise<void>): LimitTable => {
    let updates = 0;
    return {
      ...slowTable(),
      async update(name, change) {
        const next = change(rows.get(name));
        rows.set(name, next);
        await afterwards(++updates);
        return next;
      },
    };
  };
  let answer = (): void => {};
  let isAsked = false;
  const late = new Promise<void>((resolve) => (answer = resolve));
  const limiterAt = (table: LimitTable): Limiter =>
    new Limiter({
      queue: 'api',
      settings: { concurrency: 5, adapt: false },
      table,
      reportRate: () => {},
      outage: new TableOutage(() => {}),
    });
  const first = limiterAt(
    shared(async (updates) => {
      if (updates !== 2) return;
      isAsked = true;
      await late;
    }),
  );
  const second = limiterAt(shared(async () => {}));
  await first.start();
  await second.start();
  await expect.poll(() => isAsked, { timeout: 3000 }).toBe(true);
  const begun = (limiter: Limiter): number =>
    Array.from({ length: 5 }, () => limiter.begin()).filter((wait) => wait === 0).length;
  let elsewhere = 0;
  await expect.poll(() => (elsewhere += begun(second)), { timeout: 3000 }).toBeGreaterThan(0);
  expect(begun(first) + elsewhere).toBeLessThanOrEqual(5);
  answer();
  await Promise.all([first.stop(), second.stop()]);
});

test('a poll begins as soon as a call has ended, and does not wait until that is reported; none beside what runs', async () => {
  const limiter = new Limiter({
    queue: 'api',
    settings: { concurrency: 2, adapt: false },
    table: slowTable(),
    reportRate: () => {},
    outage: new TableOutage(() => {}),
  });
  await limiter.start();
  const isLeft = async (): Promise<boolean> => {
    const asked = AbortSignal.timeout(20);
    return limiter.reserve(asked).then(
      () => true,
      () => false,
    );
  };
  expect([await isLeft(), await isLeft(), await isLeft()]).toEqual([true, true, false]);
  expect([limiter.begin(), limiter.begin()]).toEqual([0, 0]);
  limiter.end('success', Date.now());
  expect([await isLeft(), await isLeft()]).toEqual([true, false]);
  // Its end is reported now.
  limiter.release();
  expect(await isLeft()).toBe(false);
  // A poll that brought nothing makes room for another one, as before.
  limiter.release();
  expect([await isLeft(), await isLeft()]).toEqual([true, false]);
  await limiter.stop();
});

test('a table that is away is told once, and once more when it is back', async () => {
  const told: string[] = [];
  const table = slowTable();
  let away = true;
  const outage = new TableOutage((message) => told.push(message));
  const limiter = new Limiter({
    queue: 'api',
    settings: {},
    table: {
      ...table,
      update: (...args) => (away ? Promise.reject(new Error('no database')) : table.update(...args)),
    },
    reportRate: () => {},
    outage,
  });
  await limiter.start();
  await expect.poll(() => limiter.begin(), { timeout: 3000 }).toBeGreaterThan(0);
  const signal = new AbortController().signal;
  const permit = limiter.reserve(signal);
  await sleep(2100);
  // However often it has looked in vain meanwhile.
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  expect(told).toEqual([expect.stringContaining('cannot be shared with other processes, so no call begins')]);
  away = false;
  await expect.poll(() => limiter.begin(), { timeout: 5000 }).toBe(0);
  limiter.end('success', Date.now());
  await permit;
  limiter.release();
  await limiter.stop();
  expect(told).toEqual([expect.any(String), expect.stringContaining('are shared with other processes again')]);
});
