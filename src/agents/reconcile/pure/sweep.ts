/**
 * Pairs what has something in common, the nearest dates first.
 * It goes over the same lists once for each number of days, as one pass would shift whole rows by a day.
 */
import { groupBy, type Board, type BoardItem, type Pair, type Sides } from './board.ts';
import { isOpen, settleAt, takeAlike } from './rivals.ts';

export interface Sweep {
  /** What two items must have in common; empty for an item that takes no part. */
  readonly key: (item: BoardItem) => string;
  /** The days to allow, one pass each, ascending. */
  readonly days: readonly number[];
  readonly take: (pair: Pair) => void;
  /** Which of the open items take part, against which; several in each pass one after the other. @default all */
  readonly among?: readonly Sides[];
}

/** Up to so many days apart, and among lines equally near none that is not sure; what is not takes no more part in anything. */
export function sweepSure(board: Board, { key, days, take, among = [[board.open(0), board.open(1)]] }: Sweep): void {
  const repeatDays = Math.max(...days);
  const alike = among.flatMap((sides) => alikeIn(sides, key));
  for (const sides of alike) takeAlike(sides, repeatDays, { take, repeatDays });
  passes(alike, days, (sides, gap) => settleAt(board, sides, { gap, take, repeatDays }));
}

function passes(sides: readonly Sides[], days: readonly number[], pass: (sides: Sides, days: number) => void): void {
  let alike = sides;
  for (const most of days) {
    for (const [left, right] of alike) pass([left.filter(isOpen), right.filter(isOpen)], most);
    // Most are done after the first pass.
    alike = alike.filter((each) => each.every((items) => items.some(isOpen)));
  }
}

/** Those of either side that have something in common. */
export function alikeIn([ledger, statement]: Sides, key: Sweep['key']): Sides[] {
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
