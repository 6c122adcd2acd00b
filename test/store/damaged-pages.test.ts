/** Whatever becomes of the bytes of a map run's objects: what is read is what was written, or is said to be lost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { PageTable } from '../../src/core/map/types.ts';
import { pagesOf } from '../../src/runs/map-pages.ts';
import { DamagedBytesError } from '../../src/store/codecs.ts';
import { fileStore } from '../../src/store/files.ts';
import { partKey, resultsKey } from '../../src/store/pages/keys.ts';
import { readPage } from '../../src/store/pages/read.ts';
import { DamagedPageError, readResults } from '../../src/store/pages/results.ts';
import { readSealedJson, sealed } from '../../src/store/pages/sealed.ts';
import { DamagedTableError, findTable, readTable, readTableAt, writeTable } from '../../src/store/pages/table.ts';
import { PageWriter } from '../../src/store/pages/write.ts';

const folder = await mkdtemp(join(tmpdir(), 'fanfold-damaged-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const store = fileStore(folder);

/** One byte changed, or the end cut off. */
const damage = (whole: Buffer) =>
  fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean()).map(([at, change, isCut]) => {
    if (isCut) return whole.subarray(0, at);
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ change;
    return bytes;
  });
const bodyOf = async (key: string): Promise<Buffer> => Buffer.from((await store.get(key)) ?? []);

async function written(items: readonly unknown[]): Promise<PageTable> {
  const writer = new PageWriter(store, (page) => `items/${page}`);
  for (const item of items) await writer.add(item);
  return writer.end();
}

test('a page of items that is changed, cut or gone is each of its tasks as lost, and the other pages are read', async () => {
  const items = Array.from({ length: 25 }, (_, n) => ({ id: `é${n}`, amount: 100 + n }));
  const table = await written(items);
  const [first, second] = table.pages;
  if (!first || !second) throw new Error('There are two pages');
  const whole = await bodyOf('items/1');
  const lost = async (): Promise<void> => {
    const read = await readPage(store, table, second);
    expect(read.map(({ error, input }) => [error?.name, input])).toEqual(
      Array.from({ length: 15 }, () => ['ItemLost', undefined]),
    );
    expect((await readPage(store, table, first)).map(({ input }) => input)).toEqual(items.slice(0, 10));
  };
  await fc.assert(
    fc.asyncProperty(damage(whole), async (bytes) => {
      await store.put('items/1', bytes);
      await lost();
    }),
  );
  await store.delete('items/1');
  await lost();
  // As an earlier version has written it: without a hash, so only what shows by itself is noticed.
  const { hash: _hash, ...old } = second;
  await store.put('items/1', whole);
  expect(await readPage(store, table, old)).toHaveLength(15);
  await store.put('items/1', whole.subarray(0, whole.indexOf(10)));
  expect(await readPage(store, table, old)).toMatchObject(
    Array.from({ length: 15 }, () => ({ error: { name: 'ItemLost' } })),
  );
});

test('a table of pages that is changed or cut is an error, and one of an earlier version is read', async () => {
  const table = await written(['a', 'b']);
  await writeTable(store, 'runs/n/w/e', 0, table);
  const key = partKey('runs/n/w/e', 0);
  const whole = await bodyOf(key);
  await fc.assert(
    fc.asyncProperty(damage(whole), async (bytes) => {
      await store.put(key, bytes);
      const read = await readTableAt(store, key).catch((error: unknown) => error);
      // Cut behind the table itself, it has everything.
      if (read instanceof DamagedTableError) return;
      expect(read).toEqual(table);
      expect(whole.subarray(0, bytes.length).equals(bytes)).toBe(true);
    }),
  );
  await store.put(key, Buffer.from(JSON.stringify(table)));
  expect(await readTableAt(store, key)).toEqual(table);
});

const aTable = { items: { kind: 'range' }, tasks: 2, lines: 2, bytes: 0, pages: [{ tasks: 2, first: 0, bytes: 0 }] };

test.each([
  ['an empty object', {}],
  ['null', null],
  ['a number', 7],
  ['a list', [aTable]],
  ['one without pages', { ...aTable, pages: undefined }],
  ['one whose pages are none', { ...aTable, pages: [{}] }],
  ['one of fewer pages than its tasks', { ...aTable, pages: [] }],
  ['one of no kind that there is', { ...aTable, items: { kind: 'tape' } }],
  ['one with a count that is none', { ...aTable, lines: -1 }],
])('a table without the line that says what it adds up to is read by its form: %s is damaged', async (_what, value) => {
  const place = 'runs/n/unsealed/e';
  const [key, isDamaged] = [partKey(place, 0), { name: 'ResultsLost', message: expect.stringContaining('damaged') }];
  await store.put(key, Buffer.from(JSON.stringify(aTable)));
  expect(await readTable(store, place, 0)).toEqual(aTable);
  await store.put(key, Buffer.from(JSON.stringify(value)));
  // Whoever looks at the run reads what is there now, whatever was kept of it, and again once it is whole.
  await expect(findTable(store, place, 0)).rejects.toMatchObject(isDamaged);
  await expect(pagesOf(store, place).next()).rejects.toMatchObject({ type: 'ResultsLost' });
  await expect(readTable(store, place, 0)).rejects.toMatchObject(isDamaged);
  await store.put(key, Buffer.from(JSON.stringify(aTable)));
  expect(await findTable(store, place, 0)).toEqual(aTable);
  expect(await findTable(store, place, 1)).toBeUndefined();
});

test('a table that a codec cannot decode is damaged, and not a failure of the store', async () => {
  const broken = { ...store, get: () => Promise.reject(new DamagedBytesError('It is damaged')) };
  await expect(pagesOf(broken, 'runs/n/coded/e').next()).rejects.toMatchObject({ type: 'ResultsLost' });
});

test.each(['null', '{}', '5', '"cut"', '{"id":"a"}', '{"id":"a","success":false}', '{"id":7,"success":true}'])(
  'a page of results of an earlier version whose line is %s is damaged',
  async (line) => {
    const place = { folder: 'runs/n/old/e', part: 0, page: 0 };
    const whole = '{"id":"a","success":true,"durationMs":1,"attempts":1}';
    await store.put(resultsKey(place.folder, 0, 0), Buffer.from(`${whole}\n${whole}`));
    expect(await readResults(store, place, undefined, 2)).toHaveLength(2);
    await store.put(resultsKey(place.folder, 0, 0), Buffer.from(`${whole}\n${line}`));
    await expect(readResults(store, place, undefined, 2)).rejects.toThrow(DamagedPageError);
  },
);

test('what is known by its hash is damaged without the line that has it', async () => {
  const { bytes, hash } = sealed('[1,2]');
  await store.put('value', bytes);
  expect(await readSealedJson(store, 'value', hash)).toEqual({ value: [1, 2] });
  await store.put('value', Buffer.from('[1,2]'));
  expect(await readSealedJson(store, 'value', hash)).toBe('damaged');
  expect(await readSealedJson(store, 'value')).toEqual({ value: [1, 2] });
});

test('tables of two stores under one key are two', async () => {
  const other = fileStore(join(folder, 'other'));
  const [one, two] = [await written(['a']), await written(['a', 'b'])];
  await writeTable(store, 'runs/n/two/e', 0, one);
  await writeTable(other, 'runs/n/two/e', 0, two);
  expect(await readTable(store, 'runs/n/two/e', 0)).toEqual(one);
  expect(await readTable(other, 'runs/n/two/e', 0)).toEqual(two);
});

test('any value that is sealed is read as it was, whatever text is in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const given = [value, '{"sha256":"', '\n{"sha256":"00"}'];
      await store.put('sealed', sealed(JSON.stringify(given)).bytes);
      expect(await readSealedJson(store, 'sealed')).toEqual({ value: JSON.parse(JSON.stringify(given)) });
    }),
  );
});
