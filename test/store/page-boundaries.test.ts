import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineScanner, Pager, scannerOf } from '../../src/store/pages/lines.ts';
import { shortHash } from '../../src/store/pages/sealed.ts';
import type { Store } from '../../src/store/store.ts';
import { rangeTable } from '../../src/store/pages/table.ts';
import { PageWriter } from '../../src/store/pages/write.ts';

/** The rule in words: ten tasks first, then at most 500 a page, and a million bytes unless one task alone has more. */
function pagesBySizes(sizes: readonly number[]): number[] {
  const pages: number[] = [];
  let [tasks, bytes] = [0, 0];
  for (const size of sizes) {
    const isFull = tasks === (pages.length === 0 ? 10 : 500) || (tasks > 0 && bytes + size > 1_000_000);
    if (isFull) pages.push(tasks);
    [tasks, bytes] = isFull ? [1, size] : [tasks + 1, bytes + size];
  }
  return tasks === 0 ? pages : [...pages, tasks];
}

/** Small ones for the bound of tasks, large ones for that of bytes, and some that meet the latter exactly. */
const sizes = fc.oneof(
  fc.array(fc.integer({ min: 3, max: 40 }), { maxLength: 1600 }),
  fc.array(fc.constantFrom(3, 250_000, 333_333, 500_000, 999_997, 1_000_000, 1_000_001, 1_200_000), { maxLength: 14 }),
);

/** JSON of so many bytes, its line end included. */
const itemOf = (bytes: number): string => 'x'.repeat(bytes - 3);

/** What is written is not looked at. */
const nowhere: Store = {
  put: async () => {},
  get: async () => undefined,
  async *list() {},
  delete: async () => {},
};

const tasksOf = (pages: readonly { readonly tasks: number }[]): number[] => pages.map(({ tasks }) => tasks);

test('lines of a file are split into pages by number and bytes', () => {
  fc.assert(
    fc.property(sizes, (each) => {
      const pager = new Pager(new LineScanner());
      for (const size of each) pager.add(Buffer.from(`${JSON.stringify(itemOf(size))}\n`));
      pager.end();
      expect(tasksOf(pager.pages)).toEqual(pagesBySizes(each));
    }),
    { numRuns: 60 },
  );
});

test('blank lines count as bytes of a page and never as tasks, and none ends a page', () => {
  const blank = Buffer.alloc(600_000, '\n');
  const line = Buffer.from(`${JSON.stringify(itemOf(600_000))}\n`);
  const pager = new Pager(new LineScanner());
  for (const chunk of [blank, blank, line, blank, line]) pager.add(chunk);
  pager.end();
  expect(pager.pages.map(({ tasks, bytes }) => ({ tasks, bytes }))).toEqual([
    { tasks: 1, bytes: 2_400_000 },
    { tasks: 1, bytes: 600_000 },
  ]);
});

test('each page has the hash of its own bytes, in whatever pieces they come', () => {
  const text = fc.array(fc.constantFrom('a', '"', ',', '\n', '\r', '\r\n', '\n\n', 'x'.repeat(400_000)), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 5 }), fc.constantFrom('jsonl', 'csv'), (texts, cuts, format) => {
      const all = Buffer.from(texts.join(''));
      const at = [0, ...cuts.map((cut) => cut % (all.length + 1)).toSorted((a, b) => a - b), all.length];
      const pager = new Pager(scannerOf(format));
      at.slice(1).forEach((to, piece) => pager.add(all.subarray(at[piece], to)));
      pager.end();
      for (const { hash, offset = 0, bytes } of pager.pages)
        expect(hash).toBe(shortHash(all.subarray(offset, offset + bytes)));
    }),
    { numRuns: 200 },
  );
});

test('items that come in are written into pages by number and bytes', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, async (each) => {
      const writer = new PageWriter(nowhere, String);
      for (const size of each) await writer.add(itemOf(size));
      expect(tasksOf((await writer.end()).pages)).toEqual(pagesBySizes(each));
    }),
    { numRuns: 60 },
  );
});

test('a range is split into pages by number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), (count) => {
      expect(tasksOf(rangeTable(count, 0).pages)).toEqual(pagesBySizes(Array.from({ length: count }, () => 0)));
    }),
  );
});
