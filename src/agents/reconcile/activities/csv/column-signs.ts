/** Columns for one direction each, in which a sign says nothing as long as all have the same: a negative debit among others may be money back. */
import type { ColumnPositions } from './columns.ts';
import { plain } from '../values.ts';

/** As far as a sign stands: in front, behind, or as parentheses. */
const isNegative = (text: string): boolean => /^\D{0,5}[-(]|-\D{0,5}$/.test(text);

/** By the position of a column. */
export type SignsFound = readonly (readonly [number, { readonly positive: boolean; readonly negative: boolean }])[];

export class ColumnSigns {
  readonly #positions: readonly number[];
  readonly #found: Map<number, SignsFound[number][1]>;

  /** @param found in rows before */
  constructor({ debit, credit }: Pick<ColumnPositions, 'debit' | 'credit'>, found: SignsFound = []) {
    this.#found = new Map(found);
    this.#positions = [...debit, ...credit];
  }

  take(cells: readonly string[]): void {
    for (const position of this.#positions) {
      const text = plain((cells[position] ?? '').slice(0, 100));
      if (!/[1-9]/.test(text)) continue;
      const found = this.#found.get(position) ?? { positive: false, negative: false };
      this.#found.set(position, { ...found, [isNegative(text) ? 'negative' : 'positive']: true });
    }
  }

  get found(): SignsFound {
    return [...this.#found];
  }

  /** The first column that has both. */
  get mixed(): number | undefined {
    return [...this.#found].find(([, { positive, negative }]) => positive && negative)?.[0];
  }
}
