import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';
import { matchDefaults, type Line, type MatchRule, type Match } from '../../../src/agents/reconcile/pure/lines.ts';
import { minus, sumOf } from '../../../src/agents/reconcile/pure/sums-of-amounts.ts';

let count = 0;
const line = (day: string, amount: string, more: Partial<Line> = {}): Line => ({
  place: `p${++count}`,
  date: `2026-03-${day}`,
  amount,
  ...more,
});
const card = { name: 'card', percent: '2.9', fixed: '0.25' };
const rule = (more: Partial<MatchRule>): MatchRule => ({ ...matchDefaults, ...more });

describe('a fee', () => {
  it('that the statement states makes its net the amount that the ledger has', () => {
    const statement = [line('02', '97.10', { gross: '100.00', reference: 'R1' })];
    const { matched } = reconcile([line('01', '100.00', { reference: 'R1' })], statement, matchDefaults);
    expect(matched).toMatchObject([{ by: 'fee', allowed: { name: 'stated by the statement', amount: '2.90' } }]);
  });

  it('by rule is taken of the larger amount, rounded to the cent, for money in and out', () => {
    const pairs = [
      ['100.00', '96.85'],
      ['-97.21', '-100.28'],
    ] as const;
    for (const [gross, net] of pairs) {
      const [a, b] = [line('01', gross, { reference: 'R1' }), line('02', net, { reference: 'R1' })];
      expect(reconcile([a], [b], rule({ fees: [card] })).matched).toMatchObject([
        { by: 'fee', allowed: { name: 'card', amount: minus(gross, net) } },
      ]);
      expect(reconcile([a], [b], matchDefaults).differences).toHaveLength(1);
    }
  });

  it('of each sale of a day is what a payout lacks', () => {
    const sales = ['10.00', '25.50', '100.00'].map((amount, index) =>
      line('01', amount, { reference: `S-${index}00` }),
    );
    const found = reconcile(sales, [line('03', '130.82')], rule({ fees: [card] }));
    expect(found.matched).toMatchObject([{ by: 'fee', allowed: { amount: '4.68' } }]);
    expect(found.matched[0]?.ledger).toHaveLength(3);
  });

  it('that fits no rule is a difference, as before', () => {
    const found = reconcile(
      [line('01', '100.00', { reference: 'R1' })],
      [line('01', '96.00', { reference: 'R1' })],
      rule({ fees: [card], tolerance: '0.05' }),
    );
    expect(found.differences).toHaveLength(1);
  });
});

describe('a tolerance', () => {
  it('lets amounts of one reference or name differ, and no others', () => {
    const tolerant = rule({ tolerance: '0.05' });
    const by = (more: Partial<Line>) => reconcile([line('01', '10.00', more)], [line('02', '10.05', more)], tolerant);
    expect(by({ reference: 'R1' }).matched).toMatchObject([{ by: 'tolerance', allowed: { amount: '-0.05' } }]);
    expect(by({ counterparty: 'Ada' }).matched).toHaveLength(1);
    expect(by({}).matched).toEqual([]);
  });
});

describe('identifiers of the bank', () => {
  it('tell equal payments apart: the second is missing in the ledger, and not twice in the statement', () => {
    const paid = (id: string): Line => line('01', '-3.50', { counterparty: 'Coffee Bar', id });
    const [first, second] = [paid('T1'), paid('T2')];
    const found = reconcile([line('01', '-3.50', { counterparty: 'Coffee Bar' })], [first, second], matchDefaults);
    expect(found.matched).toHaveLength(1);
    expect(found.missingInLedger).toEqual([second]);
    expect(found.duplicatesInStatement).toEqual([]);
    const again = paid('T1');
    const twice = reconcile([line('01', '-3.50', { counterparty: 'Coffee Bar' })], [first, again], matchDefaults);
    expect(twice.duplicatesInStatement).toHaveLength(1);
  });

  it('are references where the ledger has them', () => {
    const statement = [line('01', '5.00', { id: 'txn_1' }), line('01', '5.00', { id: 'txn_2' })];
    const found = reconcile([line('01', '5.00', { reference: 'TXN_2' })], statement, matchDefaults);
    expect(found.matched).toMatchObject([{ by: 'reference', statement: [{ id: 'txn_2' }] }]);
  });
});

const side = (name: string) =>
  fc
    .array(
      fc.record(
        {
          day: fc.integer({ min: 1, max: 9 }),
          amount: fc.constantFrom('10.00', '9.46', '9.70', '20.00', '18.92', '-9.46', '-10.00', '9.98'),
          gross: fc.constantFrom('10.00', '20.00', '9.98'),
          id: fc.constantFrom('A1', 'A2', 'A3'),
          reference: fc.constantFrom('R100', 'R200'),
          counterparty: fc.constantFrom('Acme', 'Northern Lights'),
        },
        { requiredKeys: ['day', 'amount'] },
      ),
      { maxLength: 14 },
    )
    .map((all) =>
      all.map(({ day, ...rest }, index): Line => ({ place: `${name}:${index}`, date: `2026-03-0${day}`, ...rest })),
    );

describe('for any two sides, with fees and a tolerance', () => {
  const allowing = rule({ fees: [card], tolerance: '0.05' });

  it('the sums of a match differ by what it says that is allowed, and by nothing without', () => {
    fc.assert(
      fc.property(side('ledger'), side('statement'), (ledger, statement) => {
        for (const match of reconcile(ledger, statement, allowing).matched) {
          const [a = '', b = ''] = [match.ledger, match.statement].map((all) => sumOf(all.map(({ amount }) => amount)));
          expect(minus(a, b)).toBe(match.allowed?.amount ?? '0.00');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('exchanging the sides exchanges the answer and nothing else', () => {
    const pairs = (all: readonly Match[], first: 'ledger' | 'statement', second: 'ledger' | 'statement'): string[] =>
      all
        .map((match) => JSON.stringify([match[first], match[second]].map((own) => own.map(({ place }) => place))))
        .toSorted();
    fc.assert(
      fc.property(side('ledger'), side('statement'), (ledger, statement) => {
        const [found, exchanged] = [reconcile(ledger, statement, allowing), reconcile(statement, ledger, allowing)];
        expect(pairs(exchanged.matched, 'statement', 'ledger')).toEqual(pairs(found.matched, 'ledger', 'statement'));
      }),
      { numRuns: 300 },
    );
  });
});
