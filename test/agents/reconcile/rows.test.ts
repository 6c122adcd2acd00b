import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachPlainRow, isPlain, type StatementRow } from '../../../src/agents/reconcile/activities/csv/plain-rows.ts';
import { eachParsedRow, eachRow } from '../../../src/agents/reconcile/activities/csv/rows.ts';

const most = 200_000;
const cell = fc.string({ unit: fc.constantFrom('a', '7', ' ', '.', 'é', '銀', '\u00a0', "'", '\t'), maxLength: 6 });
const text = fc
  .tuple(fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([rows, end, isEnded]) => rows.map((cells) => cells.join(',')).join(end) + (isEnded ? end : ''));

describe('Rows without a quote', () => {
  it('are those that the parser finds, with their numbers and places', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        expect(isPlain(given, most)).toBe(true);
        const [plain, parsed]: [StatementRow[], StatementRow[]] = [[], []];
        const lines = eachPlainRow(given, ',', (row) => plain.push(row) > 0);
        expect(await eachParsedRow({ text: given, name: 'file', delimiter: ',' }, (row) => parsed.push(row) > 0)).toBe(
          lines,
        );
        expect(plain).toEqual(parsed);
      }),
      { numRuns: 300 },
    );
  });

  it('end where whoever takes them wants no more', () => {
    const seen: number[] = [];
    eachPlainRow('a\nb\nc', ',', ({ number }) => seen.push(number) < 2);
    expect(seen).toEqual([1, 2]);
  });

  it.each([
    ['a quote', 'a,"b"\n'],
    ['line ends of two kinds', 'a\r\nb\n'],
    ['the line ends of an old Mac', 'a\rb\r'],
    ['the mark of an encoding', '\uFEFFa\n'],
    ['a line that nobody writes', `a\n${'b'.repeat(most + 1)}\n`],
  ])('are not taken for what has %s', (_name, given) => {
    expect(isPlain(given, most)).toBe(false);
  });
});

it('A row that is too long for any statement is refused by its line, with a quote or without', async () => {
  for (const quote of ['', '"'])
    await expect(
      eachRow({ text: `a\n${quote}${'b'.repeat(most + 10)}`, name: 'file', delimiter: ',' }, () => true),
    ).rejects.toThrow(/^file:2: this is no CSV/);
});
