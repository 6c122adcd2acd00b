/** A budget that stays right under parallelism: every attempt reserves before it starts and settles when it ends. */

/**
 *
 * @example await gather(questions, ask, { budget: { limit: 50_000, estimate: ({ text }) => text.length / 4, actual: ({ tokens }) => tokens } });
 */
export interface BudgetOptions<I = unknown> {
  /** The most to spend, in any one unit: tokens, cents, calls. */
  readonly limit: number;
  /** What one attempt is expected to cost, in the same unit. It is reserved while the attempt runs. */
  readonly estimate: number | ((item: I) => number);
  /**
   * What a result did cost. Where it throws or gives no number of zero or more, the estimate counts.
   * @default the estimate; so are failed and cancelled attempts, which cost as much as anyone can tell
   */
  readonly actual?: ((result: unknown) => number) | undefined;
  /** Share of the limit kept back for the step after the fan-out, from 0 to 1. @default 0 */
  readonly holdBack?: number | undefined;
}

/**
 * Overshoot is never more than what the attempts in flight cost beyond their reservations.
 *
 * @example const budget = new Budget(10_000); if (budget.reserve(1200)) budget.settle(1200, await spend());
 */
export class Budget {
  readonly #available: number;
  /** Nothing more fits, whatever is left: what others spend of the tenant's has used that up. */
  isOver = false;
  #spent = 0;
  #reserved = 0;

  constructor(limit: number, holdBack = 0) {
    // The slack forgives what floating point adds: three reservations of 0.1 fit into 0.3.
    this.#available = limit * (1 - holdBack) * (1 + 1e-9);
  }

  get spent(): number {
    return this.#spent;
  }

  /** Spent once no more results of the attempts in flight arrive: they cost their reservations, as far as anyone can tell. */
  get committed(): number {
    return this.#spent + this.#reserved;
  }

  /** Take `amount` aside; false when it does not fit, and then nothing is taken. */
  reserve(amount: number): boolean {
    if (this.isOver || this.#spent + this.#reserved + amount > this.#available) return false;
    this.#reserved += amount;
    return true;
  }

  /** Give a reservation back and book what was really spent. */
  settle(reservation: number, actual: number): void {
    this.#reserved -= reservation;
    this.#spent += actual;
  }
}

/** What an attempt cost by its result; its reservation, where nobody can tell. */
export function actualCost(actual: BudgetOptions['actual'], result: unknown, reservation: number): number {
  try {
    const cost: unknown = actual?.(result);
    return isAmount(cost) ? cost : reservation;
  } catch {
    return reservation;
  }
}

export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** The type of the failure of a task that would have spent more than the tenant of its run may. */
export const tenantBudgetSpent = 'TenantBudgetSpent';
