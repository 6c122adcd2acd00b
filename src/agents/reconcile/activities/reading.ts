/** What every reader of a format makes of a file. */
import type { Line } from '../pure/lines.ts';
import type { FileFormat, StatementBalances } from '../pure/types.ts';
import type { LineGroups } from './line-groups.ts';

/** A file as it was read: each of its lines is here, or counted with its reason in the notes. */
export interface FileContent {
  readonly format: FileFormat;
  readonly lines: LineGroups;
  readonly balances: readonly StatementBalances[];
  readonly notes: readonly string[];
}

type Fields = Pick<Line, 'place' | 'date' | 'amount'> & {
  readonly [K in Exclude<keyof Line, 'place' | 'date' | 'amount'>]?: string | undefined;
};

/** A line without the fields that are not there. */
export function lineOf({ place, date, amount, gross, id, reference, counterparty, text }: Fields): Line {
  // Field by field, as there are millions of them.
  const line: { -readonly [K in keyof Line]: Line[K] } = { place, date, amount };
  if (gross !== undefined) line.gross = gross;
  if (id !== undefined) line.id = id;
  if (reference !== undefined) line.reference = reference;
  if (counterparty !== undefined) line.counterparty = counterparty;
  if (text !== undefined) line.text = text;
  return line;
}

/** Counts what is left out by its reason, so that nothing is dropped without a word; or what is taken in all the same. */
export class LeftOut {
  readonly #counts = new Map<string, number>();

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  add(reason: string, count = 1): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  addAll(counts: ReadonlyMap<string, number>): void {
    for (const [reason, count] of counts) this.add(reason, count);
  }

  /** As `3 rows left out: pending`; one note a reason. @param noun in the plural @param where such as the statement, where a file has several */
  notes(noun: string, where = '', done = 'left out'): string[] {
    const prefix = where === '' ? '' : `${where}: `;
    return [...this.#counts].map(([reason, count]) => `${prefix}${count} ${noun} ${done}: ${reason}`);
  }
}
