/** The lines still open on either side, in one order that depends on nothing but the lines themselves. */
import type { Difference, Evidence, Line, Match } from './lines.ts';
import { nameKey, referenceKey, referencesIn, whoKey } from './names.ts';
import { amountOf, decimalsOf, unitsOf, withDecimals } from './sums-of-amounts.ts';

/** A line as it is compared. */
export interface BoardItem {
  readonly line: Line;
  readonly side: 0 | 1;
  /** In the smallest unit that any of the lines has. */
  readonly units: bigint;
  /** As a text that is one for all amounts that are. */
  readonly amount: string;
  /** Days since the Unix epoch. */
  readonly day: number;
  /** Before a fee, where the line says so. */
  readonly gross: bigint | undefined;
  /** The bank's own identifier; empty where there is none. */
  readonly id: string;
  readonly reference: string;
  readonly name: string;
  /** The words of the name in one order, so that it is one however a bank writes it. */
  readonly who: string;
  /** What in its text may be a reference. */
  readonly named: readonly string[];
  open: boolean;
}

export type Pair = readonly [ledger: BoardItem, statement: BoardItem];
export type Sides = readonly [ledger: readonly BoardItem[], statement: readonly BoardItem[]];

export class Board {
  readonly sides: readonly [readonly BoardItem[], readonly BoardItem[]];
  /** Of the amounts in {@link Item.units}. */
  readonly decimals: number;
  readonly matches: Match[] = [];
  readonly differences: Difference[] = [];
  /** What has found its counterpart before, and can only be repeated now. */
  readonly settled: readonly [readonly BoardItem[], readonly BoardItem[]];

  /** Of no further part in anything, and without a counterpart in the end. */
  readonly #aside = new Set<BoardItem>();

  constructor(ledger: readonly Line[], statement: readonly Line[], settled: readonly Match[] = []) {
    const before = [settled.flatMap((each) => each.ledger), settled.flatMap((each) => each.statement)] as const;
    const scale = Math.max(0, ...[ledger, statement, ...before].map(mostDecimals));
    this.decimals = scale;
    const items = itemsWith(scale);
    this.sides = [items(ledger, 0), items(statement, 1)];
    this.settled = [items(before[0], 0), items(before[1], 1)];
    for (const item of this.settled.flat()) item.open = false;
  }

  open(side: 0 | 1): BoardItem[] {
    return this.sides[side].filter((item) => item.open);
  }

  match(by: Evidence, ledger: readonly BoardItem[], statement: readonly BoardItem[]): void {
    for (const item of [...ledger, ...statement]) item.open = false;
    this.matches.push({ by, ledger: linesOf(ledger), statement: linesOf(statement) });
  }

  /** Lines whose amounts may differ by what the name stands for. */
  allow(by: 'fee' | 'tolerance', name: string, ledger: readonly BoardItem[], statement: readonly BoardItem[]): void {
    for (const item of [...ledger, ...statement]) item.open = false;
    const sum = (items: readonly BoardItem[]): bigint => items.reduce((all, { units }) => all + units, 0n);
    const amount = amountOf(sum(ledger) - sum(statement), this.decimals);
    this.matches.push({ by, ledger: linesOf(ledger), statement: linesOf(statement), allowed: { name, amount } });
  }

  /** Keeps lines out of all that follows, until {@link reopen}. */
  leave(items: readonly BoardItem[]): void {
    for (const item of items) {
      item.open = false;
      this.#aside.add(item);
    }
  }

  /** What was left has found no counterpart. */
  reopen(): void {
    for (const item of this.#aside) item.open = true;
    this.#aside.clear();
  }

  differ(differs: Difference['differs'], [ledger, statement]: Pair): void {
    ledger.open = false;
    statement.open = false;
    this.differences.push({ differs, ledger: ledger.line, statement: statement.line });
  }
}

export function linesOf(items: readonly BoardItem[]): Line[] {
  return items.map(({ line }) => line);
}

export function compareItems(a: BoardItem, b: BoardItem): number {
  return a.day - b.day || compareTexts(a.line.amount, b.line.amount) || compareTexts(keyOf(a), keyOf(b));
}

/** Decides between lines that nothing else tells apart. */
export function keyOf({ line, reference, name }: BoardItem): string {
  return [line.amount, reference, name, line.text ?? '', line.id ?? '', line.place].join('\u0000');
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function daysBetween(a: BoardItem, b: BoardItem): number {
  return Math.abs(a.day - b.day);
}

/** Items by what they have in common; those whose key is empty have nothing in common with any. */
export function groupBy<T extends BoardItem>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
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

/** Of the amounts. */
export function mostDecimals(lines: readonly Line[]): number {
  return lines.reduce((most, { amount }) => Math.max(most, decimalsOf(amount)), 0);
}

/** Days since the Unix epoch. */
export function dayOf({ date }: Line): number {
  return Date.parse(date) / 86_400_000;
}

function itemsWith(scale: number): (lines: readonly Line[], side: 0 | 1) => BoardItem[] {
  // The same few counterparties stand in thousands of lines.
  const names = new Map<string | undefined, Names>();
  const nameOf = (given: string | undefined): Names => {
    const found = names.get(given);
    if (found) return found;
    const name = nameKey(given);
    const own = { name, who: whoKey(name) };
    names.set(given, own);
    return own;
  };
  return (lines, side) => lines.map((line) => itemOf(line, side, scale, nameOf)).toSorted(compareItems);
}

type Names = Pick<BoardItem, 'name' | 'who'>;

function itemOf(line: Line, side: 0 | 1, scale: number, nameOf: (name: string | undefined) => Names): BoardItem {
  const { name, who } = nameOf(line.counterparty);
  return {
    line,
    side,
    units: unitsOf(line.amount, scale),
    amount: withDecimals(line.amount, scale),
    gross: line.gross === undefined ? undefined : unitsOf(line.gross, scale),
    id: referenceKey(line.id),
    day: dayOf(line),
    reference: referenceKey(line.reference),
    name,
    who,
    named: referencesIn(line.text),
    open: true,
  };
}
