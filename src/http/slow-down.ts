/**
 * Slows down who sends wrong tokens, by address: each wrong one in a minute waits longer for its answer.
 * A right token never waits, since the next one behind the same address may be an honest caller's.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const windowMs = 60_000;
/** Typing mistakes and a deploy with an old token cost nothing. */
const freeMistakes = 5;
const firstWaitMs = 100;
const longestWaitMs = 2000;
/** Of one address; more are answered at once, so that they do not hold the service's memory. */
const mostWaiting = 50;
/** Addresses remembered; the oldest is forgotten first. */
const mostAddresses = 10_000;

interface Mistakes {
  count: number;
  since: number;
  waiting: number;
}

export class SlowDown {
  readonly #byAddress = new Map<string, Mistakes>();
  readonly #onMany: (address: string, count: number) => void;
  readonly #now: () => number;

  /** @param onMany called once a minute for an address that sends many wrong tokens */
  constructor(onMany: (address: string, count: number) => void, now: () => number = Date.now) {
    this.#onMany = onMany;
    this.#now = now;
  }

  /** Resolves when a wrong token of the address may be answered. */
  async mistake(address: string, signal: AbortSignal): Promise<void> {
    const mistakes = this.#mistakesOf(address);
    mistakes.count++;
    if (mistakes.count === freeMistakes + 1) this.#onMany(address, mistakes.count);
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** (mistakes.count - freeMistakes - 1));
    if (mistakes.count <= freeMistakes || mistakes.waiting >= mostWaiting) return;
    mistakes.waiting++;
    await sleep(wait, undefined, { signal }).catch(() => {});
    mistakes.waiting--;
  }

  #mistakesOf(address: string): Mistakes {
    const known = this.#byAddress.get(address);
    const now = this.#now();
    if (known && (known.waiting > 0 || now - known.since < windowMs)) return known;
    const fresh = { count: 0, since: now, waiting: 0 };
    this.#byAddress.delete(address);
    this.#byAddress.set(address, fresh);
    const [oldest] = this.#byAddress.size > mostAddresses ? this.#byAddress.keys() : [];
    if (oldest !== undefined) this.#byAddress.delete(oldest);
    return fresh;
  }
}
