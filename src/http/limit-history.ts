/** How the limits went since the service began: the last so many looks at them, for who comes later. */
import { boundedMs } from '../core/sleep.ts';
import type { LimitView } from '../limits/view.ts';

export interface LimitSample {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly limits: readonly LimitView[];
}

/** An hour. */
const usual = { everyMs: 10_000, most: 360 };

/** A look that fails leaves a gap, and never two are under way. */
export class LimitHistory {
  readonly everyMs: number;
  readonly #most: number;
  readonly #look: () => Promise<readonly LimitView[]>;
  #samples: LimitSample[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(look: () => Promise<readonly LimitView[]>, { everyMs, most }: typeof usual = usual) {
    this.#look = look;
    this.everyMs = everyMs;
    this.#most = most;
  }

  /** The oldest first. */
  get samples(): readonly LimitSample[] {
    return this.#samples;
  }

  /** Looks until the signal. */
  async begin(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
    await this.#lookOn(signal);
  }

  async #lookOn(signal: AbortSignal): Promise<void> {
    const limits = await this.#look().catch(() => undefined);
    if (signal.aborted) return;
    if (limits) this.#samples = [...this.#samples, { at: Date.now(), limits }].slice(-this.#most);
    this.#timer = setTimeout(() => void this.#lookOn(signal), boundedMs(this.everyMs)).unref();
  }
}
