/** Lines that are meant to be the same, but whose date or amount is not. */
import { daysBetween, type Board, type BoardItem, type Pair } from './board.ts';
import type { Families } from './families.ts';
import type { Difference, MatchRule } from './lines.ts';
import { settleRanked, type RankedPair } from './ranked.ts';
import { size } from './sums-of-amounts.ts';
import { withAmount } from './singles.ts';
import { alikeIn } from './sweep.ts';

/** A reference that comes again each month must not pair one month with another, so amounts that differ are kept near. */
const monthDays = 31;
/** Pairs that are compared; where there are more, what they share says nothing. */
const maxPairs = 2500;

const reference = ({ reference: own }: BoardItem): string => own;

export function matchDifferences(board: Board, families: Families, { windowDays, lateDays }: MatchRule): void {
  const find = (differs: Difference['differs'], key: (item: BoardItem) => string, days: readonly number[]): void => {
    const rank = (pair: Pair): RankedPair['rank'] =>
      differs === 'date'
        ? [daysBetween(...pair)]
        : [days.findIndex((most) => daysBetween(...pair) <= most), size(pair[0].units - pair[1].units)];
    for (const [left, right] of alikeIn([board.open(0), board.open(1)], key)) {
      if (left.length * right.length > maxPairs) continue;
      const pairs = left.flatMap((a) => right.map((b): Pair => [a, b]));
      const near = pairs.filter((pair) => daysBetween(...pair) <= Math.max(...days));
      const take = (pair: Pair): void => board.differ(differs, pair);
      settleRanked(
        board,
        near.map((pair) => ({ pair, rank: rank(pair) })),
        { take, repeatDays: windowDays },
      );
    }
  };
  const near = [0, windowDays, lateDays, monthDays];
  find('date', withAmount(reference), [Infinity]);
  find('date', withAmount(families), near);
  find(
    'date',
    withAmount(({ who }) => who),
    [lateDays],
  );
  find('amount', reference, near);
  find('amount', families, [0, windowDays]);
}
