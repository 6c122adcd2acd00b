import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startTokens, type TokenBucket } from '../../src/limits/learned/token-bucket.ts';
import { inLimit, reserveTokens, TokensSpent } from '../../src/limits/tokens.ts';
import { TokenLane } from '../../src/limits/token-lane.ts';

const settings = { tokensPerMinute: 60_000 };

/** A row that takes a moment to replace, and counts how often it was. */
function row(level: number) {
  const state = { bucket: { level, at: Date.now() + 1_000_000 } as TokenBucket, updates: 0, away: false };
  const update = async (change: (bucket: TokenBucket) => TokenBucket): Promise<number> => {
    await sleep(1);
    if (state.away) throw new Error('no database');
    state.bucket = change(state.bucket);
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
      await lane.idle();
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
  await lane.idle();
  const refused = inLimit({ take: (n) => lane.take(n), giveBack: async () => {} }, () => reserveTokens(10));
  await expect(refused).rejects.toMatchObject({ name: 'TokensSpent', waitMs: 1000, cause: { message: 'no database' } });
  await expect(refused).rejects.toBeInstanceOf(TokensSpent);
  state.away = false;
  expect(await lane.take(80)).toBe(0);
  expect(state.bucket.level).toBe(0);
  expect(startTokens(settings, 0).level).toBe(10_000);
});
