/** Lines that are there once more than on the other side: each repeats a line of its own side. */
import { Board, compareItems, groupBy, type BoardItem } from './board.ts';
import type { Duplicate, Line, Match, MatchRule } from './lines.ts';

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
  const wanted = new Set(side.filter(({ open }) => open).map(repetitionKey));
  const before = settled.filter((item) => wanted.has(repetitionKey(item)));
  for (const alike of groupBy([...before, ...side], repetitionKey).values()) {
    const originals = alike.filter(({ open }) => !open);
    for (const item of alike) {
      if (!item.open) continue;
      const original = originals.find((each) => Math.abs(each.day - item.day) <= windowDays && mayRepeat(item, each));
      if (original) {
        duplicates.push({ line: item.line, of: original.line.place });
        repeated.add(item);
      } else originals.push(item);
    }
  }
  return { duplicates, single: side.filter((item) => item.open && !repeated.has(item)).toSorted(compareItems) };
}

/** Of what was matched before, what any of these lines may repeat; {@link splitDuplicates} looks at nothing else of it. */
export function repeatable(settled: readonly Match[], ledger: readonly Line[], statement: readonly Line[]): Match[] {
  const board = new Board(ledger, statement, settled);
  const wanted = new Set<Line>();
  for (const side of [0, 1] as const) {
    const keys = new Set(board.sides[side].map(repetitionKey));
    for (const item of board.settled[side]) if (keys.has(repetitionKey(item))) wanted.add(item.line);
  }
  return settled.filter((match) => [match.ledger, match.statement].some((lines) => lines.some((line) => wanted.has(line))));
}

/** Two payments that the bank keeps apart are two, however alike they are. */
function mayRepeat(item: BoardItem, other: BoardItem): boolean {
  return item.id === '' || other.id === '' || item.id === other.id;
}

/** With a reference, any day of the window will do; without one, all that is known must be the same. */
function repetitionKey({ units, reference, name, day, line }: BoardItem): string {
  return reference === '' ? `${units}|${day}|${name}|${line.text ?? ''}` : `${units}|${reference}`;
}
