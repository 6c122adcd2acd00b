import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wayOf } from '../../../src/core/travel/way.ts';

const fast = { runs: 5, slowestMs: 2, largestBytes: 10 };

test('calls travel together only where the worker has seen that none is slow, and never in the workflow by themselves', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 5000 }),
      fc.option(fc.record({ runs: fc.nat({ max: 99 }), slowestMs: fc.nat({ max: 2000 }), largestBytes: fc.nat() }), {
        nil: undefined,
      }),
      (count, pace) => {
        const way = wayOf({ count, pace });
        expect(way).not.toBe('local');
        if (way !== 'pack') return;
        expect(count).toBeGreaterThan(1);
        expect(pace?.runs).toBeGreaterThanOrEqual(5);
        expect(pace?.slowestMs).toBeLessThanOrEqual(500);
      },
    ),
  );
});

test('one call goes alone, few of an unknown activity do, and of many the first ones show how slow they are', () => {
  expect(wayOf({ count: 1, pace: fast })).toBe('alone');
  expect(wayOf({ count: 2, pace: fast })).toBe('pack');
  expect(wayOf({ count: 500, pace: { ...fast, slowestMs: 501 } })).toBe('alone');
  expect(wayOf({ count: 50, pace: undefined })).toBe('alone');
  expect(wayOf({ count: 51, pace: { ...fast, runs: 4 } })).toBe('probe');
});
