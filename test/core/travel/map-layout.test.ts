import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemOf, parsedLine } from '../../../src/core/map/item.ts';
import { branchUnits, mapMode, packUnits } from '../../../src/core/travel/granularity.ts';
import { maxPageBytes, maxPageTasks } from '../../../src/core/map/page-size.ts';
import { Pager, scannerOf } from '../../../src/store/pages/lines.ts';

const facts = fc.record({
  pages: fc.integer({ min: 1, max: 1_000_000 }),
  pageTasks: fc.constant(maxPageTasks),
  concurrency: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
  leftMs: fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }),
  meanMs: fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }), { nil: undefined }),
});

test('units together never run more than the concurrency, and are few enough for one workflow', () => {
  fc.assert(
    fc.property(facts, (given) => {
      for (const layout of [packUnits(given), branchUnits(given)]) {
        expect(layout.units * layout.width).toBeLessThanOrEqual(given.concurrency ?? Infinity);
        expect(layout.units).toBeGreaterThanOrEqual(1);
        expect(layout.units).toBeLessThanOrEqual(16);
        expect(layout.width).toBeGreaterThanOrEqual(1);
        expect(layout.pages).toBeGreaterThanOrEqual(1);
        expect(layout.pages).toBeLessThanOrEqual(8);
      }
      const { units, width } = branchUnits(given);
      expect(units * width).toBeLessThanOrEqual(Math.max(1, (given.leftMs ?? Infinity) / 5));
      expect(branchUnits(given).width).toBeLessThanOrEqual(500);
    }),
  );
});

test('units that start one after the other share all of the concurrency and no more, also where there is one page', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20_000 }), (pages, concurrency) => {
      let [left, running, inUse] = [pages, 0, 0];
      for (;;) {
        const { units, width } = packUnits({ pages: left, pageTasks: maxPageTasks, concurrency, running, inUse });
        if (left === 0 || running >= units || inUse + width > concurrency) break;
        left--;
        running++;
        inUse += width;
      }
      expect(inUse).toBe(concurrency);
    }),
  );
});

test('what must be seen task by task, or waits at a limit, never travels in packs', () => {
  expect(mapMode('auto', {}, false)).toBeUndefined();
  expect(mapMode('auto', { hedge: {} }, false)).toBe('tasks');
  expect(mapMode('auto', {}, true)).toBe('tasks');
  expect(mapMode(500, {}, false)).toBe('packs');
  expect(() => mapMode(500, {}, true)).toThrow(/limit/);
  expect(() => mapMode(500, { budget: { limit: 1, estimate: 1 } }, false)).toThrow(/granularity/);
});

const encoder = new TextEncoder();
const line = fc.oneof(
  fc.constantFrom('', '  ', '{"a":1}', '12'),
  fc.string({ maxLength: 20, unit: 'binary-ascii' }).map(JSON.stringify),
);
const text = fc
  .tuple(fc.array(line, { maxLength: 1200 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, closed]) => lines.join(end) + (closed && lines.length > 0 ? end : ''));

function paged(format: 'jsonl' | 'csv', bytes: Uint8Array, chunk: number): Pager {
  const pager = new Pager(scannerOf(format));
  for (let at = 0; at < bytes.length; at += chunk) pager.add(bytes.subarray(at, at + chunk));
  pager.end();
  return pager;
}

test('pages hold every line that is not blank, once and in order, however the bytes come in', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 4000 }), (content, chunk) => {
      const bytes = encoder.encode(content);
      const { pages, tasks } = paged('jsonl', bytes, chunk);
      const lines = content.split('\n');
      const expected = lines.flatMap((each, at) => (each.trim() === '' ? [] : [[at, each.trim()]]));
      expect(tasks).toBe(expected.length);
      const found = pages.flatMap((page) => {
        expect(page.tasks).toBeLessThanOrEqual(maxPageTasks);
        const slice = new TextDecoder().decode(bytes.subarray(page.offset, (page.offset ?? 0) + page.bytes));
        return slice.split('\n').flatMap((each, at) => (each.trim() === '' ? [] : [[page.first + at, each.trim()]]));
      });
      expect(found).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('a page is never above a megabyte unless one line alone is, and a quoted row is never cut', () => {
  const large = (size: number): string => 'x'.repeat(size);
  const sizes = [10, 2_500_000, 600_000, 600_000, 300_000, 5];
  const { pages } = paged('jsonl', encoder.encode(sizes.map(large).join('\n')), 65_536);
  for (const { tasks, bytes } of pages) expect(tasks === 1 || bytes <= maxPageBytes).toBe(true);
  expect(pages.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(sizes.length);
  expect(paged('csv', encoder.encode('a,"b\nc\n""d"""\ne,f\n'), 3).tasks).toBe(2);
});

test('an item is named by its own id, else by its line, and a line that is no JSON says which it is', () => {
  expect(itemOf({ id: 'x' }, 3)).toMatchObject({ id: 'x' });
  expect(itemOf({ key: 7 }, 3, 'key')).toMatchObject({ id: '7' });
  expect(itemOf('text', 3)).toEqual({ id: '3', input: 'text' });
  expect(itemOf({ id: 'y'.repeat(1000) }, 0).id).toHaveLength(1000);
  expect(itemOf({ id: 'y'.repeat(1001) }, 5)).toMatchObject({ id: '5', error: { name: 'InvalidId' } });
  expect(parsedLine('{', 4)).toMatchObject({
    id: '4',
    error: { name: 'BadLine', message: expect.stringContaining('Line 5') },
  });
  expect(parsedLine('"' + 'x'.repeat(1_600_000) + '"', 0)).toMatchObject({ error: { name: 'InputTooLarge' } });
});
