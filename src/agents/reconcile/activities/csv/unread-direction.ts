/**
 * A column that nobody takes and that says debit or credit beside amounts without a sign, such as `Debit/Credit Flag`:
 * read without it, what left would be money that came in.
 */
import { directionOf } from './amount.ts';

export class UnreadDirection {
  /** What each column that may be one has said so far. */
  readonly #seen: Map<number, Set<'in' | 'out'>>;

  /** @param positions of the columns that may be one */
  constructor(positions: readonly number[] = []) {
    this.#seen = new Map(positions.map((position) => [position, new Set()]));
  }

  /** A negative amount shows that amounts have signs of their own. */
  take(cells: readonly string[], amount: string): void {
    if (this.#seen.size === 0) return;
    if (amount.startsWith('-')) this.#seen.clear();
    for (const [position, seen] of this.#seen) {
      const direction = directionOf((cells[position] ?? '').slice(0, 40));
      if (direction) seen.add(direction);
      else this.#seen.delete(position);
    }
  }

  /** The column in which each row says one of both directions; undefined where there is none. */
  get position(): number | undefined {
    return [...this.#seen].find(([, seen]) => seen.size === 2)?.[0];
  }
}
