/**
 * One limit in one process: gives out permits to poll, lets calls begin, and reports to the others how they ended.
 * The surprising rule: a permit is no leave to call. A poll may take a minute, and by its end the share may be smaller,
 * so a call begins only if there is still room, and otherwise its task goes back to the queue.
 */
import { boundedMs } from '../core/sleep.ts';
import { randomUUID } from 'node:crypto';
import { given } from '../core/given.ts';
import type { LimitSettings } from './learned/settings.ts';
import type { Ending } from './learned/limit.ts';
import {
  heldTokens,
  joined,
  left,
  startPool,
  tokensChanged,
  type Configured,
  type Pool,
  type LimitReport,
} from './learned/pool.ts';
import { taken } from './learned/token-bucket.ts';
import type { TableOutage } from './outage.ts';
import type { LimitTable } from './table.ts';
import { TokenLane } from './token-lane.ts';
import { reserveMs } from './token-reserve.ts';

export interface LimiterOptions {
  /** The limit's task queue, which names its row as well. */
  readonly queue: string;
  readonly settings: LimitSettings;
  readonly table: LimitTable;
  /** Told the rate of all processes together whenever it changes. */
  readonly reportRate: (perSecond: number | undefined) => void;
  /** Told whether the table can be reached. */
  readonly outage: TableOutage;
  /** Whether it only serves what waits, at a limit that this process is not configured with. @default false */
  readonly adopted?: boolean;
}

/** A process is taken for dead when it has reported nothing for so long. */
const leaseMs = 4000;
/** It begins nothing itself long before that, as what it has begun is still in flight when its share goes to others. */
const ownLeaseMs = 3000;
const busyMs = 200;
const idleMs = 1000;
/** A task whose permit is no longer covered comes back soon, to whoever has room. */
const returnMs = 200;
/** Permits that came due while nobody asked are not made up for beyond this. */
const burstMs = 100;

export class Limiter {
  readonly #options: LimiterOptions;
  readonly #process = randomUUID();
  #pool: Pool | undefined;
  #permits = 0;
  /** Permits of calls that have ended and are still reported: there is room for another, whose poll need not wait for that. */
  #reporting = 0;
  #running = 0;
  #started = 0;
  #endings: LimitReport['endings'][number][] = [];
  #leaseUntil = 0;
  /** The share that this process has just asked for, from then on the most it may use: the others may know of it already. */
  #asked = Infinity;
  #nextPermitAt = 0;
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #exchangeAt = 0;
  #exchanging: Promise<void> | undefined;
  #stopped = false;
  #estimate = 1;
  readonly #tokens: TokenLane;
  readonly #configured: Configured;

  constructor(options: LimiterOptions) {
    this.#options = options;
    const { settings, table, queue, adopted = false } = options;
    this.#configured = adopted ? { adopted } : { settings, since: Date.now() };
    this.#tokens = new TokenLane(
      () => this.#settings,
      async (change) => {
        const pool = await table.update(queue, (found = startPool(settings, Date.now())) =>
          tokensChanged(found, this.#process, change, Date.now(), reserveMs),
        );
        // Its share is only what its reports have brought, whose answers may be newer than this one.
        this.#pool = { ...(this.#pool ?? pool), tokens: pool.tokens };
        return Object.keys(pool.members).length;
      },
    );
  }

  /** Reads what the others know, and goes on looking until {@link stop}. */
  async start(): Promise<void> {
    await this.#exchangeOnce();
    this.#schedule();
  }

  /** Gives the share back. Call it when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#exchanging;
    await this.#tokens.close();
    const { table, queue } = this.#options;
    const leave = (pool: Pool | undefined): Pool => left(this.#reported(pool), this.#process);
    await table.update(queue, leave).catch(() => {});
    this.#options.outage.forget(queue);
  }

  /** Waits for a permit to poll for one task. @throws the signal's reason */
  async reserve(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = this.#untilPermit(Date.now());
      if (waitMs === 0) break;
      await this.#somethingChanged(signal, waitMs);
    }
    this.#permits++;
    const now = Date.now();
    this.#nextPermitAt = Math.max(this.#nextPermitAt, now - burstMs) + 1000 / this.#rate(now);
  }

  release(): void {
    this.#permits--;
    this.#reporting = Math.max(0, this.#reporting - 1);
    this.#wake();
  }

  /** 0 if a call may begin: it has begun then, and {@link end} must follow. Else in how many milliseconds to ask again. */
  begin(): number {
    const now = Date.now();
    const pauseMs = (this.#pool?.rate.pausedUntil ?? 0) - now;
    if (pauseMs > 0) return pauseMs;
    if (this.#running >= this.#share(now)) return returnMs;
    this.#running++;
    this.#started++;
    // Only to exchange sooner: begun anew with each call, the timer would never fire.
    if (this.#exchangeAt > now + busyMs) this.#schedule();
    return 0;
  }

  end(ending: Ending, startedAt: number, waitMs?: number): void {
    const wait = given({ waitMs });
    this.#endings.push({ ending, startedAt, endedAt: Date.now(), inFlight: this.#running, ...wait });
    this.#running--;
    this.#reporting++;
    this.#wake();
  }

  /** Takes tokens of the limit's minute: 0, or in how many milliseconds they could be there. @throws where nobody can say */
  async take(tokens: number): Promise<number> {
    if (this.#settings.tokensPerMinute === undefined) return 0;
    this.#estimate = tokens;
    return this.#tokens.take(tokens);
  }

  /** Gives back tokens that were taken and not used; below zero, takes what was used beyond. */
  async giveBack(unused: number): Promise<void> {
    if (this.#settings.tokensPerMinute !== undefined) this.#tokens.giveBack(unused);
  }

  /** 0 when there is one, else how long until it is worth looking again. */
  #untilPermit(now: number): number {
    if (this.#stopped || this.#permits - this.#reporting >= this.#share(now)) return idleMs;
    const { pausedUntil } = this.#pool?.rate ?? { pausedUntil: 0 };
    const waitMs = Math.max(pausedUntil - now, this.#nextPermitAt - now);
    return Math.max(0, Math.min(idleMs, Math.max(waitMs, this.#untilTokens(now))));
  }

  /** Until there are as many as the last call took: no task is fetched only to be sent back for want of them. */
  #untilTokens(now: number): number {
    const settings = this.#settings;
    if (settings.tokensPerMinute === undefined || !this.#pool || this.#tokens.has(this.#estimate)) return 0;
    return taken(this.#pool.tokens, this.#estimate, settings, now, heldTokens(this.#pool, now)).waitMs;
  }

  /** What holds for all processes, by whom of them was configured last. */
  get #settings(): LimitSettings {
    return this.#pool?.settings ?? this.#options.settings;
  }

  #share(now: number): number {
    if (now >= this.#leaseUntil) return 0;
    return Math.min(this.#asked, this.#pool?.members[this.#process]?.share ?? 0);
  }

  /** Its part of the rate by its share, since the server takes seconds to learn of a decrease. */
  #rate(now: number): number {
    const { perSecond } = this.#pool?.rate ?? {};
    if (perSecond === undefined) return Infinity;
    const shares = Object.values(this.#pool?.members ?? {}).reduce((sum, { share }) => sum + share, 0);
    return (perSecond * this.#share(now)) / Math.max(1, shares);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const waitMs = this.#running > 0 || this.#endings.length > 0 ? busyMs : idleMs;
    this.#exchangeAt = Date.now() + waitMs;
    this.#timer = setTimeout(() => void this.#exchangeOnce().then(() => this.#schedule()), boundedMs(waitMs));
    this.#timer.unref();
  }

  /** Reports how calls ended here and learns how they ended elsewhere. */
  #exchangeOnce(): Promise<void> {
    this.#exchanging ??= this.#exchange().finally(() => (this.#exchanging = undefined));
    return this.#exchanging;
  }

  async #exchange(): Promise<void> {
    const { table, queue } = this.#options;
    const sentAt = Date.now();
    const { started, endings } = { started: this.#started, endings: this.#endings };
    [this.#started, this.#endings] = [0, []];
    try {
      this.#pool = await table.update(queue, (pool) => {
        const next = this.#reported(pool, { started, endings });
        this.#asked = Math.min(this.#asked, next.members[this.#process]?.share ?? 0);
        return next;
      });
      this.#asked = Infinity;
      this.#leaseUntil = sentAt + ownLeaseMs;
      this.#tokens.look(sentAt);
      this.#options.outage.reached(queue);
      this.#wake();
      this.#options.reportRate(this.#pool.rate.perSecond);
    } catch (error) {
      this.#started += started;
      this.#endings = [...endings, ...this.#endings].slice(-1000);
      this.#options.outage.failed(queue, error);
    }
  }

  #reported(
    pool: Pool | undefined,
    { started, endings }: Pick<LimitReport, 'started' | 'endings'> = { started: this.#started, endings: this.#endings },
  ): Pool {
    const { settings } = this.#options;
    const now = Date.now();
    const of = { process: this.#process, running: this.#running, held: this.#tokens.held };
    const report = { ...of, started, endings, ...this.#configured };
    return joined(pool ?? startPool(settings, now), report, settings, now, leaseMs);
  }

  /** Resolves when something has changed here, or after a time. */
  async #somethingChanged(signal: AbortSignal, waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, boundedMs(waitMs));
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
