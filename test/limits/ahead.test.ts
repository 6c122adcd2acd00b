/** Tasks that are fetched before there is room: they begin in the moment in which there is, and never beyond the limit. */
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Ahead } from '../../src/limits/ahead.ts';
import { Limiter } from '../../src/limits/limiter.ts';
import type { Pool } from '../../src/limits/learned/pool.ts';
import type { LimitSettings } from '../../src/limits/learned/settings.ts';
import { TableOutage } from '../../src/limits/outage.ts';

async function started(settings: LimitSettings): Promise<Limiter> {
  let row: Pool | undefined;
  const limiter = new Limiter({
    queue: 'api',
    settings: { adapt: false, ...settings },
    table: {
      update: async (_name, change) => (row = change(row)),
      read: async () => row,
      readAll: async () => new Map(),
      removeUnserved: async () => 0,
    },
    reportRate: () => {},
    outage: new TableOutage(() => {}),
  });
  await limiter.start();
  return limiter;
}

/** How many permits to poll there are at once. */
async function permits(limiter: Limiter): Promise<number> {
  let count = 0;
  const enough = new AbortController();
  const take = async (): Promise<void> => {
    for (;;) {
      await limiter.reserve(enough.signal);
      count++;
    }
  };
  const taking = take().catch(() => {});
  // Those that are there are given without waiting for anything.
  await turn();
  enough.abort();
  await taking;
  for (let each = 0; each < count; each++) limiter.release();
  return count;
}

const never = new AbortController().signal;
const took = async (limiter: Limiter, ms: number): Promise<void> => {
  expect(limiter.begin()).toBe(0);
  limiter.end('success', Date.now() - ms);
};

test('as many tasks again are fetched ahead where calls are short, and none where they are long or a rate limits them', async () => {
  const limiter = await started({ concurrency: 3 });
  expect(await permits(limiter)).toBe(3);
  await took(limiter, 400);
  expect(await permits(limiter)).toBe(6);
  for (let call = 0; call < 40; call++) await took(limiter, 5000);
  expect(await permits(limiter)).toBe(3);
  await limiter.stop();
  const rated = await started({ concurrency: 3, perSecond: 1000 });
  await took(rated, 400);
  expect(await permits(rated)).toBe(3);
  await rated.stop();
});

test('one that was fetched ahead begins when a call ends, and there are never more than the limit', async () => {
  const limiter = await started({ concurrency: 2 });
  await took(limiter, 300);
  let [running, most] = [0, 0];
  const call = async (): Promise<boolean> => {
    if ((await limiter.beginSoon(never, 5000)) > 0) return false;
    most = Math.max(most, ++running);
    const startedAt = Date.now();
    await sleep(100);
    running--;
    limiter.end('success', startedAt);
    return true;
  };
  expect(await Promise.all(Array.from({ length: 4 }, call))).toEqual([true, true, true, true]);
  expect(most).toBe(2);
  await limiter.stop();
});

test('one that waits in vain goes back to its queue, and for a while none is fetched ahead', async () => {
  const limiter = await started({ concurrency: 1 });
  await took(limiter, 100);
  expect(limiter.begin()).toBe(0);
  expect(await limiter.beginSoon(never, 60_000)).toBeGreaterThan(0);
  expect(await permits(limiter)).toBe(1);
  limiter.end('success', Date.now() - 100);
  await limiter.stop();
});

test('one that is cancelled while it waits is let go at once', async () => {
  const limiter = await started({ concurrency: 1 });
  await took(limiter, 900);
  expect(limiter.begin()).toBe(0);
  const cancelled = new AbortController();
  const waiting = limiter.beginSoon(cancelled.signal, 60_000);
  cancelled.abort();
  expect(await waiting).toBeGreaterThan(0);
  // It was not in vain.
  limiter.end('success', Date.now() - 900);
  expect(await permits(limiter)).toBe(2);
  await limiter.stop();
});

test('how long one waits is what two calls of late have taken, and two seconds at most', () => {
  const ahead = new Ahead();
  expect(ahead.of(5, 0)).toBe(0);
  ahead.took(200);
  expect([ahead.of(5, 0), ahead.patienceMs]).toEqual([5, 400]);
  for (let call = 0; call < 60; call++) ahead.took(100_000);
  expect([ahead.of(5, 0), ahead.patienceMs]).toEqual([0, 2000]);
});
