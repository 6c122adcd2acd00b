/**
 * One line against several of the other side that sum up to it: a payment in parts, or a batch booked as one.
 * The surprising rule: where more than one choice of lines has the sum, or a line is in choices of two, none is taken.
 */
import { compareItems, daysBetween, groupBy, type Board, type BoardItem } from './board.ts';
import { sureOf, type Choice } from './choices.ts';
import { kindsOf, type Families } from './families.ts';
import type { MatchRule } from './lines.ts';
import { isOpen, repeats } from './rivals.ts';
import { size } from './sums-of-amounts.ts';

/** Lines tried together; where there are more, their number says more about chance than about the sum. */
const maxCandidates = 20;
/** Lines looked at for those. */
const maxLooks = 200;
/** Steps of the search for one line, and for all: so many at least, and for each line. */
const maxSteps = 5000;
const leastStepsOfAll = 3_000_000;
const stepsOfEach = 500;
/** Times that lines are looked at again once others are taken. */
const maxPasses = 5;

interface Search {
  readonly board: Board;
  readonly rule: MatchRule;
  stepsLeft: number;
}

/** Whether two lines may be of one sum. */
type Fits = (item: BoardItem, other: BoardItem) => boolean;

const anyone: Fits = (item, other) => item.who === '' || other.who === '' || item.who === other.who;

/** Of lines that speak of one thing, by a reference or a name. */
export function matchSums(board: Board, families: Families, rule: MatchRule): void {
  const search = searchOf(board, rule);
  matchWithin(search, families, rule.lateDays);
  matchFamilies(board, families, rule.lateDays);
  matchWithin(search, ({ who }) => who, rule.windowDays);
}

/** Of lines that only their days and amounts bring together. */
export function matchSumsOfAny(board: Board, families: Families, rule: MatchRule): void {
  const search = searchOf(board, rule);
  // What the other side speaks of as well is late or differs, and no part of a sum by chance.
  const kindOf = kindsOf(board, families);
  const sides = ([0, 1] as const).map((side) => board.open(side).filter((item) => kindOf(item) !== 'bound'));
  takeSums(search, sides, rule.windowDays, anyone);
}

function searchOf(board: Board, rule: MatchRule): Search {
  const lines = board.open(0).length + board.open(1).length;
  return { board, rule, stepsLeft: Math.max(leastStepsOfAll, stepsOfEach * lines) };
}

/** Among the items that have something in common. */
function matchWithin(search: Search, key: (item: BoardItem) => string, days: number): void {
  const { board } = search;
  const groups = [groupBy(board.open(0), key), groupBy(board.open(1), key)] as const;
  const names = [...groups[0].keys()].filter((name) => groups[1].has(name)).toSorted();
  for (const name of names) {
    const [left = [], right = []] = groups.map((group) => group.get(name));
    takeSums(search, [left, right], days);
  }
}

/** All lines of one reference against all of it, such as a payment and what came back of it against their rest. */
function matchFamilies(board: Board, families: Families, days: number): void {
  const [left, right] = [groupBy(board.open(0), families), groupBy(board.open(1), families)];
  for (const name of [...left.keys()].toSorted()) {
    const [own = [], others = []] = [left.get(name), right.get(name)];
    if (own.length === 0 || others.length === 0 || own.length + others.length < 3) continue;
    const all = [...own, ...others].map(({ day }) => day);
    const isNear = Math.max(...all) - Math.min(...all) <= days;
    if (isNear && total(own) === total(others) && total(own) !== 0n) board.match('sum', own, others);
  }
}

const total = (items: readonly BoardItem[]): bigint => items.reduce((sum, { units }) => sum + units, 0n);

/** The largest first, as they have the fewest ways to be part of anything; the side has no say. */
function targetsOf(items: readonly BoardItem[]): BoardItem[] {
  return items.toSorted((a, b) => compareUnits(size(b.units), size(a.units)) || compareItems(a, b));
}

/** Those that are sure, and then those that are sure without the lines of these. */
function takeSums(search: Search, sides: readonly BoardItem[][], days: number, fits?: Fits): void {
  for (let pass = 0; pass < maxPasses; pass++) {
    const open = sides.map((items) => items.filter(isOpen));
    const choices = targetsOf(open.flat()).flatMap((target) =>
      choicesOf(search, target, open[1 - target.side] ?? [], days, fits),
    );
    const sure = sureOf(choices, days);
    for (const { parts, target } of sure) {
      const ordered = parts.toSorted(compareItems);
      if (target.side === 0) search.board.match('sum', [target], ordered);
      else search.board.match('sum', ordered, [target]);
    }
    if (sure.length === 0) return;
  }
}

/** Lines of the other side that have the sum: none, one choice, or two where there are several. */
function choicesOf(
  search: Search,
  target: BoardItem,
  others: readonly BoardItem[],
  days: number,
  fits: Fits = () => true,
): Choice[] {
  const parts = candidates(target, others, days, fits);
  if (!parts) return [];
  const all = whole(target, parts);
  if (all) return [{ parts: all, target }];
  const isTold = fits !== anyone || isUnlikely(target, parts.length, search.rule.maxLines);
  return isTold ? subsets(search, target, parts, days).map((found) => ({ parts: found, target })) : [];
}

/** Whether less than one in a hundred amounts of that size is a sum of some of so many lines by chance. */
function isUnlikely({ units }: BoardItem, parts: number, most: number): boolean {
  let choices = 0;
  let ofSize = 1;
  for (let lines = 1; lines <= Math.min(most, parts); lines++) {
    ofSize = (ofSize * (parts - lines + 1)) / lines;
    if (lines > 1) choices += ofSize;
  }
  return BigInt(choices) * 100n <= size(units);
}

/** Of the same sign, smaller, and near; undefined where there are fewer than two, or too many to look at. */
function candidates(
  target: BoardItem,
  others: readonly BoardItem[],
  days: number,
  fits: Fits,
): BoardItem[] | undefined {
  const found: BoardItem[] = [];
  const from = firstFrom(others, target.day - days);
  for (let index = from; index < others.length; index++) {
    const other = others[index];
    if (!other || other.day > target.day + days) break;
    if (index - from >= maxLooks) return undefined;
    if (!isPart(other, target) || !fits(target, other)) continue;
    found.push(other);
  }
  return found.length < 2
    ? undefined
    : found.toSorted((a, b) => daysBetween(a, target) - daysBetween(b, target) || compareItems(a, b));
}

function isPart(other: BoardItem, { units }: BoardItem): boolean {
  return other.units > 0n === units > 0n && size(other.units) < size(units) && other.units !== 0n;
}

/** Everything that fits together, however many lines that are. */
function whole(target: BoardItem, parts: readonly BoardItem[]): readonly BoardItem[] | undefined {
  return total(parts) === target.units ? parts : undefined;
}

/** Choices of at most `maxLines` that have the sum; two where there are several, none where the search is given up. */
function subsets(search: Search, target: BoardItem, parts: readonly BoardItem[], days: number): BoardItem[][] {
  if (parts.length > maxCandidates) return [];
  const sorted = parts.toSorted((a, b) => compareUnits(size(b.units), size(a.units)) || compareItems(a, b));
  const found: BoardItem[][] = [];
  let steps = Math.min(maxSteps, search.stepsLeft);
  const walk = (index: number, left: bigint, chosen: readonly BoardItem[]): void => {
    if (found.length > 1 || steps <= 0) return;
    steps--;
    search.stepsLeft--;
    if (left === 0n) {
      found.push([...chosen]);
      return;
    }
    const item = sorted[index];
    if (!item || chosen.length >= search.rule.maxLines) return;
    const units = size(item.units);
    if (units <= left) walk(index + 1, left - units, [...chosen, item]);
    walk(index + 1 + againAfter(sorted, index, days), left, chosen);
  };
  walk(0, size(target.units), []);
  return steps > 0 ? found : [];
}

/** How many of the next ones only repeat this one: a choice with any of those in its place is the same. */
function againAfter(sorted: readonly BoardItem[], at: number, days: number): number {
  const item = sorted[at];
  const next = sorted.findIndex(
    (each, index) => index > at && !(item?.units === each.units && repeats(item, each, days)),
  );
  return (next < 0 ? sorted.length : next) - at - 1;
}

/** Position of the first item of that day or a later one. */
function firstFrom(items: readonly BoardItem[], day: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.day ?? Infinity) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareUnits(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
