/** Random tables as a published CSV writer writes them, in each way that people have them: for properties of whoever reads CSV. */
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import type { SourceFormat } from '../../src/core/map/types.ts';

const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r', ' ', 'a', 'ü', '日', '\u{1F426}', "'", '\\', '#'),
    maxLength: 8,
  }),
  fc.string({ maxLength: 12, unit: 'grapheme' }).filter((text) => !text.includes('\0')),
);

interface Rows {
  readonly minLength?: number;
  readonly maxLength: number;
}

/** Cells by rows, all of one width. */
export const tablesOf = (rows: Rows): fc.Arbitrary<string[][]> =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { ...rows, size: 'max' }));

const cp1252 = 'abc"\n,;|\t\r éßÿ€–“”™œŽ';

/** With a character of Windows-1252 for each that is not of ASCII. */
function western(text: string): string {
  const place = (character: string): number => (character.codePointAt(0) ?? 0) % cp1252.length;
  return Array.from(text, (each) => (each < '\u0080' ? each : cp1252[place(each)])).join('');
}

export interface WrittenTable {
  /** As objects by the header. */
  readonly rows: readonly Readonly<Record<string, string | undefined>>[];
  readonly bytes: Buffer;
  readonly format: SourceFormat & { readonly format: 'csv' };
}

/** Delimiters, ends of rows, quotes, marks, encodings and blank rows at random. */
export const writtenTablesOf = (rows: Rows): fc.Arbitrary<WrittenTable> =>
  fc
    .record({
      table: tablesOf(rows),
      blankAt: fc.array(fc.nat({ max: rows.maxLength }), { maxLength: 4 }),
      encoding: fc.constantFrom('utf8', 'utf16le', 'win1252'),
      bom: fc.boolean(),
      options: fc.record({
        delimiter: fc.constantFrom(',', ';', '\t', '|'),
        record_delimiter: fc.constantFrom('\n', '\r\n', '\r'),
        quoted: fc.boolean(),
      }),
    })
    .map(({ table, blankAt, encoding, bom, options }) => {
      const isWestern = encoding === 'win1252';
      const cells = isWestern ? table.map((row) => row.map(western)) : table;
      const header = Array.from({ length: cells[0]?.length ?? 1 }, (_, at) => `c${at}`);
      // A writer leaves the line of a row of one empty field empty; nobody could tell it from a blank one.
      const rules = { ...options, quoted_empty: true, quoted_match: /[\r\n]/ };
      const text = [header, ...cells]
        .map((row, at) => stringify([row], rules) + (blankAt.includes(at) ? options.record_delimiter : ''))
        .join('');
      const isMarked = encoding === 'utf16le' || (bom && !isWestern);
      return {
        rows: cells.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at]]))),
        bytes: iconv.encode(isMarked ? `\uFEFF${text}` : text, encoding),
        format: {
          format: 'csv',
          delimiter: options.delimiter,
          ...(isWestern ? { encoding: 'windows-1252' } : {}),
        },
      };
    });
