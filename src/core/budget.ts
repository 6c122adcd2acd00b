/** A budget that stays right under parallelism: every attempt reserves before it starts and settles when it ends. */

export interface BudgetOptions<I = unknown> {
  /** The most to spend, in any one unit: tokens, cents, calls. */
  readonly limit: number;
  /** What one attempt is expected to cost, in the same unit. It is reserved while the attempt runs. */
  readonly estimate: number | ((item: I) => number);
  /**
   * What a result did cost.
   * @default the estimate; so are failed and cancelled attempts, which cost as much as anyone can tell
   */
  readonly actual?: (result: unknown) => number;
  /** Share of the limit kept back for the step after the fan-out, from 0 to 1. @default 0 */
  readonly holdBack?: number;
}

/** Overshoot is never more than what the attempts in flight cost beyond their reservations. */
export class Budget {
  readonly #available: number;
  #spent = 0;
  #reserved = 0;

  constructor(limit: number, holdBack = 0) {
    this.#available = limit * (1 - holdBack);
  }

  get spent(): number {
    return this.#spent;
  }

  get reserved(): number {
    return this.#reserved;
  }

  /** Take `amount` aside; false when it does not fit, and then nothing is taken. */
  reserve(amount: number): boolean {
    if (this.#spent + this.#reserved + amount > this.#available) return false;
    this.#reserved += amount;
    return true;
  }

  /** Give a reservation back and book what was really spent. */
  settle(reservation: number, actual: number): void {
    this.#reserved -= reservation;
    this.#spent += actual;
  }
}
