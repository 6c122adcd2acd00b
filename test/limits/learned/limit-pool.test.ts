import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowed } from '../../../src/limits/learned/limit.ts';
import { alive, joined, left, startPool, tokensChanged, type Pool } from '../../../src/limits/learned/pool.ts';
import { refilled, settled, startTokens, taken } from '../../../src/limits/learned/token-bucket.ts';
import type { LimitSettings } from '../../../src/limits/learned/settings.ts';

const leaseMs = 4000;

/** What one process does at one moment. */
const act = fc.record({
  process: fc.constantFrom('a', 'b', 'c', 'd'),
  kind: fc.constantFrom('report', 'report', 'report', 'die', 'leave'),
  waitMs: fc.integer({ min: 0, max: 1500 }),
  /** How much of its share it uses, from 0 to 1. */
  use: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('the shares of processes', () => {
  test('never add up to more than the limit, whoever joins, dies or leaves when', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(act, { maxLength: 60 }), (concurrency, acts) => {
        const settings = { concurrency, adapt: false };
        let now = 1_000_000;
        let pool: Pool = startPool(settings, now);
        /** What each process believes; a dead one runs nothing, and one that is late has stopped by its lease. */
        const believed = new Map<string, { share: number; until: number; running: number }>();
        for (const { process, kind, waitMs, use } of acts) {
          now += waitMs;
          for (const [name, { until }] of believed) if (until <= now) believed.delete(name);
          const mine = believed.get(process);
          if (kind === 'die') believed.delete(process);
          if (kind === 'leave') {
            pool = left(pool, process);
            believed.delete(process);
          }
          if (kind === 'report') {
            const running = Math.round((mine?.share ?? 0) * use);
            pool = joined(pool, { process, running, started: 0, endings: [] }, settings, now, leaseMs);
            const { share = 0, until = 0 } = pool.members[process] ?? {};
            believed.set(process, { share, until, running });
          }
          const inFlight = [...believed.values()].reduce((sum, each) => sum + Math.max(each.share, each.running), 0);
          expect(inFlight).toBeLessThanOrEqual(concurrency);
        }
      }),
    );
  });

  test('are even once everybody has looked twice, and a dead process leaves its own to the others', () => {
    const settings = { concurrency: 10, adapt: false };
    const look = (pool: Pool, process: string, now: number): Pool =>
      joined(pool, { process, running: 0, started: 0, endings: [] }, settings, now, leaseMs);
    let pool = startPool(settings, 0);
    for (const [index, process] of ['a', 'a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'].entries())
      pool = look(pool, process, index * 100);
    expect(
      Object.values(pool.members)
        .map(({ share }) => share)
        .toSorted(),
    ).toEqual([3, 3, 4]);
    for (const process of ['a', 'b', 'a', 'b']) pool = look(pool, process, 6000);
    expect(Object.keys(alive(pool.members, 6000))).toEqual(['a', 'b']);
    expect(pool.members['a']?.share).toBe(5);
    expect(allowed(pool.limit)).toBe(10);
  });
});

describe('tokens a minute', () => {
  const settings = { tokensPerMinute: 6000 };

  test('are taken as they fill, and never faster however they are asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 900 })), { maxLength: 50 }),
        (asked) => {
          let now = 0;
          let tokens = startTokens(settings, now);
          let used = 0;
          for (const [waitMs, estimate] of asked) {
            now += waitMs;
            const result = taken(tokens, estimate, settings, now);
            tokens = result.tokens;
            if (result.waitMs === 0) used += estimate;
            expect(used).toBeLessThanOrEqual(1000 + now / 10 + 1e-6);
          }
        },
      ),
    );
  });

  test('fill the bucket only beside those that processes which live have taken ahead', () => {
    const report = (process: string, held: number) => ({ process, running: 0, started: 0, held, endings: [] });
    let pool = joined(startPool(settings, 0), report('a', 0), settings, 0, leaseMs);
    const take = (level: number) => ({ bucket: { level: level - 300, at: 0 }, held: 300 });
    pool = tokensChanged(pool, 'a', ({ level }) => take(level), 0, 2000);
    expect([pool.tokens.level, pool.members['a']?.held]).toEqual([700, 300]);
    const filled = (now: number, held: number): number => {
      return joined(pool, report('b', held), settings, now, leaseMs).tokens.level;
    };
    expect(filled(3500, 0)).toBe(700);
    expect(filled(leaseMs + 1, 0)).toBe(1000);
    let seen = { held: 0, mine: 0, processes: 0 };
    const look = (_bucket: unknown, others: typeof seen): { bucket: Pool['tokens']; held: number } => {
      seen = others;
      return { bucket: pool.tokens, held: 0 };
    };
    tokensChanged(pool, 'b', look, 10, 2000);
    expect(seen).toEqual({ held: 300, mine: 0, processes: 0 });
    tokensChanged(pool, 'a', look, 10, 2000);
    expect(seen).toEqual({ held: 0, mine: 300, processes: 1 });
  });

  test('say exactly how long to wait for them', () => {
    const empty = taken(startTokens(settings, 0), 1000, settings, 0).tokens;
    const { waitMs } = taken(empty, 300, settings, 0);
    expect(waitMs).toBe(3000);
    expect(taken(empty, 300, settings, waitMs).waitMs).toBe(0);
    expect(taken(empty, 300, settings, waitMs - 1).waitMs).toBeGreaterThan(0);
  });

  test('that were not used come back, and those used beyond the estimate are owed', () => {
    const after = taken(startTokens(settings, 0), 1000, settings, 0).tokens;
    expect(settled(after, 400, settings, 0).level).toBe(400);
    expect(settled(after, -400, settings, 0).level).toBe(-400);
    expect(taken(settled(after, -400, settings, 0), 100, settings, 0).waitMs).toBe(5000);
  });

  test('let through one call that is larger than fits, from a full bucket', () => {
    const { tokens, waitMs } = taken(startTokens(settings, 0), 5000, settings, 0);
    expect(waitMs).toBe(0);
    expect(refilled(tokens, settings, 0).level).toBe(-4000);
  });
});

test('a limit whose number is set starts at it; one of which nothing is known starts at four', () => {
  const started = (settings: LimitSettings): number => startPool(settings, 0).limit.number;
  expect(started({ concurrency: 60 })).toBe(60);
  expect(started({ concurrency: 60, adapt: false })).toBe(60);
  expect(started({ perSecond: 5 })).toBe(4);
  expect(started({ perSecond: 5, adapt: false })).toBe(100);
});
