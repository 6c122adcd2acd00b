import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Item } from '../../src/core/map/item.ts';
import type { PageTable, SourceFormat } from '../../src/core/map/types.ts';
import { parseExactly } from '../../src/core/json.ts';
import { fileStore } from '../../src/store/files.ts';
import { columnNames, csvHead, parseRows } from '../../src/store/pages/csv.ts';
import { pagesOfBody, pagesOfFile } from '../../src/store/pages/split-into-pages.ts';
import { readPage } from '../../src/store/pages/read.ts';
import { tablesOf, writtenTablesOf } from '../support/tables.ts';

const folder = await mkdtemp(join(tmpdir(), 'fanfold-rows-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const store = fileStore(join(folder, 'store'));
let files = 0;

async function all(table: PageTable, idField?: string): Promise<Item[]> {
  const items: Item[] = [];
  for (const page of table.pages) items.push(...(await readPage(store, table, page, idField)));
  expect(items).toHaveLength(table.tasks);
  return items;
}

/** As a file and as an object of the store, which must say the same. */
async function read(bytes: string | Uint8Array, format: SourceFormat = { format: 'csv' }): Promise<Item[]> {
  const path = join(folder, `file-${++files}`);
  const options = { name: 'items', lines: 0, ...format };
  const keyOf = (kind: string) => (page: number) => `items/${kind}-${files}/${page}`;
  await writeFile(path, bytes);
  const asObject = await pagesOfBody(store, Buffer.from(bytes as string), options, keyOf('object')).then(
    all,
    (error: Error) => error.message,
  );
  const asFile = await pagesOfFile(store, path, await stat(path), options, keyOf('file')).then(
    all,
    (error: Error) => error.message,
  );
  expect(asFile).toEqual(asObject);
  if (typeof asFile === 'string') throw new Error(asFile);
  return asFile;
}

const inputs = async (bytes: string | Uint8Array, format?: SourceFormat): Promise<unknown[]> =>
  (await read(bytes, format)).map(({ input, error }) => error?.message ?? input);

test('whatever table a CSV writer writes comes back row by row, with every value as it was', async () => {
  await fc.assert(
    fc.asyncProperty(writtenTablesOf({ maxLength: 40 }), async ({ rows, bytes, format }) => {
      expect(await inputs(bytes, format)).toEqual(rows);
    }),
    { numRuns: 200 },
  );
});

test('text that is CSV to a published parser is the same rows here', () => {
  fc.assert(
    fc.property(tablesOf({ maxLength: 40 }), fc.constantFrom(',', ';'), (rows, delimiter) => {
      const text = stringify(rows, { delimiter, quoted_empty: true });
      const theirs: unknown = parse(text, {
        delimiter,
        relax_column_count: true,
        relax_quotes: true,
        record_delimiter: ['\r\n', '\n', '\r'],
      });
      expect(parseRows(text, delimiter).map((row) => row?.fields)).toEqual(theirs);
    }),
  );
});

test('any text at all is as many items as were counted, in pieces of any size', async () => {
  const text = fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', 'ü', '{', '}', '\u00A0', '\uFEFF'),
    maxLength: 300,
  });
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom<'csv' | 'jsonl'>('csv', 'jsonl'), async (content, format) => {
      // What cannot be meant at all is refused, which `read` makes sure of for both ways.
      await read(content, { format }).catch((error: Error) => expect(error.message).toMatch(/cannot be read: /));
    }),
    { numRuns: 300 },
  );
});

test('a file that is changed in place, with its size and time as they were, is refused from the page that changed', async () => {
  const rows = Array.from({ length: 700 }, (_, at) => `${at},a${at}\n`);
  const path = join(folder, 'changed.csv');
  const counted = `id,v\n${rows.join('')}`;
  const write = async (text: string): Promise<void> => {
    await writeFile(path, text);
    await utimes(path, 1_700_000_000, 1_700_000_000);
  };
  await write(counted);
  const facts = await stat(path);
  const options = { name: path, lines: 0, format: 'csv' } as const;
  const table = await pagesOfFile(store, path, facts, options, String);
  await write(counted.replace('\n600,a600', '\n600,b600'));
  const [first, , last] = table.pages;
  if (!first || !last) throw new Error('There are three pages');
  expect(await readPage(store, table, first)).toHaveLength(10);
  await expect(readPage(store, table, last)).rejects.toMatchObject({
    name: 'SourceChanged',
    message: expect.stringMatching(/changed\.csv has changed .* the page that begins at line 511 /),
  });
  await write(counted);
  expect(await all(table)).toHaveLength(700);
  // A column by another name makes every row another one.
  await write(counted.replace('id,v', 'v,id'));
  await expect(readPage(store, table, first)).rejects.toThrow(/header is another one/);
});

test('a file that was only touched is read as counted: its bytes decide, and its time only of pages without a hash', async () => {
  const path = join(folder, 'touched.csv');
  await writeFile(path, '\uFEFFid,v\r\n1,a\r\n2,b\r\n');
  const table = await pagesOfFile(store, path, await stat(path), { name: path, lines: 0, format: 'csv' }, String);
  await utimes(path, 1_800_000_000, 1_800_000_000);
  expect(await all(table)).toMatchObject([{ input: { id: '1', v: 'a' } }, { input: { id: '2', v: 'b' } }]);
  const [{ hash: _hash, ...page } = { tasks: 0, first: 0, bytes: 0 }] = table.pages;
  await expect(readPage(store, table, page)).rejects.toThrow(/touched\.csv has changed .* written since/);
  await writeFile(path, '\uFEFFid,v\r\n1,a\r\n2,b\r\n3,c\r\n');
  await expect(all(table)).rejects.toMatchObject({ name: 'SourceChanged' });
  await rm(path);
  await expect(all(table)).rejects.toThrow(/touched\.csv is not there/);
});

test('a quote inside a field is a character, and one that is not closed at the end of its field fails its row alone', async () => {
  const rows = Array.from({ length: 1200 }, (_, n) => `S${n},${n % 7 === 1 ? 'pipe 5" steel' : `part ${n}`}`);
  const found = await inputs(`sku,name\n${rows.join('\n')}\n`);
  expect(found).toHaveLength(1200);
  expect(found[8]).toEqual({ sku: 'S8', name: 'pipe 5" steel' });
  expect(await inputs('a,b\n1,"x"y\n2,z\n')).toEqual([expect.stringContaining('field 2'), { a: '2', b: 'z' }]);
});

test('quotes that nothing closes refuse the file with their row, since all rows behind them would be one', async () => {
  await expect(read('a,b\n1,2\n3,"4\n5,6\n')).rejects.toThrow(
    'items cannot be read: its row 2 opens quotes that nothing closes',
  );
});

test('CR, LF and both end a row, even in one file; an empty row is none', async () => {
  expect(await inputs('id,n\r1,a\r2,b\r')).toHaveLength(2);
  expect(await inputs('id,n\r\n1,a\n\r\n2,b\r3,c')).toEqual([
    { id: '1', n: 'a' },
    { id: '2', n: 'b' },
    { id: '3', n: 'c' },
  ]);
  expect((await read('n\n1\n\n2\n')).map(({ id }) => id)).toEqual(['0', '2']);
});

test('two columns of one name are refused, and one without a name is called by its place', async () => {
  await expect(read('id,email,email\n1,a,b\n')).rejects.toThrow("columns 2 and 3 are both called 'email'");
  expect(await inputs('id,,__proto__,\n1,2,3,4\n')).toEqual([
    JSON.parse('{"id":"1","column 2":"2","__proto__":"3","column 4":"4"}'),
  ]);
  expect(() => columnNames(['column 2', ''])).toThrow('both called');
});

test('the delimiter is found by the header, said by a line of Excel, or given; a row of other width names it', async () => {
  expect(await inputs('id;name;amount\n1;a;1,50\n')).toEqual([{ id: '1', name: 'a', amount: '1,50' }]);
  expect(await inputs('"a;b"\tc\n1\t2\n')).toEqual([{ 'a;b': '1', c: '2' }]);
  expect(await inputs('sep=;\r\na,b;c\r\n1;2\r\n')).toEqual([{ 'a,b': '1', c: '2' }]);
  expect(await inputs('a;b\n1,2\n', { format: 'csv', delimiter: ',' })).toEqual([
    'Row 1 has 2 fields, and the header has 1; the delimiter is ","',
  ]);
  expect(csvHead('a,b\n', true)).toMatchObject({ delimiter: ',', guessed: true });
  expect(csvHead('one\n', true)).toMatchObject({ delimiter: ',' });
});

test('UTF-16 by its mark and Windows-1252 are decoded; what is neither is refused by name', async () => {
  const text = 'id,name\r\n1,Müller\r\n2,日本\r\n';
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
  const rows = [
    { id: '1', name: 'Müller' },
    { id: '2', name: '日本' },
  ];
  expect(await inputs(utf16)).toEqual(rows);
  expect(await inputs(Buffer.from(utf16).swap16())).toEqual(rows);
  expect(await inputs(Buffer.from('id,name\n1,M\xfcller \x80 5\n', 'latin1'))).toEqual([
    { id: '1', name: 'Müller € 5' },
  ]);
  await expect(read(Buffer.concat([Buffer.from('id,name\n1,日本語\n2,'), Buffer.from([0xff, 10])]))).rejects.toThrow(
    'neither UTF-8 nor clearly',
  );
  await expect(read(utf16.subarray(2))).rejects.toThrow('UTF-16 without a mark');
  expect(await inputs(utf16.subarray(2), { format: 'csv', encoding: 'utf-16le' })).toEqual(rows);
  await expect(read(utf16.subarray(0, -1))).rejects.toThrow('not the utf-16le');
  await expect(read(Buffer.from('a\n\xff\n', 'latin1'), { format: 'csv', encoding: 'utf-8' })).rejects.toThrow(
    'not the UTF-8',
  );
  await expect(read(Buffer.from('a\n\x81\n', 'latin1'))).rejects.toThrow('neither');
});

test('JSON lines in UTF-16 are read, and a line that is no UTF-8 fails alone', async () => {
  expect(await inputs(Buffer.from('\uFEFF{"a":"ü"}\n1\n', 'utf16le'), { format: 'jsonl' })).toEqual([{ a: 'ü' }, 1]);
  const bytes = Buffer.concat([Buffer.from('"ä"\n"'), Buffer.from([0xff]), Buffer.from('"\n"日"')]);
  expect(await inputs(bytes, { format: 'jsonl' })).toEqual(['ä', 'Line 2 is not in UTF-8', '日']);
});

test('a row that gives a name twice fails alone, by that name, as one of its values would be dropped', async () => {
  const found = await inputs('{"id":1,"id":2}\n{"id":3}\n', { format: 'jsonl' });
  expect(found).toEqual([expect.stringContaining('the name "id" is given twice'), { id: 3 }]);
});

test('a number that would become another one is refused, and every other is what JSON says', async () => {
  const found = await inputs(
    '{"id":1610521604143693812}\n{"id":"1610521604143693812"}\n{"id":9007199254740992}\n[1e400]\n',
    { format: 'jsonl' },
  );
  expect(found).toEqual([
    expect.stringContaining('1610521604143693812 would be rounded'),
    { id: '1610521604143693812' },
    { id: 2 ** 53 },
    expect.stringContaining('1e400'),
  ]);
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseExactly(text)).toEqual(JSON.parse(text));
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (number) => {
      const text = `{"a\\"1":[${number}]}`;
      const again = Number(number);
      const kept =
        Math.abs(again) < 1e21
          ? String(again) === `${number}`
          : BigInt(
              again
                .toString()
                .replace(/\.?(\d*)e\+(\d+)/, (_all, behind: string, power: string) =>
                  behind.padEnd(Number(power), '0'),
                ),
            ) === number;
      if (kept) expect(parseExactly(text)).toEqual({ 'a"1': [Number(number)] });
      else expect(() => parseExactly(text)).toThrow(`${number}`);
    }),
  );
});
