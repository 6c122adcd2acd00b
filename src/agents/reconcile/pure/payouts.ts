/**
 * One line that is several of the other side less the fee of each, as a provider pays out what it took: those of one
 * reference, all of one day, or all of some days in a row. What was given back goes off whole, since no fee is kept of it.
 */
import { daysBetween, groupBy, type Board, type BoardItem } from './board.ts';
import { sureOf, type Choice } from './choices.ts';
import { kindsOf, type Families } from './families.ts';
import type { FeeRule, MatchRule } from './lines.ts';
import { amountOf } from './sums-of-amounts.ts';

type KeyOf = (item: BoardItem) => string;
/** What comes of an amount once the fee is kept. */
export type Net = (gross: bigint) => bigint;

export function matchPayouts(board: Board, families: Families, rule: MatchRule, fee: FeeRule, net: Net): void {
  const paid = ({ units }: BoardItem): bigint => (units > 0n ? net(units) : units);
  for (const found of [ofReferences, ofDays]) {
    for (const { parts, target } of sureOf(found(board, families, rule, paid), rule.windowDays)) {
      if (target.side === 1) board.allow('fee', fee.name, parts, [target]);
      else board.allow('fee', fee.name, [target], parts);
    }
  }
}

type Paid = (item: BoardItem) => bigint;

/** All lines of one reference. */
function ofReferences(board: Board, families: Families, { lateDays }: MatchRule, paid: Paid): Choice[] {
  return ([0, 1] as const).flatMap((side) => {
    const targets = groupBy(board.open(side === 0 ? 1 : 0), amountKey);
    const groups = [...groupBy(board.open(side), families).values()].filter(({ length }) => length >= 2);
    return groups.flatMap((parts) => {
      const fitting = targets.get(amountOf(sumOf(parts, paid), board.decimals)) ?? [];
      const near = fitting.filter((target) => parts.every((part) => daysBetween(part, target) <= lateDays));
      return near.map((target) => ({ parts, target }));
    });
  });
}

/** All lines of some days in a row, with what was given back in them or without. */
function ofDays(board: Board, families: Families, { windowDays }: MatchRule, paid: Paid): Choice[] {
  const kindOf = kindsOf(board, families);
  const free = ([0, 1] as const).map((side) => board.open(side).filter((item) => kindOf(item) !== 'bound'));
  return ([0, 1] as const).flatMap((side) => {
    const byDay = daysOf(free[side] ?? [], paid);
    const targets = (free[1 - side] ?? []).filter(({ units }) => units > 0n);
    return targets.flatMap((target) => runsThatCome(byDay, target, windowDays).map((parts) => ({ parts, target })));
  });
}

/** The lines of one day, and what is paid for them. */
interface Day {
  readonly items: readonly BoardItem[];
  readonly gains: readonly BoardItem[];
  readonly paid: bigint;
  readonly paidForGains: bigint;
}

function daysOf(items: readonly BoardItem[], paid: Paid): ReadonlyMap<number, Day> {
  const groups = groupBy(items, ofDay);
  return new Map(
    [...groups].map(([day, own]) => {
      const gains = own.filter(({ units }) => units > 0n);
      return [Number(day), { items: own, gains, paid: sumOf(own, paid), paidForGains: sumOf(gains, paid) }];
    }),
  );
}

/** By sums of whole days, so that a line is not looked at once for each that may be the payout. */
function runsThatCome(byDay: ReadonlyMap<number, Day>, { day, units }: BoardItem, days: number): BoardItem[][] {
  const near = Array.from({ length: 2 * days + 1 }, (_, at) => byDay.get(day - days + at)).filter(
    (each) => each !== undefined,
  );
  const runs: BoardItem[][] = [];
  for (const from of near.keys()) {
    let [all, gained] = [0n, 0n];
    for (const to of near.keys()) {
      const own = to < from ? undefined : near[to];
      if (!own) continue;
      all += own.paid;
      gained += own.paidForGains;
      // Days at an end without a gain make no other choice of gains.
      const hasEnds = own.gains.length > 0 && (near[from]?.gains.length ?? 0) > 0;
      if (gained === units && hasEnds) runs.push(near.slice(from, to + 1).flatMap(({ gains }) => gains));
      if (all === units && all !== gained) runs.push(near.slice(from, to + 1).flatMap(({ items }) => items));
    }
  }
  return runs.filter(({ length }) => length >= 2);
}

const amountKey: KeyOf = ({ amount }) => amount;
const ofDay: KeyOf = ({ day }) => String(day);

const sumOf = (items: readonly BoardItem[], paid: Paid): bigint => items.reduce((sum, item) => sum + paid(item), 0n);
