import fc from 'fast-check';
import { expect, test } from 'vitest';
import { suitsLocal, type ActivityLatency } from '../../../src/core/travel/local.ts';
import { maxLocalTasks } from '../../../src/core/travel/granularity.ts';

const pace: fc.Arbitrary<ActivityLatency> = fc.record({
  runs: fc.nat({ max: 100 }),
  slowestMs: fc.double({ min: 0, max: 500, noNaN: true }),
  largestBytes: fc.nat({ max: 1_000_000 }),
});
const fast: ActivityLatency = { runs: 5, slowestMs: 2, largestBytes: 10 };
const five = { total: 5, itemBytes: 10, latencies: [fast] };

test('what may be repeated after a crash is at most a quarter of a second of work and one message of results', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(pace, { nil: undefined }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 300 }),
      fc.nat({ max: 100_000 }),
      fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
      (latencies, total, itemBytes, concurrency) => {
        if (!suitsLocal(concurrency === undefined ? {} : { concurrency }, { total, itemBytes, latencies })) return;
        const width = Math.min(concurrency ?? total, total);
        expect(total).toBeLessThanOrEqual(maxLocalTasks);
        expect(total * itemBytes).toBeLessThanOrEqual(500_000);
        for (const each of latencies) {
          expect(each?.runs).toBeGreaterThanOrEqual(5);
          expect(Math.ceil(total / width) * (each?.slowestMs ?? Infinity)).toBeLessThanOrEqual(250);
          expect(total * (each?.largestBytes ?? Infinity)).toBeLessThanOrEqual(500_000);
        }
      },
    ),
  );
});

test('five tasks of an activity seen to be fast suit, and of one seen too seldom, too slow or not at all do not', () => {
  expect(suitsLocal({}, five)).toBe(true);
  expect(suitsLocal({}, { ...five, latencies: [fast, undefined] })).toBe(false);
  expect(suitsLocal({}, { ...five, latencies: [{ ...fast, runs: 4 }] })).toBe(false);
  expect(suitsLocal({}, { ...five, latencies: [{ ...fast, slowestMs: 251 }] })).toBe(false);
  expect(suitsLocal({ concurrency: 1 }, { ...five, latencies: [{ ...fast, slowestMs: 60 }] })).toBe(false);
  expect(suitsLocal({ hedge: {} }, five)).toBe(false);
});
