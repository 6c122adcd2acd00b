import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { joined, startPool, tokensChanged } from '../../src/limits/learned/pool.ts';
import { refilled, startTokens, type TokenBucket } from '../../src/limits/learned/token-bucket.ts';
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
    state.bucket = change(state.bucket, { held: 0, mine: 0, processes: 1 }).bucket;
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
  const refused = inLimit({ take: (n) => lane.take(n), giveBack: async () => {} }, () => reserveTokens(30));
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
      bucket = change(bucket, { held: 0, mine: 0, processes: 0 }).bucket;
      levels.push(bucket.level);
      return 1;
    },
  );
  for (let call = 0; call < 3; call++) expect(await lane.take(10)).toBe(0);
  expect(levels).toEqual([990, 980, 970]);
});

/**
 * What one of several processes does; one that does not report for long stands still. In a rush all take as much as there is. The
 * next update of a process may come late, as may its answer; it may fail, or its answer be lost.
 */
const act = fc.record({
  kind: fc.constantFrom(
    ...(['take', 'take', 'take', 'wait', 'wait', 'report', 'report', 'die', 'rush'] as const),
    ...(['late', 'fails', 'lost'] as const),
  ),
  process: fc.nat({ max: 2 }),
  much: fc.integer({ min: 1, max: 100 }),
});
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

/** What is used of what is held while the bucket is full leaves no room that had filled before. */
const usedWhileFull: Act[] = [
  { kind: 'take' as const, much: 1 },
  { kind: 'wait' as const, much: 3 },
  { kind: 'take' as const, much: 6 },
  { kind: 'rush' as const, much: 1 },
  ...Array.from({ length: 6 }, () => ({ kind: 'take' as const, much: 1 })),
].map((each) => ({ ...each, process: 0 }));

/** One that comes to rest gives back what it holds, and the room of that does not fill before it is given back. */
const givenBackLate: Act[] = [
  { kind: 'take' as const, process: 1, much: 1 },
  { kind: 'wait' as const, process: 0, much: 70 },
  ...Array.from({ length: 2 }, () => ({ kind: 'report' as const, process: 1, much: 1 })),
  ...Array.from({ length: 3 }, () => ({ kind: 'take' as const, process: 0, much: 1 })),
  { kind: 'wait' as const, process: 0, much: 7 },
  ...Array.from({ length: 2 }, () => ({ kind: 'take' as const, process: 0, much: 1 })),
  { kind: 'rush' as const, process: 0, much: 1 },
];

test('from whatever moment on, processes never get more tokens together than a full bucket and what flows into it, whatever they hold', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), async (acts) => {
        expect(await leastLeft(acts)).toBeGreaterThanOrEqual(-1);
      }),
      { numRuns: 300, examples: [[usedWhileFull], [givenBackLate]] },
    );
  } finally {
    vi.useRealTimers();
  }
});

interface Running {
  readonly name: string;
  readonly lane: TokenLane;
  /** Callers that wait for an answer. */
  asking: number;
  /** What happens to its next update. */
  next?: Act;
}

/** What is left at the least in a bucket from which the same is taken, and of which nobody holds anything. */
async function leastLeft(acts: readonly Act[]): Promise<number> {
  let [pool, names, least] = [startPool(settings, Date.now()), 0, Infinity];
  let bucket = startTokens(settings, Date.now());
  const report = (process: string, held: number): void => {
    pool = joined(pool, { process, running: 0, started: 0, held, endings: [] }, settings, Date.now(), 4000);
  };
  const start = (): Running => {
    const name = `p${names++}`;
    report(name, 0);
    const lane = new TokenLane(
      () => settings,
      async (change) => {
        const { next } = running;
        delete running.next;
        await turn();
        if (next?.kind === 'late') await standStill(running, next.much, false);
        if (next?.kind === 'fails') throw new Error('no database');
        pool = tokensChanged(pool, name, change, Date.now(), reserveMs);
        await turn();
        if (next?.kind === 'late') await standStill(running, next.much, true);
        if (next?.kind === 'lost') throw new Error('no answer');
        return 0;
      },
    );
    const running: Running = { name, lane, asking: 0 };
    return running;
  };
  const processes = Array.from({ length: 3 }, start);
  let standing: Running | undefined;
  /** Meanwhile the others go on. What was granted counts as used, so no time passes until whoever asked for it knows. */
  const standStill = async (one: Running, much: number, isGranted: boolean): Promise<void> => {
    if (standing || processes.some((each) => each.asking > 0 && (each !== one || isGranted))) return;
    standing = one;
    vi.setSystemTime(Date.now() + 60 * much);
    const others = processes.filter((each) => each !== one);
    // Only its update may be late, and not what it reports.
    for (const { name, lane } of much % 2 === 0 ? others : processes) report(name, lane.held);
    await Promise.all(others.map(rush));
    standing = undefined;
  };
  const take = async (one: Running, tokens: number): Promise<boolean> => {
    one.asking++;
    const waitMs = await one.lane.take(tokens).catch(() => Infinity);
    one.asking--;
    if (waitMs > 0) return false;
    bucket = refilled(bucket, settings, Date.now());
    bucket = { ...bucket, level: bucket.level - tokens };
    least = Math.min(least, bucket.level);
    return true;
  };
  const rush = async (process: Running): Promise<void> => {
    while (await take(process, 100));
  };
  for (const each of acts) {
    const { kind, process: at, much } = each;
    const process = processes[at]!;
    if (kind === 'late' || kind === 'fails' || kind === 'lost') process.next = each;
    if (kind === 'take') await Promise.all(Array.from({ length: much }, () => take(process, 30)));
    if (kind === 'wait') vi.setSystemTime(Date.now() + 20 * much);
    if (kind === 'die') processes[at] = start();
    if (kind === 'rush') await Promise.all(processes.map(rush));
    if (kind === 'report') {
      report(process.name, process.lane.held);
      process.lane.look(Date.now());
    }
  }
  await Promise.all(processes.map(({ lane }) => lane.close()));
  return least;
}
