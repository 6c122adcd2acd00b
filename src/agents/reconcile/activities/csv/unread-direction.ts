/**
 * A column that nobody takes and that says debit or credit beside amounts without a sign, such as `Debit/Credit Flag`:
 * read without it, what left would be money that came in.
 */
import { directionOf } from './amount.ts';

/** What each column that may be one has said, by its position. */
export type DirectionsSeen = readonly (readonly [number, readonly ('in' | 'out')[]])[];

export class UnreadDirection {
  readonly #seen: Map<number, Set<'in' | 'out'>>;

  /** @param seen so far: nothing in each column that may be one, or what rows before have said */
  constructor(seen: DirectionsSeen = []) {
    this.#seen = new Map(seen.map(([position, said]) => [position, new Set(said)]));
  }

  get seen(): DirectionsSeen {
    return [...this.#seen].map(([position, said]) => [position, [...said]]);
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
