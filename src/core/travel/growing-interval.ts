/** The growing pause between reports of what runs, since each report costs a run some events of its history. */

const growth = 1.5;
const most = 20;

export class GrowingInterval {
  readonly #leastMs: number;
  #waitMs = 0;

  /** @param leastMs the first pause; later ones grow to twenty times as much */
  constructor(leastMs: number) {
    this.#leastMs = leastMs;
  }

  /** Milliseconds to wait before the next report. */
  next(): number {
    this.#waitMs = Math.min(Math.max(this.#leastMs, this.#waitMs * growth), this.#leastMs * most);
    return this.#waitMs;
  }
}
