/** A CSV file read slice by slice comes to what it comes to in one piece, wherever its marks and signs stand, or is refused. */
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromJson } from '../../../src/agents/reconcile/activities/json-bytes.ts';
import { createReconcileActivities } from '../../../src/agents/reconcile/activities/index.ts';
import type { Line } from '../../../src/agents/reconcile/pure/lines.ts';
import { inputKey, type SourceFile } from '../../../src/agents/reconcile/pure/types.ts';
import { openStore } from '../../../src/store/index.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-slices-'));
const store = openStore(home);
const slices = { least: 150, keep: 50 };
const activities = createReconcileActivities({ home, coded: (same) => same, sizes: { slices, together: 0 } });

async function inPieces(text: string): Promise<SourceFile> {
  const bytes = Buffer.from(text);
  const parts = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, at) =>
    bytes.subarray(at * 100, at * 100 + 100),
  );
  const pieces = await Promise.all(
    parts.map(async (part) => {
      const sha256 = createHash('sha256').update(part).digest('hex');
      await store.put(inputKey(sha256), part);
      return { sha256, bytes: part.length };
    }),
  );
  return { name: 'bank.csv', pieces };
}

type Outcome =
  | { readonly kind: 'read'; readonly amounts: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string };

async function read(file: SourceFile): Promise<Outcome> {
  try {
    const { chunks } = await activities.readFinancialFile({ role: 'statement', file });
    const bodies = await Promise.all(chunks.map(({ stored }) => store.get(stored.key)));
    const lines = bodies.flatMap((body) => fromJson(body ?? new Uint8Array()) as Line[]);
    const byRow = lines.toSorted((a, b) => Number(a.place.split(':')[1]) - Number(b.place.split(':')[1]));
    return { kind: 'read', amounts: byRow.map(({ place, amount }) => `${place} ${amount}`) };
  } catch (error) {
    return { kind: 'refused', why: String(error instanceof Error ? error.message : error) };
  }
}

const whole = (text: string): Promise<Outcome> => read({ name: 'bank.csv', content: text });
const sliced = async (text: string): Promise<Outcome> => read(await inPieces(text));

/** Enough that what stands before and behind it is in other slices. */
const many = <T>(each: T): T[] => Array.from({ length: 20 }, () => each);
const oneColumn = (amounts: readonly string[], currency = 'EUR'): string =>
  ['date;amount;currency', ...amounts.map((amount) => `2026-03-01;${amount};${currency}`)].join('\n');
const twoColumns = (rows: readonly (readonly [debit: string, credit: string])[]): string =>
  ['date;debit;credit;currency', ...rows.map((row) => `2026-03-01;${row.join(';')};EUR`)].join('\n');
const flagged = (rows: readonly (readonly [amount: string, flag: string])[]): string =>
  ['date;amount;Debit/Credit Flag;currency', ...rows.map((row) => `2026-03-01;${row.join(';')};EUR`)].join('\n');

/** A few cells, each in as many rows as may fill slices of their own. */
function fileOf<T>(cells: fc.Arbitrary<T>, write: (rows: T[]) => string): fc.Arbitrary<string> {
  const rows = fc
    .tuple(cells, fc.integer({ min: 1, max: 20 }))
    .map(([each, count]) => Array.from({ length: count }, () => each));
  return fc.array(rows, { minLength: 1, maxLength: 4 }).map((all) => write(all.flat()));
}
const amount = fc.constantFrom(
  '250',
  '-12',
  '1.500',
  '1,500',
  '12.75',
  '12,75',
  '1.234,50',
  '1,234.50',
  '0.10',
  '2.000',
);
const size = fc.constantFrom('100', '12.75', '-3.00', '(4)', '');
const file = fc.oneof(
  fc.constantFrom('EUR', 'JPY', 'KWD').chain((currency) => fileOf(amount, (all) => oneColumn(all, currency))),
  fileOf(fc.tuple(size, size), twoColumns),
  fileOf(fc.tuple(fc.constantFrom('100', '12.75', '-3.00'), fc.constantFrom('D', 'C', 'x')), flagged),
);

describe('A file in slices', () => {
  it('has the amounts that it has in one piece, and is refused where that is', async () => {
    const seen = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(file, async (text) => {
        const [all, parts] = [await whole(text), await sliced(text)];
        seen[all.kind]++;
        if (parts.kind === 'read') expect(parts).toEqual(all);
        // A slice does not wait for a later one that shows its mark: it asks.
        else if (all.kind === 'read') expect(parts.why).toMatch(/say decimal=(?:comma|point)/);
      }),
      { numRuns: 150 },
    );
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(20);
  });

  it.each([
    ['thousands or decimals, behind whole numbers', oneColumn([...many('250'), '1.500']), /may be thousands/],
    ['the same in a currency without decimals', oneColumn([...many('250'), '2.000'], 'JPY'), /may be thousands/],
    ['both marks, each as may be either', oneColumn([...many('1,500'), ...many('1.500')]), /may be thousands/],
    [
      'a negative debit',
      twoColumns([...many(['100', ''] as const), ...many(['-100', ''] as const)]),
      /amounts of both signs/,
    ],
    ['a credit in parentheses', twoColumns([['', '(9)'], ...many(['', '100'] as const)]), /amounts of both signs/],
    [
      'a direction that is not read',
      flagged([...many(['100', 'D'] as const), ...many(['100', 'C'] as const)]),
      /says debit or credit/,
    ],
  ])('is refused for what all of its rows show together: %s', async (_name, text, why) => {
    for (const found of [await whole(text), await sliced(text)])
      expect(found).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) as string });
  });

  it.each([
    ['a mark behind whole numbers', oneColumn([...many('250'), '12,75', ...many('1.500')])],
    ['thousands behind amounts with decimals', oneColumn([...many('12.75'), ...many('1.500')])],
    ['signs of amounts behind a direction', flagged([...many(['100', 'D'] as const), ['5', 'C'], ['-5', 'D']])],
  ])('is read by what its rows show: %s', async (_name, text) => {
    expect(await sliced(text)).toEqual(await whole(text));
    expect((await whole(text)).kind).toBe('read');
  });

  it('is refused where a mark shows late that an amount before was read by the other', async () => {
    const text = oneColumn([...many('1,500'), ...many('250'), '12,75']);
    expect(await sliced(text)).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('say decimal=comma') as string,
    });
  });
});
