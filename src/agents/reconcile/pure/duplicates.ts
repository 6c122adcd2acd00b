/** Lines that are there once more than on the other side: each repeats a line of its own side. */
import { compareItems, dayOf, daysBetween, groupBy, type BoardItem } from './board.ts';
import type { Duplicate, Line, MatchRule } from './lines.ts';
import { nameKey, referenceKey } from './names.ts';
import { shortest } from './sums-of-amounts.ts';

export interface Split {
  readonly duplicates: readonly Duplicate[];
  /** What repeats nothing. */
  readonly single: readonly BoardItem[];
}

/** The open items of one side. What found its counterpart is the original; among open ones the first is. */
export function splitDuplicates(
  side: readonly BoardItem[],
  settled: readonly BoardItem[],
  { windowDays }: MatchRule,
): Split {
  const duplicates: Duplicate[] = [];
  const repeated = new Set<BoardItem>();
  const amounts = new Set(side.filter(({ open }) => open).map(({ amount }) => amount));
  const before = [...settled, ...side].filter(({ amount }) => amounts.has(amount)).toSorted(compareItems);
  for (const alike of groupBy(before, repetitionKey).values()) {
    const originals = alike.filter(({ open }) => !open);
    for (const item of alike) {
      if (!item.open) continue;
      const original = originals.find((each) => daysBetween(each, item) <= windowDays && mayRepeat(item, each));
      if (original) {
        duplicates.push({ line: item.line, of: original.line.place });
        repeated.add(item);
      } else originals.push(item);
    }
  }
  return { duplicates, single: side.filter((item) => item.open && !repeated.has(item)).toSorted(compareItems) };
}

export type Comparable = Pick<BoardItem, 'amount' | 'reference' | 'name' | 'day' | 'line'>;

/** The name of a line with a reference is not asked for, and costs most. */
export function comparable(line: Line): Comparable {
  const reference = referenceKey(line.reference);
  const name = reference === '' ? nameKey(line.counterparty) : '';
  return { amount: shortest(line.amount), reference, name, day: dayOf(line), line };
}

/** Whether the one is the other once more. */
export function isRepetition(a: BoardItem, b: BoardItem, days: number): boolean {
  return repetitionKey(a) === repetitionKey(b) && daysBetween(a, b) <= days && mayRepeat(a, b);
}

/** Two payments that the bank keeps apart are two, however alike they are. */
function mayRepeat(item: BoardItem, other: BoardItem): boolean {
  return item.id === '' || other.id === '' || item.id === other.id;
}

/** With a reference, any day of the window will do; without one, all that is known must be the same. */
export function repetitionKey({ amount, reference, name, day, line }: Comparable): string {
  return reference === '' ? `${amount}|${day}|${name}|${line.text ?? ''}` : `${amount}|${reference}`;
}
