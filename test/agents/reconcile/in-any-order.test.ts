/** Who is matched with whom is said by the lines: neither by their order, nor by the alphabet. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  matchDefaults,
  type Line,
  type MatchRule,
  type Reconciliation,
} from '../../../src/agents/reconcile/pure/lines.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';

type Given = Omit<Line, 'place'>;
type Sides = readonly [ledger: readonly Given[], statement: readonly Given[]];

const place = (lines: readonly Given[], side: string): Line[] =>
  lines.map((line, index) => ({ place: `${side}:${String(index + 1).padStart(3, '0')}`, ...line }));

/** What is said of each line but for its place, so that lines that are equal stand for each other. @param back of lines that were changed what they were */
function said([ledger, statement]: Sides, rule: MatchRule, back: (line: Given) => Given = (line) => line): string[] {
  const found: Reconciliation = reconcile(place(ledger, 'ledger'), place(statement, 'statement'), rule);
  const text = (line: Line): string => {
    const { date, amount, reference, counterparty, text: words } = back(line);
    return JSON.stringify([date, amount, reference, counterparty, words]);
  };
  const texts = (lines: readonly Line[]): string => lines.map(text).toSorted().join(' + ');
  return [
    ...found.matched.map((match) => `${match.by} ${texts(match.ledger)} = ${texts(match.statement)}`),
    ...found.differences.map((each) => `${each.differs} ${text(each.ledger)} / ${text(each.statement)}`),
    ...found.missingInStatement.map((line) => `alone in the ledger ${text(line)}`),
    ...found.missingInLedger.map((line) => `alone in the statement ${text(line)}`),
    ...found.duplicatesInLedger.map(({ line }) => `twice in the ledger ${text(line)}`),
    ...found.duplicatesInStatement.map(({ line }) => `twice in the statement ${text(line)}`),
  ].toSorted();
}

const lineOf = (more: Record<string, fc.Arbitrary<string | undefined>>): fc.Arbitrary<Given> =>
  fc
    .record({
      date: fc.integer({ min: 1, max: 9 }).map((day) => `2026-03-0${day}`),
      amount: fc.constantFrom('10.00', '10.00', '10.00', '20.00', '30.00', '12.00', '18.00', '9.80', '-10.00'),
      ...more,
    })
    .map(
      (line) => Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined)) as unknown as Given,
    );

const names = ['North Works Berlin', 'North Works Hamburg', 'North Works', 'South Works Berlin', undefined, undefined];
const anyLine = lineOf({
  reference: fc.constantFrom(undefined, undefined, 'INV-1001', 'INV-1002'),
  counterparty: fc.constantFrom(...names),
  text: fc.constantFrom(undefined, 'rent office', 'rent garage', 'refund', 'for INV-1001'),
});
const linesOf = (line: fc.Arbitrary<Given>) =>
  fc
    .array(fc.tuple(line, fc.constantFrom(1, 1, 2)), { maxLength: 7 })
    .map((all) => all.flatMap(([each, times]) => Array.from({ length: times }, () => each)));
const rules = fc.constantFrom<MatchRule>(
  matchDefaults,
  { ...matchDefaults, tolerance: '0.25' },
  { ...matchDefaults, fees: [{ name: 'card', percent: '2' }] },
);

const named = linesOf(lineOf({ counterparty: fc.constantFrom(...names) }));
/** A sum is looked for among what is no repetition, and of two lines the later one is that. */
const ofOneAmount = linesOf(lineOf({ counterparty: fc.constantFrom(...names), amount: fc.constant('10.00') }));

const shuffled = <T>(lines: readonly T[]) =>
  fc.shuffledSubarray([...lines], { minLength: lines.length, maxLength: lines.length });

describe('Who is matched with whom', () => {
  it('stays the same in whatever order the lines stand', () => {
    const orders = fc.tuple(linesOf(anyLine), linesOf(anyLine)).chain(([ledger, statement]) =>
      fc.record({
        given: fc.constant([ledger, statement] as Sides),
        turned: fc.tuple(shuffled(ledger), shuffled(statement)),
      }),
    );
    fc.assert(
      fc.property(orders, rules, ({ given, turned }, rule) => {
        expect(said(turned, rule)).toEqual(said(given, rule));
      }),
      { numRuns: 3000 },
    );
  });

  it('stays the same whatever the names are, as long as they are as alike as before', () => {
    const words = ['Berlin', 'Hamburg', 'North', 'South', 'Works'];
    const renamed =
      (from: readonly string[], to: readonly string[]) =>
      (line: Given): Given =>
        line.counterparty === undefined
          ? line
          : { ...line, counterparty: line.counterparty.replaceAll(/\w+/g, (word) => to[from.indexOf(word)] ?? word) };
    fc.assert(
      fc.property(named, named, rules, shuffled(words), (ledger, statement, rule, others) => {
        const turn = renamed(words, others);
        expect(said([ledger.map(turn), statement.map(turn)], rule, renamed(others, words))).toEqual(
          said([ledger, statement], rule),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('stays the same where the last day is the first, but for as many on either side that nothing but their day tells apart', () => {
    // Of these the first has the first, and all are matched either way.
    const apart = (found: readonly string[]): string[] =>
      found.flatMap((each) => (each.startsWith('amount ') ? each.slice(7).split(' = ') : each)).toSorted();
    const turn = (line: Given): Given => ({ ...line, date: `2026-03-0${10 - Number(line.date.slice(-1))}` });
    fc.assert(
      fc.property(ofOneAmount, ofOneAmount, rules, (ledger, statement, rule) => {
        const turned = said([ledger.map(turn), statement.map(turn)], rule, turn);
        expect(apart(turned)).toEqual(apart(said([ledger, statement], rule)));
      }),
      { numRuns: 3000 },
    );
  });
});
