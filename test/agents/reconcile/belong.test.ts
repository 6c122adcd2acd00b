/** Lines that belong together by what their texts say, by all of one reference, or as a payout; and those that only look so. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  matchDefaults,
  type Line,
  type MatchRule,
  type Reconciliation,
} from '../../../src/agents/reconcile/pure/lines.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';
import { referencesIn } from '../../../src/agents/reconcile/pure/names.ts';
import { minus, sumOf } from '../../../src/agents/reconcile/pure/sums-of-amounts.ts';

let count = 0;
const line = (day: number, amount: string, more: Partial<Line> = {}): Line => ({
  place: `p${++count}`,
  date: `2026-03-${String(day).padStart(2, '0')}`,
  amount,
  ...more,
});
const compare = (ledger: readonly Line[], statement: readonly Line[], more: Partial<MatchRule> = {}): Reconciliation =>
  reconcile(ledger, statement, { ...matchDefaults, ...more });
const pairs = ({ matched }: Reconciliation): string[] =>
  matched.map(({ ledger, statement }) =>
    [ledger, statement]
      .map((lines) =>
        lines
          .map(({ place }) => place)
          .toSorted()
          .join('+'),
      )
      .join('='),
  );
const pair = (a: readonly Line[], b: readonly Line[]): string =>
  [a, b]
    .map((lines) =>
      lines
        .map(({ place }) => place)
        .toSorted()
        .join('+'),
    )
    .join('=');

describe('lines of one amount', () => {
  it('are told apart by a name that stands in a text, before the nearer day', () => {
    const [alpha, beta] = [
      line(1, '10.00', { counterparty: 'Alpha Works' }),
      line(2, '10.00', { counterparty: 'Beta Works' }),
    ];
    const [ofBeta, ofAlpha] = [
      line(1, '10.00', { text: 'payment BETA WORKS' }),
      line(2, '10.00', { text: 'payment Alpha Works 7' }),
    ];
    const found = compare([alpha, beta], [ofBeta, ofAlpha]);
    expect(pairs(found).toSorted()).toEqual([pair([alpha], [ofAlpha]), pair([beta], [ofBeta])].toSorted());
    expect(found.matched.map(({ by }) => by)).toEqual(['counterparty', 'counterparty']);
  });

  it('are told apart by texts that are alike, where nobody is named', () => {
    const [rent, gym] = [line(2, '10.00', { text: 'Rent of the office' }), line(1, '10.00', { text: 'The gym club' })];
    const bank = line(2, '10.00', { text: 'THE GYM CLUB MARCH' });
    const found = compare([rent, gym], [bank]);
    expect(pairs(found)).toEqual([pair([gym], [bank])]);
    expect(found.missingInStatement).toEqual([rent]);
  });

  it('of which the fee is stated are none where two are named and the names differ', () => {
    const ledger = line(1, '100.00', { counterparty: 'North Works' });
    const of = (counterparty: string): string[] =>
      pairs(compare([ledger], [line(2, '97.00', { gross: '100.00', counterparty })]));
    expect(of('South Mills')).toEqual([]);
    expect(of('')).toHaveLength(1);
    expect(of('North Works')).toHaveLength(1);
  });
});

describe('a reference in a text', () => {
  it.each([
    ['Transfer for RE 2026-0042, thanks', 'RE-2026/0042'],
    ['Payment RgNo.INV1042 of 1.3.', 'INV-1042'],
    ['(INV-1042)', 'INV-1042'],
    ['INV 1042/7', 'INV10427'],
    ['2026.0042', '2026-0042'],
  ])('is found as it is written there: %s', (text, reference) => {
    const [own, other] = [line(1, '10.00', { reference }), line(3, '10.00', { text })];
    expect(compare([own], [other]).matched).toMatchObject([{ by: 'reference' }]);
  });

  it('is no year, no word and no long word before a number', () => {
    expect(referencesIn('Invoice 2026 of March')).not.toContain('2026');
    expect(referencesIn('Invoice 2026')).toEqual([]);
    expect(referencesIn('no digits here')).toEqual([]);
    const [own, other] = [
      line(1, '10.00', { reference: '2026', counterparty: 'A Works' }),
      line(2, '10.00', { text: 'of 2026', counterparty: 'B Mills' }),
    ];
    expect(compare([own], [other]).matched).toEqual([]);
  });
});

describe('all lines of one reference', () => {
  it('are one match where they come to the same on both sides, with what was given back', () => {
    const reference = 'INV-7001';
    const sold = [line(1, '100.00', { reference }), line(2, '-30.00', { reference })];
    const paid = [line(3, '70.00', { text: `for ${reference}` })];
    expect(pairs(compare(sold, paid))).toEqual([pair(sold, paid)]);
    const parts = [line(3, '20.00', { reference }), line(4, '50.00', { reference })];
    expect(pairs(compare(sold, parts))).toEqual([pair(sold, parts)]);
    expect(pairs(compare(sold, [line(3, '69.00', { reference })]))).toEqual([]);
  });

  it('that the other side has as well are no part of a sum by chance', () => {
    const ledger = [line(1, '7.00', { reference: 'INV-1001' }), line(2, '8.00')];
    const [sum, own] = [line(3, '15.00'), line(3, '7.50', { reference: 'INV-1001' })];
    const found = compare(ledger, [sum, own]);
    expect(found.matched).toEqual([]);
    expect(found.differences).toMatchObject([{ differs: 'amount', ledger: ledger[0], statement: own }]);
    expect(compare(ledger, [sum]).matched).toMatchObject([{ by: 'sum' }]);
  });
});

describe('a sum of lines that speak of nothing', () => {
  const amounts = (day: number, ...given: readonly string[]): Line[] => given.map((each) => line(day, each));

  it('is one of a few lines, and none of many small ones, where some choice would have it by chance', () => {
    expect(compare(amounts(2, '20.35', '41.80', '7.15'), [line(3, '62.15')]).matched).toMatchObject([{ by: 'sum' }]);
    const many = amounts(2, '1.35', '2.80', '3.15', '4.55', '5.95', '6.25', '7.65', '8.05');
    expect(compare(many, [line(3, '2.80'), line(3, '14.95')]).matched).toMatchObject([{ by: 'amount' }]);
  });

  it('comes after what a fee by rule explains', () => {
    const sales = amounts(2, '10.00', '20.00', '30.00');
    const paid = line(4, '57.51');
    const fees = [{ name: 'card', percent: '2.9', fixed: '0.25' }];
    expect(pairs(compare([...sales, ...amounts(6, '27.50', '30.01')], [paid], { fees }))).toEqual([
      pair(sales, [paid]),
    ]);
  });
});

describe('a payout', () => {
  const card = { name: 'card', percent: '2.9', fixed: '0.25' };
  const centsNet = (cents: number): number => cents - (Math.floor((2 * cents * 29 + 1000) / 2000) + 25);
  const money = (cents: number): string => (cents / 100).toFixed(2);
  const payoutOf = (sales: readonly number[]): string =>
    money(sales.reduce((sum, cents) => sum + (cents > 0 ? centsNet(cents) : cents), 0));

  it('of several days, less what was given back, is all lines of those days less the fee of each sale', () => {
    const cents = [10_000, 2550, 4000, -2000];
    const sales = cents.map((each, index) => line(1 + (index % 3), money(each)));
    const paid = line(4, payoutOf(cents));
    const found = compare(sales, [paid], { fees: [card] });
    expect(pairs(found)).toEqual([pair(sales, [paid])]);
    expect(found.matched[0]).toMatchObject({
      by: 'fee',
      allowed: { name: 'card', amount: minus(sumOf(sales.map(({ amount }) => amount)), paid.amount) },
    });
  });

  it('that two choices of days come to is left for a person', () => {
    // The days before and behind it are the same.
    const sales = [1, 1, 3, 3].map((day) => line(day, '10.00'));
    expect(pairs(compare(sales, [line(2, payoutOf([1000, 1000]))], { fees: [card] }))).toEqual([]);
  });

  it('takes all that belongs to it or nothing, whatever stands beside it', () => {
    const sale = fc.record({
      day: fc.integer({ min: 1, max: 3 }),
      cents: fc.integer({ min: 500, max: 90_000 }),
      isBack: fc.boolean(),
    });
    const other = fc.record({ day: fc.integer({ min: 8, max: 20 }), cents: fc.integer({ min: 500, max: 90_000 }) });
    let taken = 0;
    fc.assert(
      fc.property(
        fc.array(sale, { minLength: 2, maxLength: 12 }),
        fc.array(other, { maxLength: 5 }),
        (given, beside) => {
          const cents = given.map((each, index) =>
            each.isBack && index > 1 ? -Math.floor(each.cents / 50) : each.cents,
          );
          const sales = given.map(({ day }, index) => line(day, money(cents[index] ?? 0)));
          const paid = line(4, payoutOf(cents));
          const ledger = [...sales, ...beside.map((each) => line(each.day, money(each.cents)))];
          const found = compare(ledger, [paid], { fees: [card] });
          const turned = compare([paid], ledger, { fees: [card] });
          expect(turned.matched.map(({ ledger: a, statement: b }) => pair(b, a))).toEqual(pairs(found));
          const byFee = { ...found, matched: found.matched.filter(({ by }) => by === 'fee') };
          for (const each of pairs(byFee)) expect(each).toBe(pair(sales, [paid]));
          taken += byFee.matched.length;
        },
      ),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
