import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { joined, startPool, tokensChanged } from '../../src/limits/learned/pool.ts';
import { startTokens, type TokenBucket } from '../../src/limits/learned/token-bucket.ts';
import { inLimit, reserveTokens, TokensSpent } from '../../src/limits/tokens.ts';
import { reserveMs } from '../../src/limits/token-reserve.ts';
import { TokenLane, type UpdateTokens } from '../../src/limits/token-lane.ts';

const settings = { tokensPerMinute: 60_000 };

/** A row that takes a moment to replace, and counts how often it was. */
function row(level: number) {
  const state = { bucket: { level, at: Date.now() + 1_000_000 } as TokenBucket, updates: 0, away: false };
  const update: UpdateTokens = async (change) => {
    await sleep(1);
    if (state.away) throw new Error('no database');
    state.bucket = change(state.bucket, { held: 0, processes: 1 }).bucket;
    state.updates++;
    return 1;
  };
  return { state, lane: new TokenLane(() => settings, update) };
}

test('calls that ask at the same time are answered by a few updates, each as if it had asked alone', async () => {
  const { state, lane } = row(1000);
  const waits = await Promise.all(Array.from({ length: 200 }, () => lane.take(10)));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(100);
  expect(state.bucket.level).toBe(0);
  expect(state.updates).toBeLessThanOrEqual(2);
});

test('whatever is taken and given back, the row holds what is left of it', async () => {
  const step = fc.record({ take: fc.integer({ min: 1, max: 50 }), unused: fc.integer({ min: -20, max: 20 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { state, lane } = row(5000);
      const waits = await Promise.all(
        steps.map(async ({ take, unused }) => {
          const wait = await lane.take(take);
          if (wait === 0) lane.giveBack(unused);
          return wait;
        }),
      );
      await lane.close();
      const used = steps.reduce((sum, { take, unused }, index) => sum + (waits[index] === 0 ? take - unused : 0), 0);
      expect(state.bucket.level).toBe(5000 - used);
    }),
    { numRuns: 30 },
  );
});

test('while the row cannot be replaced a call is told to come back, and what was given back is not lost', async () => {
  const { state, lane } = row(100);
  const settle = await inLimit({ take: (n) => lane.take(n), giveBack: async (n) => lane.giveBack(n) }, () =>
    reserveTokens(60),
  );
  state.away = true;
  await settle(20);
  await lane.close();
  const refused = inLimit({ take: (n) => lane.take(n), giveBack: async () => {} }, () => reserveTokens(10));
  await expect(refused).rejects.toMatchObject({ name: 'TokensSpent', waitMs: 1000, cause: { message: 'no database' } });
  await expect(refused).rejects.toBeInstanceOf(TokensSpent);
  state.away = false;
  expect(await lane.take(80)).toBe(0);
  expect(state.bucket.level).toBe(0);
  expect(startTokens(settings, 0).level).toBe(10_000);
});

test('tokens are taken ahead of the calls, so that most calls of a busy process ask nobody, and one that rests gives them back', async () => {
  const { state, lane } = row(9000);
  for (let call = 0; call < 500; call++) expect(await lane.take(10)).toBe(0);
  expect(state.updates).toBeLessThan(30);
  expect(lane.held).toBeGreaterThan(0);
  expect(state.bucket.level).toBe(9000 - 5000 - lane.held);
  await lane.close();
  expect(lane.held).toBe(0);
  expect(state.bucket.level).toBe(9000 - 5000);
});

test('a process that the others do not know of takes nothing ahead', async () => {
  const levels: number[] = [];
  let bucket: TokenBucket = { level: 1000, at: Date.now() + 1_000_000 };
  const lane = new TokenLane(
    () => settings,
    async (change) => {
      bucket = change(bucket, { held: 0, processes: 0 }).bucket;
      levels.push(bucket.level);
      return 1;
    },
  );
  for (let call = 0; call < 3; call++) expect(await lane.take(10)).toBe(0);
  expect(levels).toEqual([990, 980, 970]);
});

/** What one of several processes does: it asks, gives a half of that back or not, reports, or dies with what it holds. */
const act = fc.record({
  process: fc.integer({ min: 0, max: 3 }),
  waitMs: fc.constantFrom(0, 0, 0, 0, 0, 5, 300, 1500),
  tokens: fc.integer({ min: 1, max: 1500 }),
  isHalf: fc.boolean(),
  kind: fc.constantFrom('take', 'take', 'take', 'take', 'report', 'die'),
});

test('processes never get more tokens together than the bucket had and what has flowed into it since, whatever they hold', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 40, maxLength: 60 }), async (acts) => {
        expect(await mostBeyond(acts)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 25 },
    );
  } finally {
    vi.useRealTimers();
  }
});

/** By how many tokens all of them once had more than there could be. */
async function mostBeyond(
  acts: readonly { process: number; waitMs: number; tokens: number; isHalf: boolean; kind: string }[],
): Promise<number> {
  const begin = Date.now();
  let [pool, names, used, beyond] = [startPool(settings, begin), 0, 0, -Infinity];
  const report = (process: string, held: number): void => {
    pool = joined(pool, { process, running: 0, started: 0, held, endings: [] }, settings, Date.now(), 4000);
  };
  const start = (): { name: string; lane: TokenLane } => {
    const name = `p${names++}`;
    report(name, 0);
    const lane = new TokenLane(
      () => settings,
      async (change) => {
        await turn();
        pool = tokensChanged(pool, name, change, Date.now(), reserveMs);
        await turn();
        return 0;
      },
    );
    return { name, lane };
  };
  const processes = Array.from({ length: 4 }, start);
  for (const { process, waitMs, tokens, isHalf, kind } of acts) {
    vi.setSystemTime(Date.now() + waitMs);
    const { name, lane } = processes[process]!;
    if (kind === 'die') processes[process] = start();
    if (kind === 'report') {
      report(name, lane.held);
      lane.look(Date.now());
    }
    if (kind === 'take')
      void lane.take(tokens).then((wait) => {
        if (wait > 0) return;
        used += tokens;
        beyond = Math.max(beyond, used - (10_000 + Date.now() - begin));
        const unused = isHalf ? Math.floor(tokens / 2) : 0;
        used -= unused;
        lane.giveBack(unused);
      });
    await sleep(1);
  }
  await Promise.all(processes.map(({ lane }) => lane.close()));
  return beyond;
}
