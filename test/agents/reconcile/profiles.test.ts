/** Exports of our own making in the layout of well-known banks, each read with its profile. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/agents/reconcile/activities/decode.ts';
import { readFinancial, type FinancialRead } from '../../support/reconcile-lines.ts';
import type { StatementFormat } from '../../../src/agents/reconcile/pure/csv-format.ts';
import type { Line } from '../../../src/agents/reconcile/pure/lines.ts';
import { profileNames } from '../../../src/agents/reconcile/pure/profiles/index.ts';
import { csvFormat } from '../../../src/agents/reconcile/csv-schema.ts';
import { profiles } from '../../../src/agents/reconcile/pure/profiles/index.ts';

interface Expected {
  readonly currency: string;
  readonly account?: string;
  /** What the export needs beside its profile. */
  readonly csv?: StatementFormat;
  readonly lines: readonly [date: string, amount: string, more: Partial<Line>][];
  /** Rows that are no transactions. @default 0 */
  readonly leftOut?: number;
}

const folder = new URL('../../../bench/quality/reconcile/exports/', import.meta.url);
const expected = JSON.parse(await readFile(new URL('expected.json', folder), 'utf8')) as Record<string, Expected>;

async function read(name: string, csv?: StatementFormat): Promise<FinancialRead> {
  const bytes = await readFile(new URL(`${name}.csv`, folder));
  return readFinancial(decode(bytes, name, csv?.encoding).text, name, 'statement', csv);
}

/** One has columns that many files have, and one has such columns and turns signs, so that it is asked for. */
const isNamedAlone = new Set(['amex-short', 'nubank-card']);

const summary = ({ lines }: FinancialRead) =>
  lines.map(({ account, currency, line }) => ({ account, currency, ...line }));

describe('a profile', () => {
  it.each(profileNames)('%s reads an export of its layout, and guesses none of its settings', async (name) => {
    const { currency, account = '', csv, lines, leftOut = 0 } = expected[name] ?? { currency: '', lines: [] };
    const found = await read(name, { ...csv, profile: name });
    expect(summary(found)).toMatchObject(
      lines.map(([date, amount, more]) => ({ account, currency, date, amount, ...more })),
    );
    const counts = found.notes.map((note) => Number(/^(\d+) rows left out/.exec(note)?.[1] ?? 0));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(leftOut);
  });

  it('is guessed by its columns with a word, and not where it is refused', async () => {
    for (const name of profileNames) {
      if (isNamedAlone.has(name)) continue;
      const { csv } = expected[name] ?? {};
      const found = await read(name, csv);
      expect(found.notes).toContainEqual(expect.stringContaining(`profile=${name} (`));
      expect(summary(found)).toEqual(summary(await read(name, { ...csv, profile: name })));
    }
    const without = await read('n26', { profile: 'none', currency: 'EUR', columns: { amount: 'Amount (EUR)' } });
    expect(without.notes).toEqual([]);
  });

  it('is asked for where its columns may be of anything, and it turns signs', async () => {
    await expect(read('nubank-card')).rejects.toThrow('profile=nubank-card');
  });

  it('is made of what a rules file may say', () => {
    for (const { name: _name, title: _title, signature: _signature, only: _only, ...format } of profiles)
      expect(csvFormat.safeParse(format)).toMatchObject({ success: true });
  });

  it('that there is not is refused with those that there are', async () => {
    await expect(read('n26', { profile: 'n27' })).rejects.toThrow(
      "there is no profile 'n27'; there are stripe-balance",
    );
  });
});
