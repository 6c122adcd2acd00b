import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alwaysSingle, packLayout, packSize, probeMs, slowMs } from '../../../src/core/travel/granularity.ts';

const total = fc.integer({ min: 0, max: 2_000_000 });
const itemBytes = fc.integer({ min: 0, max: 5_000_000 });

test('a pack is never larger than half a megabyte or the size asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), total, itemBytes, (asked, count, bytes) => {
      const size = packSize(asked, {}, { total: count, itemBytes: bytes }) ?? 0;
      expect(size).toBeGreaterThanOrEqual(1);
      expect(size).toBeLessThanOrEqual(asked);
      if (size > 1) expect(size * bytes).toBeLessThanOrEqual(500_000);
    }),
  );
});

test('packs together never run more at once than the concurrency, and at most 500 are in flight', () => {
  fc.assert(
    fc.property(
      total,
      fc.integer({ min: 1, max: 1000 }),
      fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
      (count, size, concurrency) => {
        const { packs, width } = packLayout(count, size, concurrency);
        expect(packs).toBeLessThanOrEqual(500);
        expect(width).toBeLessThanOrEqual(size);
        if (concurrency !== undefined) expect(packs * width).toBeLessThanOrEqual(concurrency);
      },
    ),
  );
});

test('automatic packs are twenty where that makes them of 250 to 1000 tasks', () => {
  const size = (count: number): number | undefined =>
    packSize('auto', {}, { total: count, itemBytes: 10, observedMs: 5 });
  expect([1000, 10_000, 100_000].map(size)).toEqual([250, 500, 1000]);
});

test('few tasks, slow tasks and tasks that must be seen one by one are never packed automatically', () => {
  const many = { total: alwaysSingle + 1, itemBytes: 10 };
  expect(packSize('auto', {}, { ...many, total: alwaysSingle })).toBe(1);
  expect(packSize('auto', {}, many)).toBeUndefined();
  expect(packSize('auto', {}, { ...many, observedMs: 2000 })).toBe(1);
  expect(packSize('auto', {}, { ...many, observedMs: 20 })).toBeGreaterThan(100);
  expect(packSize('auto', { hedge: {} }, many)).toBe(1);
  expect(packSize('auto', { budget: { limit: 1, estimate: 1 } }, many)).toBe(1);
});

test('a granularity that cannot be meant is refused with its field', () => {
  for (const bad of [0, -1, 1.5, 20_000]) {
    expect(() => packSize(bad, {}, { total: 10, itemBytes: 1 })).toThrow(/`granularity`/);
  }
  expect(() => packSize(10, { until: () => true }, { total: 10, itemBytes: 1 })).toThrow(/until/);
});

test('tasks wait for the first ones no longer than an activity each would cost them, and never longer than makes a task slow', () => {
  expect(probeMs(40)).toBe(200);
  expect(probeMs(490)).toBe(slowMs);
  fc.assert(
    fc.property(fc.nat(1000), (waiting) => {
      expect(probeMs(waiting)).toBeLessThanOrEqual(Math.min(slowMs, probeMs(waiting + 1)));
    }),
  );
});
