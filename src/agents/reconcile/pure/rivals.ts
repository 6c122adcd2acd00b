/**
 * Lines that fit equally well: those that share a key and are just as many days apart.
 * Their texts decide; where these do not, and a line would be left over, no choice among them is sure and none is taken.
 * A text that is told by its words decides before the nearer day does.
 */
import { daysBetween, type Board, type BoardItem, type Pair, type Sides } from './board.ts';
import { isRepetition } from './duplicates.ts';
import { likeness, nameKey } from './names.ts';

/** Pairs whose texts are compared. */
const maxPairs = 2500;
/** Of fewer letters a word stands in many texts. */
const leastWord = 4;

export interface Settling {
  /** The days between the lines of a pair. */
  readonly gap: number;
  readonly take: (pair: Pair) => void;
  /** Days up to which a line may be another one of its side once more. */
  readonly repeatDays: number;
}

/** Takes what is sure of the pairs that are so many days apart, and leaves lines that have rivals. Both sides are in the order of their days. */
export function settleAt(board: Board, sides: Sides, how: Settling): void {
  const { gap, take } = how;
  for (const rivals of rivalsAt(sides, gap)) {
    if (rivals.every(({ length }) => length === 1)) takeAll(pairsUp(...rivals, gap), take);
    else settleRivals(board, rivals, how);
  }
}

function settleRivals(board: Board, rivals: Sides, { gap, take, repeatDays }: Settling): void {
  takeAll(
    toldApart(rivals, ([a, b]) => daysBetween(a, b) === gap, repeatDays),
    take,
  );
  for (const sides of rivalsAt([rivals[0].filter(isOpen), rivals[1].filter(isOpen)], gap)) {
    const pairs = pairsUp(...sides, gap);
    if (areSure(sides, pairs, repeatDays)) takeAll(pairs, take);
    else board.leave(sides.flat());
  }
}

/** Of lines that share a key the pairs that at least half of their words tell apart, however many of the days lie between. */
export function takeAlike(sides: Sides, days: number, { take, repeatDays }: Omit<Settling, 'gap'>): void {
  const pairs = sides[0].length * sides[1].length;
  if (pairs < 2) return;
  const told = toldApart(sides, ([a, b]) => daysBetween(a, b) <= days, repeatDays);
  for (const pair of told) if (pair.every(isOpen) && sayAlike(pair)) take(pair);
}

function sayAlike([a, b]: Pair): boolean {
  const [one, other] = [nameKey(saidOf(a)), nameKey(saidOf(b))];
  return one === other || likeness(one, other) >= 0.5;
}

export function takeAll(pairs: readonly Pair[], take: (pair: Pair) => void): void {
  for (const pair of pairs) if (pair.every(isOpen)) take(pair);
}

export const isOpen = ({ open }: BoardItem): boolean => open;

/** Lines that are linked by pairs of this gap, each with all that it may be a pair with. */
function rivalsAt([left, right]: Sides, gap: number): Sides[] {
  const [a, b] = [left[0], right[0]];
  if (!a || !b) return [];
  if (left.length === 1 && right.length === 1) return daysBetween(a, b) === gap ? [[left, right]] : [];
  const days = [byDay(left), byDay(right)] as const;
  return ([0, 1] as const).flatMap((side) =>
    [...days[side].keys()].flatMap((day) => {
      const isFirst = gap === 0 ? side === 0 : !days[1 - side]?.has(day - gap);
      const rivals = isFirst ? rivalsFrom(days, side, day, gap) : undefined;
      return rivals && rivals[0].length > 0 && rivals[1].length > 0 ? [rivals] : [];
    }),
  );
}

type Days = ReadonlyMap<number, readonly BoardItem[]>;

/** From a day of the one side to the next of the other, as long as there is one. */
function rivalsFrom(days: readonly [Days, Days], side: 0 | 1, from: number, gap: number): Sides {
  const sides: [BoardItem[], BoardItem[]] = [[], []];
  const steps = gap === 0 ? 2 : Infinity;
  for (let step = 0; step < steps; step++) {
    const at = (side + step) % 2 === 0 ? 0 : 1;
    const items = days[at].get(from + step * gap);
    if (!items) break;
    sides[at].push(...items);
  }
  return sides;
}

function byDay(items: readonly BoardItem[]): Days {
  const days = new Map<number, BoardItem[]>();
  for (const item of items) {
    const own = days.get(item.day);
    if (own) own.push(item);
    else days.set(item.day, [item]);
  }
  return days;
}

/** Pairs whose texts share more than that of either shares with any other line, unless that one only repeats it; the best first. */
export function toldApart([left, right]: Sides, isPair: (pair: Pair) => boolean, repeatDays: number): Pair[] {
  if (left.length * right.length > maxPairs) return [];
  const saidBy = new Map([...left, ...right].map((item) => [item, nameKey(saidOf(item))]));
  const sharedBy = (a: BoardItem, b: BoardItem): number =>
    isPair([a, b]) ? wordsShared(saidBy.get(a) ?? '', saidBy.get(b) ?? '') : 0;
  const table = new Map(left.map((a) => [a, new Map(right.map((b) => [b, sharedBy(a, b)]))]));
  const shared = ([a, b]: Pair): number => table.get(a)?.get(b) ?? 0;
  const pairs = left.flatMap((a) => right.map((b): Pair => [a, b]));
  const rivals = new Map(
    [left, right].flatMap((items) =>
      items.map((item) => [item, items.filter((rival) => !repeats(item, rival, repeatDays))]),
    ),
  );
  const told = pairs.filter((pair) => {
    const [a, b] = pair;
    const own = shared(pair);
    return (
      own > 0 &&
      rivals.get(a)?.every((rival) => shared([rival, b]) < own) &&
      rivals.get(b)?.every((rival) => shared([a, rival]) < own)
    );
  });
  // Of lines that repeat each other the one that fits best has the pair.
  const order = (one: Pair, other: Pair): number =>
    shared(one) === shared(other) ? daysBetween(...one) - daysBetween(...other) : shared(other) - shared(one);
  return told.toSorted(order);
}

/** Whether each line of either side has a pair, or is another one of its side once more. */
export function areSure(sides: Sides, pairs: readonly Pair[], repeatDays: number): boolean {
  const paired = new Set(pairs.flat());
  return sides.every(
    (items) => items.every((item) => paired.has(item)) || items.every((item) => repeats(items[0], item, repeatDays)),
  );
}

/** Whichever of two is taken, nothing else is said: the one is the other once more, or only the bank's identifier tells them apart. */
export function repeats(a: BoardItem | undefined, b: BoardItem, days: number): boolean {
  return a === b || (a !== undefined && (isRepetition(a, b, days) || isSameButForId(a, b)));
}

function isSameButForId(a: BoardItem, b: BoardItem): boolean {
  return a.day === b.day && a.reference === b.reference && a.name === b.name && a.line.text === b.line.text;
}

export function saidOf({ line: { counterparty = '', text = '' } }: BoardItem): string {
  return `${counterparty} ${text}`;
}

/** Without end where they say the same. */
function wordsShared(one: string, other: string): number {
  if (one === other) return one === '' ? 0 : Infinity;
  const words = new Set(other.split(' '));
  return new Set(one.split(' ').filter((word) => words.has(word) && (word.length >= leastWord || /\d/.test(word))))
    .size;
}

/** Both lists are in the order of their days, so what is too early for the next one is too early for all others. */
export function pairsUp(left: readonly BoardItem[], right: readonly BoardItem[], most: number): Pair[] {
  const pairs: Pair[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const a = left[i];
    const b = right[j];
    if (!a || !b) return pairs;
    const gap = a.day - b.day;
    if (Math.abs(gap) <= most) {
      pairs.push([a, b]);
      i++;
      j++;
    } else if (gap < 0) i++;
    else j++;
  }
}
