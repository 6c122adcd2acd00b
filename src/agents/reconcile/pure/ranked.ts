/**
 * Pairs of which some fit better than others, the best first; among those that fit equally well none that is not sure.
 * What is not sure is left to a person: neither the order of the lines nor the alphabet says who belongs to whom.
 */
import { compareItems, groupBy, type Board, type BoardItem, type Pair, type Sides } from './board.ts';
import { areSure, isOpen, takeAll, toldApart, type Settling } from './rivals.ts';

/** Two lines, and how far they are from fitting: numbers of which the first that differs decides, the smaller one being better. */
export interface RankedPair {
  readonly pair: Pair;
  readonly rank: readonly (number | bigint)[];
}

export function settleRanked(board: Board, candidates: readonly RankedPair[], how: Omit<Settling, 'gap'>): void {
  const sorted = candidates.toSorted(compareRanks);
  while (sorted.length > 0) {
    const [best] = sorted;
    const count = sorted.findIndex((each) => best && compareRanks(best, each) !== 0);
    const equal = sorted.splice(0, count < 0 ? sorted.length : count).map(({ pair }) => pair);
    for (const rivals of linkedIn(equal)) settle(board, rivals, how);
  }
}

function compareRanks({ rank: a }: RankedPair, { rank: b }: RankedPair): number {
  const at = a.findIndex((each, index) => each !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1;
}

function settle(board: Board, rivals: readonly Pair[], { take, repeatDays }: Omit<Settling, 'gap'>): void {
  if (rivals.length === 1) {
    takeAll(rivals, take);
    return;
  }
  const others = othersIn(rivals);
  const isPair = ([a, b]: Pair): boolean => others.get(a)?.has(b) ?? false;
  takeAll(toldApart(sidesOf(rivals), isPair, repeatDays), take);
  for (const left of linkedIn(rivals)) {
    const sides = sidesOf(left);
    const pairs = inTurn(sides, isPair);
    if (areSure(sides, pairs, repeatDays) && sayOne(sides)) takeAll(pairs, take);
    else board.leave(sides.flat());
  }
}

/** Whichever line of the one side has which of the other, the same is said of it: on one day, or in the order of days that both have. */
const sayOne = ([left, right]: Sides): boolean => isOneTo(left, right) || isOneTo(right, left);

const isOneTo = (same: readonly BoardItem[], others: readonly BoardItem[]): boolean =>
  saySame(same) && (daysOf(same).length === 1 || daysOf(others).every(saySame));

const daysOf = (items: readonly BoardItem[]): BoardItem[][] => [...groupBy(items, ({ day }) => `${day}`).values()];

/** They say the same, but for their days. */
export const saySame = (items: readonly BoardItem[]): boolean => new Set(items.map(saidBy)).size === 1;

const saidBy = ({ amount, reference, name, line }: BoardItem): string =>
  [amount, reference, name, line.text ?? ''].join('\u0000');

/** For each of the one side the first of the other that it may be a pair with, by their days. */
function inTurn([left, right]: Sides, isPair: (pair: Pair) => boolean): Pair[] {
  const free = new Set(right);
  return left.flatMap((a) => {
    const b = [...free].find((each) => isPair([a, each]));
    if (!b) return [];
    free.delete(b);
    return [[a, b] as const];
  });
}

function sidesOf(pairs: readonly Pair[]): Sides {
  const [left, right] = [new Set(pairs.map(([a]) => a)), new Set(pairs.map(([, b]) => b))];
  return [[...left].toSorted(compareItems), [...right].toSorted(compareItems)];
}

/** The open pairs, those together that have a line in common. */
function linkedIn(pairs: readonly Pair[]): Pair[][] {
  const open = pairs.filter((pair) => pair.every(isOpen));
  const others = othersIn(open);
  const groups = new Map<BoardItem, Pair[]>();
  for (const [start] of open) {
    if (groups.has(start)) continue;
    const group: Pair[] = [];
    const found = new Set([start]);
    // A set goes on to what is added while it is gone through.
    for (const item of found) {
      for (const other of others.get(item) ?? []) found.add(other);
      groups.set(item, group);
    }
  }
  for (const pair of open) groups.get(pair[0])?.push(pair);
  return [...new Set(groups.values())];
}

function othersIn(pairs: readonly Pair[]): ReadonlyMap<BoardItem, ReadonlySet<BoardItem>> {
  const others = new Map<BoardItem, Set<BoardItem>>();
  const add = (item: BoardItem, other: BoardItem): void => {
    const own = others.get(item);
    if (own) own.add(other);
    else others.set(item, new Set([other]));
  };
  for (const [a, b] of pairs) {
    add(a, b);
    add(b, a);
  }
  return others;
}
