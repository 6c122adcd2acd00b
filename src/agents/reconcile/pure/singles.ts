/** One line against one line of the same amount: by reference, by counterparty, then by the amount alone. */
import { compareTexts, daysBetween, groupBy, type Board, type BoardItem, type Pair } from './board.ts';
import type { Families } from './families.ts';
import type { Evidence, MatchRule } from './lines.ts';
import { likeness } from './names.ts';
import { sweep, upTo } from './sweep.ts';

/** Pairs of one amount that are compared name by name; where there are more, names that differ are not compared. */
const maxPairs = 2500;
/** Half of the words of two names together. */
const alike = 0.5;

export function matchSingles(board: Board, families: Families, { windowDays }: MatchRule): void {
  const days = upTo(windowDays);
  const by = (evidence: Evidence, key: (item: BoardItem) => string): void =>
    sweep(board, { key: withAmount(key), days, take: ([a, b]) => board.match(evidence, [a], [b]) });
  by('reference', ({ reference }) => reference);
  by('reference', families);
  by('counterparty', ({ name }) => name);
  matchAlike(board, windowDays);
  matchNameless(board, days);
}

/** The key together with the amount; empty where the key is. */
export function withAmount(key: (item: BoardItem) => string): (item: BoardItem) => string {
  return (item) => {
    const part = key(item);
    return part === '' ? '' : `${item.units} ${part}`;
  };
}

const amountOf = ({ units }: BoardItem): string => `${units}`;

interface Candidate {
  readonly pair: Pair;
  readonly gap: number;
  readonly likeness: number;
  readonly key: string;
}

const isNamed = ({ name }: BoardItem): boolean => name !== '';

/** Names that are not equal and still alike, such as one that a bank has truncated. */
function matchAlike(board: Board, windowDays: number): void {
  const statement = groupBy(board.open(1).filter(isNamed), amountOf);
  for (const [amount, left] of groupBy(board.open(0).filter(isNamed), amountOf)) {
    const right = statement.get(amount) ?? [];
    if (left.length * right.length > maxPairs) continue;
    const candidates = left.flatMap((a) => right.flatMap((b) => candidate([a, b], windowDays)));
    for (const { pair } of candidates.toSorted(compareCandidates)) {
      const [a, b] = pair;
      if (a.open && b.open) board.match('counterparty', [a], [b]);
    }
  }
}

function candidate(pair: Pair, windowDays: number): Candidate[] {
  const [a, b] = pair;
  const gap = daysBetween(a, b);
  const like = gap > windowDays ? 0 : likeness(a.name, b.name);
  if (like < alike) return [];
  // The same whichever of the two is on which side.
  const key = [a.key, b.key].toSorted(compareTexts).join('\u0001');
  return [{ pair, gap, likeness: like, key }];
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return a.gap - b.gap || b.likeness - a.likeness || compareTexts(a.key, b.key);
}

/** Where neither says whom it is about, then where one of them does not. */
function matchNameless(board: Board, days: readonly number[]): void {
  const take = ([a, b]: Pair): void => board.match('amount', [a], [b]);
  const split = (side: 0 | 1, named: boolean): BoardItem[] =>
    board.open(side).filter(({ name }) => (name !== '') === named);
  sweep(board, { key: amountOf, days, take, among: [split(0, false), split(1, false)] });
  const among = [
    [split(0, false), split(1, true)],
    [split(0, true), split(1, false)],
  ] as const;
  for (const each of among) sweep(board, { key: amountOf, days, take, among: each });
}
