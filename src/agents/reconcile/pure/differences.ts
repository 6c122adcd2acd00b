/** Lines that are meant to be the same, but whose date or amount is not. */
import type { Board, BoardItem } from './board.ts';
import type { Families } from './families.ts';
import type { Difference, MatchRule } from './lines.ts';
import { withAmount } from './singles.ts';
import { sweep } from './sweep.ts';

/** A reference that comes again each month must not pair one month with another, so amounts that differ are kept near. */
const monthDays = 31;

const reference = ({ reference: own }: BoardItem): string => own;

export function matchDifferences(board: Board, families: Families, { windowDays, lateDays }: MatchRule): void {
  const find = (differs: Difference['differs'], key: (item: BoardItem) => string, days: readonly number[]): void =>
    sweep(board, { key, days, take: (pair) => board.differ(differs, pair) });
  const near = [0, windowDays, lateDays, monthDays];
  find('date', withAmount(reference), [...near, Infinity]);
  find('date', withAmount(families), near);
  find(
    'date',
    withAmount(({ name }) => name),
    [lateDays],
  );
  find('amount', reference, near);
  find('amount', families, [0, windowDays]);
}
