/**
 * Tokens that a process has taken from the shared bucket ahead of its calls, so that most of them ask nobody.
 * As much as it used within the last two seconds or so: one that has come to rest soon holds nothing.
 */

/** What was used so long ago counts little. */
const memoryMs = 2000;
/** Who begins to call goes on, mostly: the first call counts as so many, or each of the next ones would wait for the row. */
const firstCalls = 8;
/** Nothing is handed out later than this after the row said that it is held: others may take the process for dead then. */
export const reserveMs = 2000;

export class TokenReserve {
  #tokens = 0;
  #validUntil = 0;
  #used = 0;
  #usedAt = 0;
  #pending = 0;

  /** Takes them, where there are so many. */
  take(tokens: number, now: number): boolean {
    if (this.has(tokens, now)) {
      this.#tokens -= tokens;
      return true;
    }
    return false;
  }

  has(tokens: number, now: number): boolean {
    return now < this.#validUntil && tokens <= this.#tokens;
  }

  /** Counts what calls ask for: that is what is worth holding. */
  count(tokens: number, now: number): void {
    const lately = this.wanted(now);
    this.#used = lately < tokens / 100 ? tokens * firstCalls : lately + tokens;
    this.#usedAt = now;
  }

  /** What was used lately. */
  wanted(now: number): number {
    return Math.floor(this.#used * Math.exp(-(now - this.#usedAt) / memoryMs));
  }

  isLow(now: number): boolean {
    return this.#tokens < this.wanted(now) / 2;
  }

  hasSurplus(now: number): boolean {
    return this.#tokens > 2 * this.wanted(now);
  }

  /** What is more than is wanted, to be given back now; what is no longer valid is lost. */
  surplus(now: number, wanted = this.wanted(now)): number {
    if (now >= this.#validUntil) this.lose();
    const surplus = this.#tokens > 2 * wanted ? this.#tokens - wanted : 0;
    this.#tokens -= surplus;
    return surplus;
  }

  /** A surplus that nobody was told of. */
  keep(surplus: number): void {
    this.#tokens += surplus;
  }

  /** Others may have what was held. */
  lose(): void {
    this.#tokens = 0;
  }

  /** How many to take besides, of so many that may be taken; they are held from then on, as the row may say so. */
  ask(room: number, now: number): number {
    const more = Math.max(0, Math.min(this.wanted(now) - this.#tokens, Math.floor(room)));
    this.#pending = more;
    return more;
  }

  /** What was asked for is there, as of then. */
  add(more: number, askedAt: number): void {
    this.#pending = 0;
    this.#tokens += more;
    this.#validUntil = askedAt + reserveMs;
  }

  /** The row said then that it is held. */
  renew(saidAt: number, now: number): void {
    if (now < this.#validUntil) this.#validUntil = Math.max(this.#validUntil, saidAt + reserveMs);
  }

  /** Nobody knows whether what was asked for was taken. */
  drop(): void {
    this.#pending = 0;
  }

  /** What others must count on. */
  get held(): number {
    return this.#tokens + this.#pending;
  }
}
