/**
 * The tokens of one limit as one process asks for them: out of those that it holds, else by one update of the shared row for all
 * that wait. One update at a time, and the next not at once, since all processes replace the same row.
 */
import { boundedMs } from '../core/sleep.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { refilled, settled, taken, type TokenBucket } from './learned/token-bucket.ts';
import type { LimitSettings } from './learned/settings.ts';
import { TokenReserve } from './token-reserve.ts';

/** What is known of the others while the row is changed. */
export interface OtherHolders {
  /** Tokens that they have taken ahead. */
  readonly held: number;
  /** What the row said until now that this process holds: the bucket has filled beside that, though some are used by now. */
  readonly mine: number;
  /** How many processes there are, this one included; 0 where the others do not know of this one, which may hold nothing then. */
  readonly processes: number;
}

export interface TokenChange {
  readonly bucket: TokenBucket;
  /** What this process holds from now on. */
  readonly held: number;
}

/** Replaces the shared bucket; the number of processes that serve the limit comes back. @throws where the row cannot be replaced */
export type UpdateTokens = (change: (bucket: TokenBucket, others: OtherHolders) => TokenChange) => Promise<number>;

/** Between the beginnings of two updates, for each process that serves the limit: the row then changes every 5 ms at most. */
const restMs = 5;
/** Whatever the processes are: nobody should wait longer than 100 ms for an answer. */
const longestRestMs = 60;
/** What nobody waits for goes with the updates of others until then. */
const unhurriedMs = 250;

interface Request {
  readonly tokens: number;
  readonly resolve: (waitMs: number) => void;
  readonly reject: (error: unknown) => void;
}

export class TokenLane {
  readonly #settings: () => LimitSettings;
  readonly #update: UpdateTokens;
  readonly #reserve = new TokenReserve();
  #requests: Request[] = [];
  /** What calls did not use, to be given back; below zero, what they used beyond. */
  #unused = 0;
  /** Of what was held, what an update gives back that is under way: held as long, as its room would else fill meanwhile. */
  #leaving = 0;
  #processes = 1;
  #failed = false;
  #isClosed = false;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: () => LimitSettings, update: UpdateTokens) {
    this.#settings = settings;
    this.#update = update;
  }

  /** 0 if they are taken, else in how many milliseconds they could be. @throws where the row cannot be replaced */
  async take(tokens: number): Promise<number> {
    const now = Date.now();
    this.#reserve.count(tokens, now);
    // Nobody overtakes those who wait already.
    if (this.#requests.length === 0 && this.#reserve.take(tokens, now)) {
      if (this.#reserve.isLow(now)) this.#run();
      return 0;
    }
    return new Promise((resolve, reject) => {
      this.#requests.push({ tokens, resolve, reject });
      this.#run();
    });
  }

  /** Gives back before long what was not used; below zero, takes what was used beyond. */
  giveBack(unused: number): void {
    if (unused === 0) return;
    this.#unused += unused;
    this.#unhurried();
  }

  /** Whether so many are at hand. */
  has(tokens: number): boolean {
    return this.#reserve.has(tokens, Date.now());
  }

  /** What others must count on as held here. */
  get held(): number {
    return this.#reserve.held + this.#leaving;
  }

  /** To be called when the row has said what is {@link held}, and since when: gives back what a process holds that has come to rest. */
  look(saidAt: number): void {
    this.#reserve.renew(saidAt, Date.now());
    if (this.#unused !== 0 || this.#reserve.hasSurplus(Date.now())) this.#unhurried();
  }

  /** Gives back all that it holds; resolves once all that was asked for is answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#answered();
    if (this.#unused !== 0 || this.#reserve.held > 0) this.#run();
    await this.#answered();
  }

  async #answered(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #run(): void {
    this.#running ??= this.#exchange().finally(() => {
      this.#running = undefined;
      if (this.#requests.length > 0) this.#run();
      else if (this.#unused !== 0 && !this.#failed) this.#unhurried();
    });
  }

  #unhurried(): void {
    if (this.#running || this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#run();
    }, unhurriedMs).unref();
  }

  async #exchange(): Promise<void> {
    const begunAt = performance.now();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#once();
    const rest = Math.min(longestRestMs, restMs * this.#processes) - (performance.now() - begunAt);
    if (rest > 0) await sleep(boundedMs(rest));
  }

  /** One update for all that ask now. */
  async #once(): Promise<void> {
    const askedAt = Date.now();
    const [requests, unused] = [this.#requests.splice(0), this.#unused];
    // Who waits was asked for more than is held: what is held is for them then.
    const isAllNeeded = requests.length > 0 || this.#isClosed;
    this.#leaving = this.#reserve.surplus(askedAt, isAllNeeded ? 0 : undefined);
    this.#unused = 0;
    let waits: number[] = [];
    let more = 0;
    let isWritten = false;
    try {
      this.#processes = await this.#update((bucket, others) => {
        isWritten = true;
        const changed = this.#changed(bucket, others, { unused, requests });
        ({ waits, more } = changed);
        return { bucket: changed.bucket, held: this.#reserve.held };
      });
      this.#failed = false;
      this.#reserve.add(more, askedAt);
      for (const [index, { resolve }] of requests.entries()) resolve(waits[index] ?? 0);
    } catch (error) {
      this.#failed = true;
      this.#reserve.drop();
      // It may have arrived although no answer came: nothing is given back twice, and what was used beyond is rather taken twice.
      this.#unused += isWritten ? Math.min(0, unused) : unused;
      if (!isWritten) this.#reserve.keep(this.#leaving);
      for (const { reject } of requests) reject(error);
    }
    this.#leaving = 0;
  }

  #changed(
    bucket: TokenBucket,
    others: OtherHolders,
    { unused, requests }: { unused: number; requests: readonly Request[] },
  ): { bucket: TokenBucket; waits: number[]; more: number } {
    const [now, settings] = [Date.now(), this.#settings()];
    const isKnown = others.processes > 0;
    // The bucket may have filled by what a process held that is taken for dead.
    if (!isKnown) this.#reserve.lose();
    const back = unused + (isKnown ? this.#leaving : 0);
    const held = others.held + this.#reserve.held;
    let left = settled(refilled(bucket, settings, now, others.held + others.mine), back, settings, now, held);
    const waits = requests.map(({ tokens }) => {
      const { tokens: next, waitMs } = taken(left, tokens, settings, now, held);
      left = next;
      return waitMs;
    });
    // Where there are few left, each of the others finds some too.
    const room = isKnown && !this.#isClosed ? left.level / (2 * others.processes) : 0;
    const more = this.#reserve.ask(room, now);
    return { bucket: { ...left, level: left.level - more }, waits, more };
  }
}
