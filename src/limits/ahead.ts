/**
 * How many tasks of a limit a process fetches before there is room for them: between two calls would otherwise lie a report, a
 * poll and a task of the server, which is a tenth of a call of half a second.
 */

/** Calls that take longer on the average are not fetched ahead: others may have room for them sooner. */
const shortMs = 1000;
/** How much the last call counts for the average. */
const newest = 1 / 8;
/** Where what was fetched ahead had to go back, nothing is for so long. */
const restMs = 10_000;

export class Ahead {
  #meanMs = Infinity;
  #returnedAt = -Infinity;

  /** A call has ended. */
  took(milliseconds: number): void {
    this.#meanMs = this.#meanMs === Infinity ? milliseconds : this.#meanMs + newest * (milliseconds - this.#meanMs);
  }

  /** A task has waited for room in vain. */
  returned(now: number): void {
    this.#returnedAt = now;
  }

  /** As many again as may run. */
  of(share: number, now: number): number {
    return this.#meanMs > shortMs || now - this.#returnedAt < restMs ? 0 : share;
  }

  /** So long one waits here for room, in milliseconds. */
  get patienceMs(): number {
    return 2 * Math.min(shortMs, this.#meanMs);
  }
}
