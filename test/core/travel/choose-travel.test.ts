import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseTravel } from '../../../src/core/travel/choose-travel.ts';

const fast = { runs: 5, slowestMs: 2, largestBytes: 10 };

test('calls travel together only where the worker has seen that none is slow, and never in the workflow by themselves', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 5000 }),
      fc.option(fc.record({ runs: fc.nat({ max: 99 }), slowestMs: fc.nat({ max: 2000 }), largestBytes: fc.nat() }), {
        nil: undefined,
      }),
      (count, pace) => {
        const way = chooseTravel({ count, latency: pace });
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
  expect(chooseTravel({ count: 1, latency: fast })).toBe('alone');
  expect(chooseTravel({ count: 2, latency: fast })).toBe('pack');
  expect(chooseTravel({ count: 500, latency: { ...fast, slowestMs: 501 } })).toBe('alone');
  expect(chooseTravel({ count: 50, latency: undefined })).toBe('alone');
  expect(chooseTravel({ count: 51, latency: { ...fast, runs: 4 } })).toBe('probe');
});
