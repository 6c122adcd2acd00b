import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseTravel, type CallFacts } from '../../../src/core/travel/choose-travel.ts';

const fast = { runs: 5, slowestMs: 2, largestBytes: 10 };
const wayOf = (facts: Partial<CallFacts>) =>
  chooseTravel({ count: 2, bytes: 10, latency: fast, mayBeLocal: true, ...facts });

const latencies = fc.record({
  runs: fc.nat({ max: 99 }),
  slowestMs: fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 2000 })),
  largestBytes: fc.oneof(fc.nat({ max: 9000 }), fc.constant(Infinity)),
});

test('calls travel together only where the worker has seen that none is slow, and in the workflow only few fast small ones', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 500 }),
      fc.nat({ max: 1_000_000 }),
      fc.option(latencies, { nil: undefined }),
      fc.boolean(),
      (count, bytes, latency, mayBeLocal) => {
        const way = wayOf({ count, bytes, latency, mayBeLocal });
        if (way !== 'pack' && way !== 'local') return;
        expect(count).toBeGreaterThan(1);
        expect(latency?.runs).toBeGreaterThanOrEqual(5);
        expect(latency?.slowestMs).toBeLessThanOrEqual(way === 'local' ? 20 : 500);
        if (way === 'pack') return;
        expect(mayBeLocal).toBe(true);
        expect(count).toBeLessThanOrEqual(100);
        expect(Math.max(bytes, count * (latency?.largestBytes ?? Infinity))).toBeLessThanOrEqual(500_000);
      },
    ),
  );
});

test('one call goes alone, few of an unknown activity do, and of many the first ones show how slow they are', () => {
  expect(wayOf({ count: 1 })).toBe('alone');
  expect(wayOf({ count: 500, latency: { ...fast, slowestMs: 501 } })).toBe('alone');
  expect(wayOf({ count: 50, latency: undefined })).toBe('alone');
  expect(wayOf({ count: 51, latency: { ...fast, runs: 4 } })).toBe('probe');
});

test('few calls of an activity that takes 20 ms at most go in the workflow, and else in a pack', () => {
  expect(wayOf({ count: 100 })).toBe('local');
  expect(wayOf({ count: 101 })).toBe('pack');
  expect(wayOf({ latency: { ...fast, slowestMs: 21 } })).toBe('pack');
  expect(wayOf({ latency: { ...fast, largestBytes: 250_001 } })).toBe('pack');
  expect(wayOf({ bytes: 500_001 })).toBe('pack');
  // As it was when the run began.
  expect(wayOf({ mayBeLocal: false })).toBe('pack');
});
