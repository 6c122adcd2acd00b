/** A card's export whose charges are positive is told where it is compared as it is written. */
import { describe, expect, it } from 'vitest';
import { matchDefaults, type Line } from '../../../src/agents/reconcile/pure/lines.ts';
import { reconciliationText } from '../../../src/agents/reconcile/pure/markdown.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';
import { reconciliationReport } from '../../../src/agents/reconcile/pure/report.ts';
import type { FileFormat, ReconciliationReport } from '../../../src/agents/reconcile/pure/types.ts';

const linesOf = (name: string, amounts: readonly string[]): Line[] =>
  amounts.map((amount, at) => ({ place: `${name}:${at + 2}`, date: `2026-03-0${at + 1}`, amount }));

function compare(
  ledger: readonly string[],
  statement: readonly string[],
  format: FileFormat = 'CSV',
): ReconciliationReport {
  const name = 'in/card.csv';
  const found = reconcile(linesOf('ledger.csv', ledger), linesOf(name, statement), matchDefaults);
  const facts = { sha256: 'x', bytes: 1, chunks: [], balances: [], notes: [] };
  return reconciliationReport({
    files: [
      { ...facts, name: 'ledger.csv', role: 'ledger', format: 'CSV', lines: ledger.length },
      { ...facts, name, role: 'statement', format, lines: statement.length },
    ],
    balances: [],
    read: [],
    compared: [{ account: 'card', currency: 'EUR', found }],
    rule: matchDefaults,
  });
}
const spent = ['-12.50', '-8.00', '-99.90', '250.00', '-3.20'];
const positive = ['12.50', '8', '99.90', '-250.00', '3.20'];

describe('A statement whose charges are positive', () => {
  it('is told, first of all, with the setting to give', () => {
    const report = compare(spent, positive);
    const said =
      'card.csv: 0 of its 5 lines fit as written, and 5 would with the other sign; where a charge is positive in it';
    expect(report.advice).toEqual([expect.stringContaining(`in/${said}`)]);
    expect(reconciliationText(report).split('\n\n')[1]).toContain(
      `${said}, as cards write it, say --statement-csv sign=turned`,
    );
  });

  it('is not told where it fits as written, where few lines would fit better, or where nothing can turn it', () => {
    for (const report of [
      compare(spent, spent),
      compare(spent, [...spent.slice(0, 2), '99.90', '-250.00', '3.20']),
      compare(['-1.00', '-2.00'], ['1.00', '2.00']),
      compare(spent, ['1.01', '2.02', '3.03', '4.04', '5.05']),
      compare(spent, positive, 'OFX'),
    ])
      expect(report.advice).toBeUndefined();
  });
});
