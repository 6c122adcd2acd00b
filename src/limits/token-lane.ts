/**
 * The tokens of one limit as one process asks for them: what waits together is asked for in one update of the shared row.
 * One update at a time, and the next not at once, since all processes replace the same row.
 */
import { boundedMs } from '../core/sleep.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { settled, taken, type TokenBucket } from './learned/token-bucket.ts';
import type { LimitSettings } from './learned/settings.ts';

/** Replaces the shared bucket; the number of processes that serve the limit comes back. @throws where the row cannot be replaced */
export type UpdateTokens = (change: (bucket: TokenBucket) => TokenBucket) => Promise<number>;

/** Between the beginnings of two updates, for each process that serves the limit: the row then changes every 5 ms at most. */
const restMs = 5;
/** Whatever the processes are: nobody should wait longer than 100 ms for an answer. */
const longestRestMs = 60;

interface Request {
  readonly tokens: number;
  readonly resolve: (waitMs: number) => void;
  readonly reject: (error: unknown) => void;
}

export class TokenLane {
  readonly #settings: () => LimitSettings;
  readonly #update: UpdateTokens;
  #requests: Request[] = [];
  #unused = 0;
  #processes = 1;
  #failed = false;
  #running: Promise<void> | undefined;

  constructor(settings: () => LimitSettings, update: UpdateTokens) {
    this.#settings = settings;
    this.#update = update;
  }

  /** 0 if they are taken, else in how many milliseconds they could be. @throws where the row cannot be replaced */
  take(tokens: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#requests.push({ tokens, resolve, reject });
      this.#run();
    });
  }

  /** Gives back with the next update what was not used; below zero, takes what was used beyond. */
  giveBack(unused: number): void {
    if (unused === 0) return;
    this.#unused += unused;
    this.#run();
  }

  /** Resolves once all that was asked for is answered. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #run(): void {
    this.#running ??= this.#exchange().finally(() => {
      this.#running = undefined;
      if (this.#requests.length > 0 || (this.#unused !== 0 && !this.#failed)) this.#run();
    });
  }

  async #exchange(): Promise<void> {
    const begunAt = performance.now();
    await this.#once();
    const rest = Math.min(longestRestMs, restMs * this.#processes) - (performance.now() - begunAt);
    if (rest > 0) await sleep(boundedMs(rest));
  }

  /** One update for all that ask now. */
  async #once(): Promise<void> {
    const requests = this.#requests.splice(0);
    const unused = this.#unused;
    this.#unused = 0;
    let waits: number[] = [];
    try {
      this.#processes = await this.#update((bucket) => {
        const [now, settings] = [Date.now(), this.#settings()];
        waits = [];
        let left = unused === 0 ? bucket : settled(bucket, unused, settings, now);
        for (const { tokens } of requests) {
          const { tokens: next, waitMs } = taken(left, tokens, settings, now);
          left = next;
          waits.push(waitMs);
        }
        return left;
      });
    } catch (error) {
      this.#unused += unused;
      this.#failed = true;
      for (const { reject } of requests) reject(error);
      return;
    }
    this.#failed = false;
    for (const [index, { resolve }] of requests.entries()) resolve(waits[index] ?? 0);
  }
}
