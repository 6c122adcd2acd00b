/** Every number, date and time that rows say, to hold against what a text says. */
import type { Row } from './conversation.ts';
import { factsIn, numbersOf, plainText, type Fact } from './numbers.ts';

export function holds({ kind }: Fact, meaning: string, allowed: ReadonlySet<string>): boolean {
  if (allowed.has(meaning)) return true;
  // A date of a row may be said without its year.
  return kind === 'date' && meaning.length === 5 && [...allowed].some((value) => value.endsWith(`-${meaning}`));
}

/** Every number, date and time of the rows, and what may be counted of them. */
export function valuesOf(rows: readonly Row[], { asked }: { readonly asked: readonly unknown[] }): ReadonlySet<string> {
  const values = new Set<string>();
  const totals = new Map<string, number>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      for (const each of valuesIn(shown(name, value))) values.add(each);
      if (isCents(name, value)) totals.set(name, (totals.get(name) ?? 0) + Number(value));
    }
  }
  for (const total of totals.values()) for (const each of valuesIn(inWhole(total))) values.add(each);
  for (let count = 1; count <= rows.length; count++) values.add(String(count));
  for (const input of asked) for (const each of valuesIn(JSON.stringify(input) ?? '')) values.add(each);
  return values;
}

/** A column of a row with what of it can be compared. */
export interface Cell {
  readonly column: string;
  readonly facts: readonly Fact[];
  readonly isMoney: boolean;
  readonly values: ReadonlySet<string>;
}

/** The cells of rows, each row read once. */
export function cellReader(): (row: Row) => readonly Cell[] {
  const read = new Map<Row, readonly Cell[]>();
  return (row) => {
    const known = read.get(row) ?? cellsOf(row);
    read.set(row, known);
    return known;
  };
}

function cellsOf({ ref: _ref, ...columns }: Row): Cell[] {
  return Object.entries(columns).map(([column, value]) => {
    const text = shown(column, value);
    const isMoney = isCents(column, value) || /\p{Sc}|[A-Z]{3} ?\d/u.test(text);
    return { column, facts: factsIn(text), isMoney, values: new Set(valuesIn(text)) };
  });
}

type Value = Row[string];
const isCents = (name: string, value: Value): boolean => typeof value === 'number' && name.endsWith('Cents');
const inWhole = (cents: number): string => (cents / 100).toFixed(2);

function shown(name: string, value: Value): string {
  if (isCents(name, value)) return inWhole(Number(value));
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function valuesIn(text: string): string[] {
  const said = factsIn(text).flatMap(({ meanings }) => meanings);
  // `P-10422` and `NL0421` are names in which the number counts as well.
  const named = [...plainText(text).matchAll(/(?<=\p{L}-?)\d{1,20}/gu)].flatMap(([digits]) => numbersOf(digits));
  return [...said, ...named];
}
