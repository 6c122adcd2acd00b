/** The lines still open on either side, in one order that depends on nothing but the lines themselves. */
import { Big } from 'big.js';
import type { Difference, Evidence, Line, Match } from './lines.ts';
import { nameKey, referenceKey } from './names.ts';

/** A line as it is compared. */
export interface Item {
  readonly line: Line;
  readonly side: 0 | 1;
  /** In the smallest unit that any of the lines has. */
  readonly units: bigint;
  /** Days since the Unix epoch. */
  readonly day: number;
  readonly reference: string;
  readonly name: string;
  /** Decides between lines that nothing else tells apart. */
  readonly key: string;
  open: boolean;
}

export type Pair = readonly [ledger: Item, statement: Item];

export class Board {
  readonly sides: readonly [readonly Item[], readonly Item[]];
  readonly matches: Match[] = [];
  readonly differences: Difference[] = [];
  /** What has found its counterpart before, and can only be repeated now. */
  readonly settled: readonly [readonly Item[], readonly Item[]];

  constructor(ledger: readonly Line[], statement: readonly Line[], settled: readonly Match[] = []) {
    const before = [settled.flatMap((each) => each.ledger), settled.flatMap((each) => each.statement)] as const;
    const decimals = Math.max(0, ...[ledger, statement, ...before].map(mostDecimals));
    const scale = new Big(10).pow(decimals);
    this.sides = [itemsOf(ledger, 0, scale), itemsOf(statement, 1, scale)];
    this.settled = [itemsOf(before[0], 0, scale), itemsOf(before[1], 1, scale)];
    for (const item of this.settled.flat()) item.open = false;
  }

  open(side: 0 | 1): Item[] {
    return this.sides[side].filter((item) => item.open);
  }

  match(by: Evidence, ledger: readonly Item[], statement: readonly Item[]): void {
    for (const item of [...ledger, ...statement]) item.open = false;
    this.matches.push({ by, ledger: linesOf(ledger), statement: linesOf(statement) });
  }

  differ(differs: Difference['differs'], [ledger, statement]: Pair): void {
    ledger.open = false;
    statement.open = false;
    this.differences.push({ differs, ledger: ledger.line, statement: statement.line });
  }
}

export function linesOf(items: readonly Item[]): Line[] {
  return items.map(({ line }) => line);
}

export function compareItems(a: Item, b: Item): number {
  return a.day - b.day || compareTexts(a.key, b.key);
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function daysBetween(a: Item, b: Item): number {
  return Math.abs(a.day - b.day);
}

/** Items by what they have in common; those whose key is empty have nothing in common with any. */
export function groupBy<T extends Item>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (name === '') continue;
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

function mostDecimals(lines: readonly Line[]): number {
  return lines.reduce((most, { amount }) => Math.max(most, amount.split('.')[1]?.length ?? 0), 0);
}

function itemsOf(lines: readonly Line[], side: 0 | 1, scale: Big): Item[] {
  return lines.map((line) => itemOf(line, side, scale)).toSorted(compareItems);
}

function itemOf(line: Line, side: 0 | 1, scale: Big): Item {
  const reference = referenceKey(line.reference);
  const name = nameKey(line.counterparty);
  return {
    line,
    side,
    units: BigInt(new Big(line.amount).times(scale).toFixed(0)),
    day: Date.parse(line.date) / 86_400_000,
    reference,
    name,
    key: [line.amount, reference, name, line.text ?? '', line.place].join('\u0000'),
    open: true,
  };
}
