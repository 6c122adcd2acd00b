/**
 * Lines whose amounts differ by something that is known: a fee that a statement states, a fee by rule, or a tolerance.
 * The larger amount is always the one before the fee, so that neither side is preferred.
 */
import { daysBetween, groupBy, type Board, type BoardItem, type Pair } from './board.ts';
import { kindsOf, onlyNames, type Families } from './families.ts';
import type { FeeRule, MatchRule } from './lines.ts';
import { matchPayouts } from './payouts.ts';
import { settleRanked } from './ranked.ts';
import { sweepSure, upTo } from './sweep.ts';
import { unitsOf, decimalsOf, size } from './sums-of-amounts.ts';

/** Pairs of one reference or name that are compared; where there are more, what they share says nothing. */
const maxPairs = 2500;

type KeyOf = (item: BoardItem) => string;

export function matchWithAllowance(board: Board, families: Families, rule: MatchRule): void {
  matchStated(board, families, rule);
  for (const fee of rule.fees ?? []) matchFee(board, families, rule, fee);
  if (rule.tolerance !== undefined) matchTolerance(board, families, rule, rule.tolerance);
}

/** The one side says what its amount was before the fee, and the other has booked that. */
function matchStated(board: Board, families: Families, { windowDays }: MatchRule): void {
  const [first, second] = [0, 1].map((side) => board.open(side as 0 | 1).some(({ gross }) => gross !== undefined));
  // Where both say it, there is nothing that the one could add to the other.
  if (first === second) return;
  const stating = first ? 0 : 1;
  const units = (item: BoardItem): bigint | undefined => (item.side === stating ? item.gross : item.units);
  const take = ([a, b]: Pair): void => board.allow('fee', 'stated by the statement', [a], [b]);
  const keyWith =
    (sharedOf: KeyOf): KeyOf =>
    (item) => {
      const own = units(item);
      const shared = sharedOf(item);
      return own === undefined || shared === '' ? '' : `${own} ${shared}`;
    };
  const days = upTo(windowDays);
  for (const sharedOf of [families, ({ who }: BoardItem) => who])
    sweepSure(board, { key: keyWith(sharedOf), days, take });
  // Two names that differ are of two payments, and so is what names the reference of another line.
  const kindOf = kindsOf(board, families);
  const free = (side: 0 | 1): BoardItem[] =>
    board.open(side).filter((item) => !(onlyNames(item) && kindOf(item) === 'bound'));
  const named = (side: 0 | 1, isNamed: boolean): BoardItem[] =>
    free(side).filter(({ name }) => (name !== '') === isNamed);
  const among = [
    [named(0, false), free(1)],
    [named(0, true), named(1, false)],
  ] as const;
  for (const each of among) sweepSure(board, { key: keyWith(() => 'any'), days, take, among: [each] });
}

function matchFee(board: Board, families: Families, rule: MatchRule, fee: FeeRule): void {
  const net = (gross: bigint): bigint => gross - feeOf(gross, fee, board.decimals);
  const fits = (a: BoardItem, b: BoardItem): boolean => {
    const [gross, other] = a.units > b.units ? [a.units, b.units] : [b.units, a.units];
    return gross !== other && net(gross) === other;
  };
  const take = ([a, b]: Pair): void => board.allow('fee', fee.name, [a], [b]);
  for (const key of [families, ({ who }: BoardItem) => who]) matchPairs(board, key, rule.windowDays, fits, take);
  matchPayouts(board, families, rule, fee, net);
}

function matchTolerance(board: Board, families: Families, rule: MatchRule, tolerance: string): void {
  const most = unitsAt(tolerance, board.decimals);
  const fits = (a: BoardItem, b: BoardItem): boolean =>
    size(a.units - b.units) <= most && a.units > 0n === b.units > 0n;
  const take = ([a, b]: Pair): void => board.allow('tolerance', tolerance, [a], [b]);
  for (const key of [families, ({ who }: BoardItem) => who]) matchPairs(board, key, rule.windowDays, fits, take);
}

/** Of what has something in common the pairs that fit, the nearest in days and amount first. */
function matchPairs(
  board: Board,
  key: KeyOf,
  days: number,
  fits: (a: BoardItem, b: BoardItem) => boolean,
  take: (pair: Pair) => void,
): void {
  const statement = groupBy(board.open(1), key);
  for (const [name, left] of groupBy(board.open(0), key)) {
    const right = statement.get(name) ?? [];
    if (left.length * right.length > maxPairs) continue;
    const pairs = left.flatMap((a) =>
      right.filter((b) => daysBetween(a, b) <= days && fits(a, b)).map((b): Pair => [a, b]),
    );
    const ranked = pairs.map((pair) => ({ pair, rank: [daysBetween(...pair), size(pair[0].units - pair[1].units)] }));
    settleRanked(board, ranked, { take, repeatDays: days });
  }
}

/** In the units of the board, rounded half up. */
function feeOf(gross: bigint, { percent = '0', fixed = '0' }: FeeRule, decimals: number): bigint {
  const places = decimalsOf(percent);
  const share = size(gross) * unitsOf(percent, places);
  const divisor = 10n ** BigInt(places + 2);
  return (2n * share + divisor) / (2n * divisor) + unitsAt(fixed, decimals);
}

/** What is smaller than the smallest unit of the lines is nothing. */
function unitsAt(amount: string, decimals: number): bigint {
  const more = Math.max(0, decimalsOf(amount) - decimals);
  return unitsOf(amount, decimals + more) / 10n ** BigInt(more);
}
