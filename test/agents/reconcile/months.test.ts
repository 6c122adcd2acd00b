/** Compared month by month and then what is left, a ledger comes to what it comes to when all is compared at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  matchDefaults,
  type Line,
  type MatchRule,
  type Reconciliation,
} from '../../../src/agents/reconcile/pure/lines.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';
import { compareLines } from '../../../src/agents/reconcile/activities/compare.ts';
import { matchMonth } from '../../../src/agents/reconcile/pure/month.ts';
import { bearingOn } from '../../../src/agents/reconcile/pure/settled.ts';

function byMonths(ledger: readonly Line[], statement: readonly Line[], rule: MatchRule): Reconciliation {
  const months = [...new Set([...ledger, ...statement].map(({ date }) => date.slice(0, 7)))];
  const own = (lines: readonly Line[], month: string): Line[] => lines.filter(({ date }) => date.startsWith(month));
  const found = months.map((month) => matchMonth(own(ledger, month), own(statement, month), rule));
  const settled = found.flatMap(({ matched }) => matched);
  const left = [found.flatMap((each) => each.leftInLedger), found.flatMap((each) => each.leftInStatement)] as const;
  const rest = reconcile(...left, rule, settled.filter(bearingOn(...left)));
  return { ...rest, matched: [...settled, ...rest.matched] };
}

/** What is said of each line, whatever the order. */
function said(found: Reconciliation): string[] {
  const places = (lines: readonly Line[]): string =>
    lines
      .map(({ place }) => place)
      .toSorted()
      .join(' ');
  return [
    ...found.matched.map(({ by, ledger, statement }) => `${by}: ${places(ledger)} = ${places(statement)}`),
    ...found.differences.map(({ differs, ledger, statement }) => `${differs}: ${ledger.place} / ${statement.place}`),
    ...[...found.duplicatesInLedger, ...found.duplicatesInStatement].map(({ line, of }) => `${line.place} again ${of}`),
    ...[...found.missingInStatement, ...found.missingInLedger].map(({ place }) => `${place} alone`),
    ...(found.suggestions ?? []).map(({ ledger, statement, score }) => `${ledger} ? ${statement}: ${score}`),
  ].toSorted();
}

const day = fc.oneof(fc.constantFrom(28, 29, 30, 31, 32, 33, 57, 58, 59, 60, 61), fc.integer({ min: 0, max: 89 }));
const given = fc.record({
  day,
  cents: fc.oneof(fc.constantFrom(100, 200, 300, -250), fc.integer({ min: -999, max: 999 })),
  reference: fc.constantFrom(undefined, undefined, 'INV-1001', 'INV-1002', 'INV-1003', 'INV-1004'),
  id: fc.constantFrom(undefined, undefined, undefined, 'INV-1002', 'T9001', 'T9002'),
  counterparty: fc.constantFrom(undefined, 'North Works GmbH', 'North Works Berlin', 'South Works', 'Südwerk AG'),
  text: fc.constantFrom(undefined, undefined, 'rent', 'for INV-1001', 'INV-1003 and INV-1004', 'year 2026'),
});
type Given = typeof given extends fc.Arbitrary<infer G> ? G : never;

/** A payment as either side has it, or one of them alone, late or twice. */
const payment = fc.record({
  given,
  ledger: fc.constantFrom(1, 1, 1, 0, 2),
  statement: fc.constantFrom(1, 1, 1, 0, 2),
  late: fc.nat({ max: 4 }),
});
const loose = fc.array(given, { maxLength: 6 });

const lineOf = ({ day: on, cents, ...rest }: Given, place: string): Line => {
  const date = new Date(Date.UTC(2026, 0, 1 + on)).toISOString().slice(0, 10);
  const texts = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { place, date, amount: (cents / 100).toFixed(2), ...Object.fromEntries(texts) };
};
const sides = fc.tuple(fc.array(payment, { maxLength: 8 }), loose, loose).map(([payments, inLedger, inStatement]) => {
  const times = (side: 'ledger' | 'statement', late: (each: Given, days: number) => Given): Given[] =>
    payments.flatMap((each) => Array.from({ length: each[side] }, () => late(each.given, each.late)));
  const all = {
    ledger: [...times('ledger', (each) => each), ...inLedger],
    statement: [...times('statement', (each, days) => ({ ...each, day: each.day + days })), ...inStatement],
  };
  return [
    all.ledger.map((each, index) => lineOf(each, `ledger:${index + 1}`)),
    all.statement.map((each, index) => lineOf(each, `statement:${index + 1}`)),
  ] as const;
});
const rules: fc.Arbitrary<MatchRule> = fc.constantFrom<MatchRule>(
  matchDefaults,
  { ...matchDefaults, windowDays: 0 },
  { ...matchDefaults, windowDays: 7, tolerance: '0.05' },
  { ...matchDefaults, fees: [{ name: 'card', percent: '2', fixed: '0.10' }] },
);

describe('Months compared by themselves', () => {
  it('and then what they leave come to what all at once comes to', () => {
    fc.assert(
      fc.property(sides, rules, ([ledger, statement], rule) => {
        expect(said(byMonths(ledger, statement, rule))).toEqual(said(reconcile(ledger, statement, rule)));
      }),
      { numRuns: 3000 },
    );
  });

  it('and a charge in one of them is no pair by its amount where its payment stands in another', () => {
    const line = (place: string, date: string, more: Partial<Line> = {}): Line => ({
      place,
      date,
      amount: '-2.50',
      ...more,
    });
    const ledger = [
      line('ledger:1', '2026-02-10', { reference: 'INV-1001', amount: '-100.00' }),
      line('ledger:2', '2026-03-10'),
    ];
    const statement = [line('statement:1', '2026-03-10', { text: 'for INV-1001' })];
    const found = byMonths(ledger, statement, matchDefaults);
    expect(found.matched).toEqual([]);
    expect(said(found)).toEqual(said(reconcile(ledger, statement, matchDefaults)));
  });
});

type Found = Pick<Reconciliation, Exclude<keyof Reconciliation, 'suggestions'>>;

/** As the tasks of a run compare one account: each month from bytes to bytes, then what all of them left. */
function foundInParts(ledger: readonly Line[], statement: readonly Line[], rule: MatchRule): Found[] {
  const bytes = (value: unknown): Uint8Array[] => [Buffer.from(JSON.stringify(value))];
  const months = [...new Set([...ledger, ...statement].map(({ date }) => date.slice(0, 7)))];
  const own = (lines: readonly Line[], month: string) => bytes(lines.filter(({ date }) => date.startsWith(month)));
  const parts = months.map((month) =>
    compareLines({ ledger: own(ledger, month), statement: own(statement, month), settled: [], rule, round: 'month' }),
  );
  const rest = compareLines({
    ledger: parts.map((part) => part.leftInLedger),
    statement: parts.map((part) => part.leftInStatement),
    settled: parts.map((part) => part.result),
    rule,
    round: 'rest',
  });
  const all = [...parts.map((part) => part.result), rest.result, rest.matches ?? Buffer.from('')];
  return all.map((part) => JSON.parse(Buffer.from(part).toString()) as Found);
}

/** The lines of one side, once for each list that one is in. */
function listed(found: readonly Found[], side: 'ledger' | 'statement'): Line[] {
  return found.flatMap((part) => [
    ...part.matched.flatMap((match) => match[side]),
    ...part.differences.map((difference) => difference[side]),
    ...(side === 'ledger' ? part.missingInStatement : part.missingInLedger),
    ...(side === 'ledger' ? part.duplicatesInLedger : part.duplicatesInStatement).map(({ line }) => line),
  ]);
}
const centsOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, { amount }) => sum + Number(amount.replace('.', '')), 0);
const placesOf = (lines: readonly Line[]): string[] => lines.map(({ place }) => place).toSorted();

describe('However many parts an account is compared in', () => {
  it('each line stands in one list, and the cents of the lists are those of the side', () => {
    fc.assert(
      fc.property(sides, rules, ([ledger, statement], rule) => {
        const found = foundInParts(ledger, statement, rule);
        for (const [side, lines] of [
          ['ledger', ledger],
          ['statement', statement],
        ] as const) {
          expect(placesOf(listed(found, side))).toEqual(placesOf(lines));
          expect(centsOf(listed(found, side))).toBe(centsOf(lines));
        }
      }),
      { numRuns: 500 },
    );
  });
});
