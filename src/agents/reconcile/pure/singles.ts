/** One line against one line of the same amount: by reference, by counterparty, then by the amount alone. */
import { daysBetween, groupBy, type Board, type BoardItem, type Pair, type Sides } from './board.ts';
import { kindsOf, onlyNames, type Families, type Spoken } from './families.ts';
import type { Evidence, MatchRule } from './lines.ts';
import { likeness, nameKey } from './names.ts';
import { saySame, settleRanked, type RankedPair } from './ranked.ts';
import { pairsUp } from './rivals.ts';
import { sweepSure, upTo } from './sweep.ts';

/** Pairs of one amount that are compared name by name; where there are more, names that differ are not compared. */
const maxPairs = 2500;
/** Half of the words of two names together. */
const alike = 0.5;

export function matchSingles(board: Board, families: Families, { windowDays }: MatchRule): void {
  const days = upTo(windowDays);
  const kindOf = kindsOf(board, families);
  const by = (evidence: Evidence, key: (item: BoardItem) => string): void =>
    sweepSure(board, { key: withAmount(key), days, take: ([a, b]) => board.match(evidence, [a], [b]) });
  matchReferences(board, days);
  by('reference', families);
  matchInTurn(board, windowDays, kindOf);
  sweepSure(board, {
    key: withAmount(({ who }) => who),
    days,
    among: apart([board.open(0), board.open(1)], kindOf),
    take: ([a, b]) => board.match('counterparty', [a], [b]),
  });
  const isPair = ([a, b]: Pair): boolean => {
    const kinds = [kindOf(a), kindOf(b)];
    return !kinds.includes('bound') || kinds.includes('none');
  };
  matchAlike(board, windowDays, isPair);
  matchByTexts(board, windowDays, isPair);
  matchNameless(board, days, kindOf);
}

/** What has the same reference and amount, the nearest dates first. @param alsoOf what else both must have as one */
export function matchReferences(
  board: Board,
  days: readonly number[],
  alsoOf: (item: BoardItem) => string = () => '',
): void {
  const key = withAmount((item) => (item.reference === '' ? '' : `${item.reference} ${alsoOf(item)}`));
  sweepSure(board, { key, days, take: ([a, b]) => board.match('reference', [a], [b]) });
}

/** Lines of one amount of which each is near the next one, in the order of their days: no other line can be a pair with any. */
export type Chain = readonly BoardItem[];

/** Of the open lines of both sides. */
export function chainsOf(board: Board, windowDays: number): Chain[] {
  const open = [...board.open(0), ...board.open(1)].toSorted((a, b) => a.day - b.day);
  return [...groupBy(open, amountOf).values()].flatMap((items) => {
    const chains: BoardItem[][] = [];
    for (const item of items) {
      const before = chains.at(-1);
      if (before && item.day - (before.at(-1)?.day ?? 0) <= windowDays) before.push(item);
      else chains.push([item]);
    }
    return chains;
  });
}

/** Two lines that speak of different things are no pair where the other side has either of these: it may just be late, or differ. */
function apart([left, right]: Sides, kindOf: (item: BoardItem) => Spoken): Sides[] {
  const of = (items: readonly BoardItem[], ...kinds: Spoken[]): BoardItem[] =>
    items.filter((item) => kinds.includes(kindOf(item)));
  return [
    [of(left, 'none', 'free'), of(right, 'none', 'free')],
    [of(left, 'none'), of(right, 'bound')],
    [of(left, 'bound'), of(right, 'none')],
  ];
}

/**
 * What comes again each few days, of which a bank books each some days later: as many on either side that say the same
 * are pairs in their order, where the nearest ones would leave the first and the last.
 */
function matchInTurn(board: Board, windowDays: number, kindOf: (item: BoardItem) => Spoken): void {
  for (const chain of chainsOf(board, windowDays)) {
    const sides = [chain.filter(({ side }) => side === 0), chain.filter(({ side }) => side === 1)] as const;
    const [a, b] = [sides[0][0], sides[1][0]];
    const isOne = sides[0].length > 1 && sides[0].length === sides[1].length && sides.every(saySame);
    const by = isOne && a && b ? evidenceOf([a, b]) : undefined;
    if (!by || chain.some((item) => kindOf(item) !== 'none')) continue;
    const pairs = pairsUp(...sides, windowDays);
    if (pairs.length === sides[0].length) for (const [own, other] of pairs) board.match(by, [own], [other]);
  }
}

/** Undefined where two are named, and the names are not alike. */
function evidenceOf([a, b]: Pair): 'counterparty' | 'amount' | undefined {
  if (!isNamed(a) || !isNamed(b)) return 'amount';
  return a.who === b.who || likeness(a.name, b.name) >= alike ? 'counterparty' : undefined;
}

/** The key together with the amount; empty where the key is. */
export function withAmount(key: (item: BoardItem) => string): (item: BoardItem) => string {
  return (item) => {
    const part = key(item);
    return part === '' ? '' : `${item.amount} ${part}`;
  };
}

const amountOf = ({ amount }: BoardItem): string => amount;

const isNamed = ({ name }: BoardItem): boolean => name !== '';

/** Names that are not equal and still alike, such as one that a bank has truncated. */
function matchAlike(board: Board, windowDays: number, isPair: (pair: Pair) => boolean): void {
  for (const chain of chainsOf(board, windowDays)) {
    const named = chain.filter(isNamed);
    const [left, right] = [named.filter(({ side }) => side === 0), named.filter(({ side }) => side === 1)];
    if (left.length * right.length > maxPairs) continue;
    const candidates = candidatesOf([left, right], windowDays, (pair) =>
      isPair(pair) ? likeness(pair[0].name, pair[1].name) : 0,
    );
    const take = ([a, b]: Pair): void => board.match('counterparty', [a], [b]);
    settleRanked(board, candidates, { take, repeatDays: windowDays });
  }
}

/** Of several lines of one amount those whose texts tell them apart: one has the name of the other, or they are alike. */
function matchByTexts(board: Board, windowDays: number, isPair: (pair: Pair) => boolean): void {
  for (const chain of chainsOf(board, windowDays)) {
    const [left, right] = [chain.filter(({ side }) => side === 0), chain.filter(({ side }) => side === 1)];
    const pairs = left.length * right.length;
    if (pairs < 2 || pairs > maxPairs) continue;
    const texts = new Map(chain.map((item) => [item, nameKey(item.line.text)]));
    const likenessOf = (pair: Pair): number => (isPair(pair) ? likenessOfTexts(pair, texts) : 0);
    const candidates = candidatesOf([left, right], windowDays, likenessOf);
    const take = (pair: Pair): void =>
      board.match(likenessOf(pair) > 1 ? 'counterparty' : 'amount', [pair[0]], [pair[1]]);
    settleRanked(board, candidates, { take, repeatDays: windowDays });
  }
}

/** What is alike enough and near, the most alike first, then the nearest. */
function candidatesOf([left, right]: Sides, windowDays: number, likenessOf: (pair: Pair) => number): RankedPair[] {
  return left.flatMap((a) =>
    right.flatMap((b) => {
      const days = daysBetween(a, b);
      const like = days > windowDays ? 0 : likenessOf([a, b]);
      return like < alike ? [] : [{ pair: [a, b], rank: [-like, days] }];
    }),
  );
}

/** More than 1 where the one is named in the text of the other, which has no name. */
function likenessOfTexts([a, b]: Pair, texts: ReadonlyMap<BoardItem, string>): number {
  const [one = '', other = ''] = [texts.get(a), texts.get(b)];
  if (isNamed(a) && isNamed(b)) return 0;
  if (!isNamed(a) && !isNamed(b)) return one !== '' && one === other ? 1 : likeness(one, other);
  const [name, text] = isNamed(a) ? [a.name, other] : [b.name, one];
  return name.length >= leastName && ` ${text} `.includes(` ${name} `) ? 2 : 0;
}

/** Of fewer letters a name stands in many texts. */
const leastName = 4;

/**
 * Where neither says whom it is about, then where one of them does not. What names a reference of another line is that
 * line's charge or refund, and no pair of anything by its amount.
 */
function matchNameless(board: Board, days: readonly number[], kindOf: (item: BoardItem) => Spoken): void {
  const take = ([a, b]: Pair): void => board.match('amount', [a], [b]);
  const split = (side: 0 | 1, named: boolean): BoardItem[] =>
    board.open(side).filter((item) => isNamed(item) === named && !(onlyNames(item) && kindOf(item) === 'bound'));
  sweepSure(board, { key: amountOf, days, take, among: apart([split(0, false), split(1, false)], kindOf) });
  const among = [
    [split(0, false), split(1, true)],
    [split(0, true), split(1, false)],
  ] as const;
  for (const each of among) sweepSure(board, { key: amountOf, days, take, among: apart(each, kindOf) });
}
