import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowed, nextLimit, startLimit, type Limit, type Sample } from '../../../src/limits/learned/limit.ts';

const bounds = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 200 }))
  .map(([minimum, more]) => ({ minimum, maximum: minimum + more }));
const sample: fc.Arbitrary<Sample> = fc.record({
  ending: fc.constantFrom('success', 'dropped', 'ignored'),
  startedAt: fc.integer({ min: 1, max: 10_000 }),
  endedAt: fc.integer({ min: 1, max: 10_000 }),
  inFlight: fc.integer({ min: 1, max: 300 }),
});
const at = (limit: Limit, ending: Sample['ending'], now: number, inFlight = allowed(limit)): Sample => ({
  ending,
  startedAt: now - 10,
  endedAt: now,
  inFlight,
});
const wide = { minimum: 1, maximum: 64 };

describe('a number that learns', () => {
  test('never leaves its bounds', () => {
    fc.assert(
      fc.property(bounds, fc.integer({ min: 1, max: 300 }), fc.array(sample), (within, first, samples) => {
        let limit = startLimit(first, within);
        for (const each of samples) {
          limit = nextLimit(limit, each, within);
          expect(allowed(limit)).toBeGreaterThanOrEqual(within.minimum);
          expect(allowed(limit)).toBeLessThanOrEqual(within.maximum);
        }
      }),
    );
  });

  test('never falls by a success nor rises by a drop, and what is ignored changes nothing', () => {
    fc.assert(
      fc.property(fc.array(sample), sample, (samples, next) => {
        const limit = samples.reduce((current, each) => nextLimit(current, each, wide), startLimit(8, wide));
        const after = nextLimit(limit, next, wide);
        if (next.ending === 'success') expect(after.number).toBeGreaterThanOrEqual(limit.number);
        if (next.ending === 'dropped') expect(after.number).toBeLessThanOrEqual(limit.number);
        if (next.ending === 'ignored') expect(after).toEqual(limit);
      }),
    );
  });

  test('rises only while it is in use', () => {
    const limit = startLimit(8, wide);
    expect(allowed(nextLimit(limit, at(limit, 'success', 100, 3), wide))).toBe(8);
    expect(allowed(nextLimit(limit, at(limit, 'success', 100, 4), wide))).toBe(9);
  });

  test('halves once a round trip, however many of its calls are dropped', () => {
    let limit = startLimit(32, wide);
    for (let call = 0; call < 32; call++) limit = nextLimit(limit, at(limit, 'dropped', 100 + call / 10), wide);
    expect(allowed(limit)).toBe(16);
    expect(allowed(nextLimit(limit, at(limit, 'dropped', 200), wide))).toBe(8);
  });

  test('doubles in a round trip up to where it was cut, and grows by one beyond', () => {
    const trip = (from: Limit, now: number): Limit =>
      Array.from({ length: allowed(from) }).reduce<Limit>(
        (limit) => nextLimit(limit, at(limit, 'success', now), wide),
        from,
      );
    expect(allowed(trip(startLimit(4, wide), 100))).toBe(8);
    const cut = nextLimit(startLimit(32, wide), at(startLimit(32, wide), 'dropped', 100), wide);
    expect(allowed(trip(cut, 200))).toBeLessThanOrEqual(17);
  });

  test('finds back to what it was before an outage, however long that took', () => {
    let limit = startLimit(32, wide);
    let now = 100;
    for (let cut = 0; cut < 50; cut++) limit = nextLimit(limit, at(limit, 'dropped', (now += 100)), wide);
    expect(allowed(limit)).toBe(1);
    for (let call = 0; call < 15; call++) limit = nextLimit(limit, at(limit, 'success', (now += 100)), wide);
    expect(allowed(limit)).toBe(16);
  });
});
