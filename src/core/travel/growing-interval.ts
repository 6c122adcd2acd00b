/** The growing pause between reports of what runs, since each report costs a run some events of its history. */

const growth = 1.5;
const most = 20;

export class GrowingInterval {
  readonly #leastMs: number;
  readonly #mostMs: number;
  #waitMs = 0;

  /**
   * @param leastMs the first pause
   * @param mostMs the longest. @default twenty times the first
   */
  constructor(leastMs: number, mostMs = leastMs * most) {
    this.#leastMs = leastMs;
    this.#mostMs = mostMs;
  }

  /** Milliseconds to wait before the next report. */
  next(): number {
    this.#waitMs = Math.min(Math.max(this.#leastMs, this.#waitMs * growth), this.#mostMs);
    return this.#waitMs;
  }
}
