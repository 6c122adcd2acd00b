/**
 * Pairs what has something in common, the nearest dates first.
 * It goes over the same lists once for each number of days, as one pass would shift whole rows by a day.
 */
import { groupBy, type Board, type BoardItem, type Pair } from './board.ts';

export interface Sweep {
  /** What two items must have in common; empty for an item that takes no part. */
  readonly key: (item: BoardItem) => string;
  /** The days to allow, one pass each, ascending. */
  readonly days: readonly number[];
  readonly take: (pair: Pair) => void;
  /** Which of the open items take part, against which; several in each pass one after the other. @default all */
  readonly among?: readonly Sides[];
}

export type Sides = readonly [ledger: readonly BoardItem[], statement: readonly BoardItem[]];

export function sweep(board: Board, { key, days, take, among = [[board.open(0), board.open(1)]] }: Sweep): void {
  let alike = among.flatMap((sides) => alikeIn(sides, key));
  for (const most of days) {
    for (const [left, right] of alike) pairUp(left.filter(isOpen), right.filter(isOpen), most, take);
    // Most are done after the first pass.
    alike = alike.filter((sides) => sides.every((items) => items.some(isOpen)));
  }
}

/** Those of either side that have something in common. */
function alikeIn([ledger, statement]: Sides, key: Sweep['key']): Sides[] {
  const groups = groupBy(statement, key);
  return [...groupBy(ledger, key)].flatMap(([name, left]) => {
    const right = groups.get(name);
    return right ? [[left, right] as const] : [];
  });
}

/** No gap at all, then one day, and so on. */
export function upTo(days: number): number[] {
  return Array.from({ length: days + 1 }, (_, day) => day);
}

const isOpen = ({ open }: BoardItem): boolean => open;

/** Both lists are in the order of their days, so what is too early for the next one is too early for all others. */
function pairUp(left: readonly BoardItem[], right: readonly BoardItem[], most: number, take: Sweep['take']): void {
  let i = 0;
  let j = 0;
  for (;;) {
    const a = left[i];
    const b = right[j];
    if (!a || !b) return;
    const gap = a.day - b.day;
    if (Math.abs(gap) <= most) {
      take([a, b]);
      i++;
      j++;
    } else if (gap < 0) i++;
    else j++;
  }
}
