/**
 * Which order of day and month the dates of a CSV file have, where nobody said it: each notation shows its own, as a bank
 * may write `02.03.2026` beside `03/13/2026`, and one of which no date shows it is left to a person.
 */
import type { DateOrder, DateOrders } from '../dates.ts';
import { parseDate, plain } from '../values.ts';

/** What the dates of one notation have shown. */
interface NotationShown {
  /** The orders in which each of them is one. */
  readonly fit: readonly DateOrder[];
  /** The least and the most that stand first, and as a year of two digits last. */
  readonly first: readonly [least: number, most: number];
  readonly last: readonly [least: number, most: number];
}

/** By the mark of a notation. */
export type OrdersFit = readonly (readonly [mark: string, shown: NotationShown])[];

/** What rows have shown, and by which orders those of a later slice are read. */
export interface DatesShown {
  readonly fit: OrdersFit;
  readonly orders: DateOrders;
}

export class DateNotations {
  readonly #given: DateOrder | undefined;
  readonly #orders: DateOrders;
  readonly #fit: Map<string, NotationShown>;

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
    const found = [...this.#fit].flatMap(([mark, shown]) => {
      const [only, other] = ordersOf(shown);
      return only && !other && mark !== '.' ? [[mark, only]] : [];
    });
    return Object.fromEntries(found) as DateOrders;
  }

  /** Of dates such as `26.03.13`, which are read day first: the order that fits as well, or alone, with years near one another. */
  get otherOfPoints(): { readonly isLikelier: boolean } | undefined {
    const shown = this.#fit.get('.');
    const orders = shown && this.#given === undefined ? ordersOf(shown) : [];
    return orders.includes('ymd') ? { isLikelier: !orders.includes('dmy') } : undefined;
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
    const all: [string, string][] = [...orders, ...(this.#fit.has('.') ? [['.', 'dmy'] as [string, string]] : [])];
    const isByYears = orders.some(([mark]) => this.#fit.get(mark)?.fit.includes('ymd'));
    const why = (each: string): string =>
      isByYears ? `by any other its years are more than ${mostYears} apart` : `nothing else fits every ${each}`;
    if (all.every(([, order]) => order === one)) return [`dates=${one} was guessed, as ${why('row')}`];
    return all.map(([mark, order]) => `dates=${order} was guessed for dates with '${mark}', as ${why('one of them')}`);
  }

  take(text: string): void {
    // Most are as ISO 8601 has them, which is one order.
    if (this.#given !== undefined || text.charCodeAt(4) === hyphen) return;
    const [, first, mark = '', second, year] = notation.exec(plain(text.slice(0, 64))) ?? [];
    if (first === undefined) return;
    this.#fit.set(mark, withDate(this.#fit.get(mark) ?? nothingShown, first, second, year));
  }
}

const nothingShown: NotationShown = { fit: ['dmy', 'mdy', 'ymd'], first: [99, 0], last: [99, 0] };

function withDate({ fit, first, last }: NotationShown, one: string, two = '', three = ''): NotationShown {
  const isShort = three.length === 2;
  // A year of two digits may as well be the day, and the day such a year.
  const fits = { dmy: Number(two) <= 12, mdy: Number(one) <= 12, ymd: Number(two) <= 12 && isShort };
  return {
    fit: fit.every((order) => fits[order]) ? fit : fit.filter((order) => fits[order]),
    first: within(first, Number(one)),
    last: isShort ? within(last, Number(three)) : last,
  };
}

function within(range: readonly [number, number], value: number): readonly [number, number] {
  const [least, most] = range;
  return value >= least && value <= most ? range : [Math.min(least, value), Math.max(most, value)];
}

/** Years that one file has; by an order by which they are further apart, days have been taken for years. */
export const mostYears = 10;

function ordersOf({ fit, first, last }: NotationShown): readonly DateOrder[] {
  if (!fit.includes('ymd')) return fit;
  return fit.filter((order) => {
    const [least, most] = order === 'ymd' ? first : last;
    return most - least <= mostYears;
  });
}

const hyphen = 0x2d;
const notation = /^(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{2,4})(?:$|[T ,.])/;
