/**
 * Which order of day and month the dates of a CSV file have, where nobody said it: each notation shows its own, as a bank
 * may write `02.03.2026` beside `03/13/2026`, and one of which no date shows it is left to a person.
 */
import type { DateOrder, DateOrders } from '../dates.ts';
import { parseDate, plain } from '../values.ts';

type Order = 'dmy' | 'mdy';

/** By the mark of a notation the orders in which each of its dates is one. */
export type OrdersFit = readonly (readonly [mark: string, fit: readonly Order[]])[];

/** What rows have shown, and by which orders those of a later slice are read. */
export interface DatesShown {
  readonly fit: OrdersFit;
  readonly orders: DateOrders;
}

export class DateNotations {
  readonly #given: DateOrder | undefined;
  readonly #orders: DateOrders;
  readonly #fit: Map<string, readonly Order[]>;

  /** @param given as somebody said it, of every notation @param shown by rows before @param orders beside those */
  constructor(given: DateOrder | undefined, shown?: DatesShown, orders: DateOrders = {}) {
    this.#given = given;
    this.#fit = new Map(shown?.fit);
    this.#orders = { ...shown?.orders, ...orders };
  }

  get shown(): DatesShown {
    return { fit: [...this.#fit], orders: this.#orders };
  }

  /** The orders of notations of which only one fits every date, and which no rule tells. */
  get settled(): DateOrders {
    if (this.#given !== undefined) return {};
    const found = [...this.#fit].flatMap(([mark, [only, other]]) =>
      only && !other && mark !== '.' ? [[mark, only]] : [],
    );
    return Object.fromEntries(found) as DateOrders;
  }

  /** As `2026-03-31`. @throws {RangeError} */
  day(text: string): string {
    return parseDate(text, this.#given, this.#orders);
  }

  /** What is said of the orders that were guessed; of each notation where they are not all the same. */
  said(): string[] {
    const orders = Object.entries(this.#orders);
    const [, one] = orders[0] ?? [];
    if (one === undefined) return [];
    const all: [string, Order][] = [...orders, ...(this.#fit.has('.') ? [['.', 'dmy'] as [string, Order]] : [])];
    if (all.every(([, order]) => order === one)) return [`dates=${one} was guessed, as nothing else fits every row`];
    return all.map(
      ([mark, order]) => `dates=${order} was guessed for dates with '${mark}', as nothing else fits every one of them`,
    );
  }

  take(text: string): void {
    // Most are as ISO 8601 has them, which is one order.
    if (this.#given !== undefined || text.charCodeAt(4) === hyphen) return;
    const [, first, mark = '', second] = notation.exec(plain(text.slice(0, 64))) ?? [];
    if (first === undefined) return;
    const fits = { dmy: Number(second) <= 12, mdy: Number(first) <= 12 };
    const before = this.#fit.get(mark) ?? (['dmy', 'mdy'] as const);
    if (before.some((order) => !fits[order]))
      this.#fit.set(
        mark,
        before.filter((order) => fits[order]),
      );
    else if (!this.#fit.has(mark)) this.#fit.set(mark, before);
  }
}

const hyphen = 0x2d;
const notation = /^(\d{1,2})([./-]) ?(\d{1,2})\2 ?\d{2,4}(?:$|[T ,.])/;
