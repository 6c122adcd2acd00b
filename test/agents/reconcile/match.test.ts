import { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';
import { matchDefaults, type Line, type Reconciliation } from '../../../src/agents/reconcile/pure/lines.ts';
import { sumOf } from '../../../src/agents/reconcile/pure/sums-of-amounts.ts';

let count = 0;
const line = (date: string, amount: string, more: Partial<Line> = {}): Line => ({
  place: `p${++count}`,
  date: `2026-03-${date}`,
  amount,
  ...more,
});
const compare = (ledger: readonly Line[], statement: readonly Line[]): Reconciliation =>
  reconcile(ledger, statement, matchDefaults);
const places = (lines: readonly Line[]): string[] => lines.map(({ place }) => place);

/** Where each line of one side ended; throws where one ended twice. */
function ends(found: Reconciliation, side: 'ledger' | 'statement'): Map<string, { outcome: string; line: Line }> {
  const [missing, twice] =
    side === 'ledger'
      ? [found.missingInStatement, found.duplicatesInLedger]
      : [found.missingInLedger, found.duplicatesInStatement];
  const all = [
    ...found.matched.flatMap((each) => each[side].map((own) => ({ outcome: 'matched', line: own }))),
    ...found.differences.map((each) => ({ outcome: each.differs, line: each[side] })),
    ...missing.map((own) => ({ outcome: 'missing', line: own })),
    ...twice.map((each) => ({ outcome: 'duplicate', line: each.line })),
  ];
  const byPlace = new Map(all.map((each) => [each.line.place, each]));
  expect(byPlace.size).toBe(all.length);
  return byPlace;
}

describe('a line', () => {
  it.each<[string, Partial<Line>, Partial<Line>, string]>([
    ['by its reference, however it is written', { reference: 'INV-7' }, { reference: 'inv 7' }, 'reference'],
    [
      'by a reference in the text of the other',
      { reference: 'INV-1007' },
      { text: 'paid inv-1007, thanks' },
      'reference',
    ],
    ['by its counterparty', { counterparty: 'Käse & Brot GmbH' }, { counterparty: 'KASE BROT' }, 'counterparty'],
    [
      'by a name that the bank has cut',
      { counterparty: 'Northern Lights Trading' },
      { counterparty: 'NORTHERN LIGHTS TR' },
      'counterparty',
    ],
    ['by its amount alone, where nobody is named', {}, {}, 'amount'],
  ])('is matched %s', (_name, ledger, statement, by) => {
    const found = compare([line('01', '10.00', ledger)], [line('03', '10.00', statement)]);
    expect(found.matched).toMatchObject([{ by }]);
  });

  it('is not matched with one of another counterparty, nor beyond the window', () => {
    const other = compare([line('01', '5.00', { counterparty: 'Ann' })], [line('01', '5.00', { counterparty: 'Bob' })]);
    const late = compare([line('01', '5.00')], [line('05', '5.00')]);
    for (const { matched, missingInLedger, missingInStatement } of [other, late])
      expect([matched.length, missingInLedger.length, missingInStatement.length]).toEqual([0, 1, 1]);
  });

  it.each<[string, Partial<Line>, Partial<Line>]>([
    ['are half alike', { counterparty: 'North Works 7 GmbH' }, { counterparty: 'North Works 9 GmbH' }],
    ['are equal', { counterparty: 'North Works' }, { counterparty: 'North Works' }],
    ['nobody gives', {}, {}],
    ['one of them gives', { counterparty: 'North Works' }, {}],
  ])('is not taken by one of another reference where its own stands on the other side, and the names %s', (_, a, b) => {
    const [first, second] = [
      line('01', '10.00', { reference: 'INV-1', ...a }),
      line('02', '10.00', { reference: 'INV-2', ...b }),
    ];
    const late = line('09', '10.00', { reference: 'INV-1', ...a });
    for (const [ledger, statement] of [
      [[first], [second, late]],
      [[second, late], [first]],
    ] as const) {
      const found = compare(ledger, statement);
      expect(found.matched).toEqual([]);
      expect(found.differences).toMatchObject([{ differs: 'date' }]);
    }
    // References of two systems say nothing of each other, and neither does none.
    expect(compare([first], [second]).matched).toHaveLength(1);
    expect(compare([first], [line('02', '10.00', b), late]).matched).toHaveLength(1);
  });

  it('takes the nearest day, so that one more line does not shift all others', () => {
    const ledger = ['01', '02', '03'].map((day) => line(day, '9.99'));
    const found = compare(ledger, [line('02', '9.99'), line('03', '9.99')]);
    expect(places(found.missingInStatement)).toEqual([ledger[0]?.place]);
  });

  it('of the same reference and another amount, or a far date, is a difference', () => {
    const reference = 'BILL-9';
    const found = compare([line('01', '10.00', { reference })], [line('02', '10.90', { reference })]);
    expect(found.differences).toMatchObject([{ differs: 'amount' }]);
    const late = compare([line('01', '10.00', { reference })], [line('20', '10.00', { reference })]);
    expect(late.differences).toMatchObject([{ differs: 'date' }]);
  });

  it('that is there twice is a duplicate of the one that was matched', () => {
    const [a, b] = [line('01', '7.00', { reference: 'R1' }), line('01', '7.00', { reference: 'R1' })];
    const found = compare([a, b], [line('01', '7.00', { reference: 'R1' })]);
    expect(found.duplicatesInLedger).toEqual([{ line: b, of: a.place }]);
  });

  it('that repeats what an earlier comparison matched is a duplicate, and that one is not told again', () => {
    const [a, b] = [line('01', '7.00', { reference: 'R1' }), line('02', '7.00', { reference: 'R1' })];
    const settled = [{ by: 'reference' as const, ledger: [a], statement: [line('01', '7.00')] }];
    const found = reconcile([b], [], matchDefaults, settled);
    expect(found).toMatchObject({ matched: [], duplicatesInLedger: [{ of: a.place }], missingInStatement: [] });
  });

  it('that is there twice on both sides is two matches', () => {
    const twice = (): Line[] => [line('01', '3.00', { text: 'coffee' }), line('01', '3.00', { text: 'coffee' })];
    expect(compare(twice(), twice()).matched).toHaveLength(2);
  });
});

describe('several lines', () => {
  it('that a reference names together are one of the other side, however many they are', () => {
    const parts = Array.from({ length: 12 }, (_, index) => line('01', '1.10', { reference: `B-10${index}` }));
    const batch = line('02', '13.20', { text: parts.map(({ reference }) => reference).join(' ') });
    expect(compare(parts, [batch]).matched).toMatchObject([{ by: 'sum', statement: [batch] }]);
    expect(compare([batch], parts).matched).toMatchObject([{ by: 'sum', ledger: [batch] }]);
  });

  it('of one counterparty are a sum where just one choice of them has it', () => {
    const counterparty = 'Acme';
    const parts = ['10.00', '20.00', '45.00'].map((amount) => line('01', amount, { counterparty }));
    const found = compare([line('01', '30.00', { counterparty })], parts);
    expect(found.matched).toMatchObject([{ by: 'sum', statement: [{ amount: '10.00' }, { amount: '20.00' }] }]);
  });

  it('are left alone where chance alone may have made the sum', () => {
    const parts = ['10.00', '20.00', '12.00', '18.00'].map((amount) => line('01', amount, { counterparty: 'Acme' }));
    expect(compare([line('01', '30.00', { counterparty: 'Acme' })], parts).matched).toEqual([]);
  });
});

const amounts = fc.oneof(
  fc.constantFrom('1.00', '2.00', '3.00', '0.10', '-1.00'),
  fc.integer({ min: -500, max: 500 }).map((cents) => new Big(cents).div(100).toFixed(2)),
);
const arbitrary = fc.record(
  {
    day: fc.integer({ min: 1, max: 28 }),
    amount: amounts,
    reference: fc.constantFrom('R100', 'R200', 'R300', 'R400'),
    counterparty: fc.constantFrom('Acme Ltd', 'ACME', 'Northern Lights', 'Northern Lights Trading'),
    text: fc.constantFrom('for R100', 'R200 and R300', 'coffee'),
  },
  { requiredKeys: ['day', 'amount'] },
);
const side = (name: string) =>
  fc.array(arbitrary, { maxLength: 25 }).map((all) =>
    all.map(({ day, ...rest }, index): Line => ({
      place: `${name}:${index}`,
      date: `2026-03-${String(day).padStart(2, '0')}`,
      ...rest,
    })),
  );
const both = fc.tuple(side('ledger'), side('statement'));
const told = (found: Reconciliation, from: 'ledger' | 'statement'): string[] =>
  [...ends(found, from)].map(([place, { outcome }]) => `${place} ${outcome}`).toSorted();

describe('for any two sides', () => {
  it('every line ends in exactly one list, and the amounts of the lists sum up to those of the side', () => {
    fc.assert(
      fc.property(both, ([ledger, statement]) => {
        const found = compare(ledger, statement);
        for (const [name, lines] of [
          ['ledger', ledger],
          ['statement', statement],
        ] as const) {
          const ended = ends(found, name);
          expect([...ended.keys()].toSorted()).toEqual(places(lines).toSorted());
          const amountsOf = (all: readonly Line[]): string => sumOf(['0.00', ...all.map(({ amount }) => amount)]);
          expect(amountsOf([...ended.values()].map((each) => each.line))).toBe(amountsOf(lines));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the lines of a match have the same sum on both sides', () => {
    fc.assert(
      fc.property(both, ([ledger, statement]) => {
        for (const match of compare(ledger, statement).matched) {
          const [a, b] = [match.ledger, match.statement].map((all) => sumOf(all.map(({ amount }) => amount)));
          expect(a).toBe(b);
        }
      }),
    );
  });

  it('exchanging the sides exchanges the answer and nothing else', () => {
    fc.assert(
      fc.property(both, ([ledger, statement]) => {
        const [found, exchanged] = [compare(ledger, statement), compare(statement, ledger)];
        expect(told(exchanged, 'statement')).toEqual(told(found, 'ledger'));
        expect(told(exchanged, 'ledger')).toEqual(told(found, 'statement'));
        const pairs = (all: Reconciliation, first: 'ledger' | 'statement', second: 'ledger' | 'statement') =>
          all.matched.map((match) => JSON.stringify([places(match[first]), places(match[second])])).toSorted();
        expect(pairs(exchanged, 'statement', 'ledger')).toEqual(pairs(found, 'ledger', 'statement'));
      }),
      { numRuns: 300 },
    );
  });

  it('the order of the lines has no part in the answer, and neither has how often it is asked', () => {
    fc.assert(
      fc.property(both, fc.infiniteStream(fc.nat()), ([ledger, statement], order) => {
        const shuffled = (lines: readonly Line[]): Line[] =>
          lines
            .map((each) => ({ each, key: order.next().value as number }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ each }) => each);
        expect(compare(shuffled(ledger), shuffled(statement))).toEqual(compare(ledger, statement));
      }),
    );
  });

  it('a side compared with itself matches in full', () => {
    fc.assert(
      fc.property(side('ledger'), (lines) => {
        const found = compare(
          lines,
          lines.map((each) => ({ ...each, place: `copy of ${each.place}` })),
        );
        expect(told(found, 'ledger').every((each) => each.endsWith('matched'))).toBe(true);
      }),
    );
  });
});
