/**
 * Backup attempts with a brake: a task much slower than its siblings gets a second attempt, first success wins.
 * No backup is started while most tasks are slow, since a slow downstream is only hurt by more calls.
 *
 * After Dean and Barroso, "The Tail at Scale" (2013), and Finagle's BackupRequestFilter, whose `maxExtraLoad` caps the cost.
 */
import type { Duration } from './duration.ts';

/**
 * When a slow task gets a backup attempt, and how many may.
 *
 * @example await gather(shards, ask, { hedge: { percentile: 95, maxExtra: 0.05 } });
 */
export interface HedgeOptions {
  /** Start the backup after this long. @default the percentile below */
  readonly after?: Duration | undefined;
  /** Start the backup once a task is slower than this share of its siblings, in percent. @default 95 */
  readonly percentile?: number | undefined;
  /** How many siblings must have succeeded before the percentile is believed. @default 20 */
  readonly minSamples?: number | undefined;
  /** The most extra attempts, as a share of the tasks started. @default 0.05 */
  readonly maxExtra?: number | undefined;
}

export interface HedgeRule {
  readonly afterMs?: number | undefined;
  readonly percentile: number;
  readonly minSamples: number;
  readonly maxExtra: number;
}

/** Decides from what it has seen; it starts nothing itself. */
export class Hedge {
  readonly #rule: HedgeRule;
  readonly #samples: number[] = [];
  #started = 0;
  #extra = 0;
  #slow = 0;
  #longest = 0;
  #known: { readonly threshold: number; readonly samples: number } | undefined;

  constructor(rule: HedgeRule) {
    this.#rule = rule;
  }

  /** A task started; its backup does not count, or backups would earn further ones. */
  started(): void {
    this.#started++;
  }

  /** An attempt succeeded after this long. */
  succeeded(durationMs: number): void {
    this.#samples.push(durationMs);
    this.#longest = Math.max(this.#longest, durationMs);
  }

  /**
   * Milliseconds after which a task counts as slow; undefined while too little is known.
   *
   * @param ages how long each running task has been running, the longest first
   */
  threshold(ages: () => Iterable<number>): number | undefined {
    const { afterMs, minSamples, percentile } = this.#rule;
    if (afterMs !== undefined) return afterMs;
    const samples = this.#samples.length;
    // A few more samples say nothing new, and counting all of them each time would cost their square.
    if (this.#known && samples < this.#known.samples * 1.02) return this.#known.threshold;
    if (samples < minSamples || this.#tooManyRun(ages())) return undefined;
    const threshold = survivalPercentile(this.#samples, [...ages()], percentile / 100);
    this.#known = threshold === undefined ? undefined : { threshold, samples };
    return threshold;
  }

  /** Whether so many have outlasted every finished task that the percentile must lie beyond; cheaper than asking for it. */
  #tooManyRun(ages: Iterable<number>): boolean {
    const share = this.#rule.percentile / 100;
    const bearable = (this.#samples.length * (1 - share)) / share + 1e-9;
    let outlasting = 0;
    for (const age of ages) {
      if (age < this.#longest) return false;
      if (++outlasting > bearable) return true;
    }
    return false;
  }

  /** A task passed the threshold: may it have a backup? Taking one uses up extra load. */
  take(): boolean {
    this.#slow++;
    const mostAreSlow = this.#slow * 2 > this.#started && this.#started > 1;
    if (mostAreSlow || this.#extra + 1 > this.#started * this.#rule.maxExtra + 1e-9) return false;
    this.#extra++;
    return true;
  }
}

/**
 * The time within which `share` of all tasks are done, by Kaplan and Meier's estimate (1958): what still runs counts as
 * taking longer than it has so far. Among the finished alone the fast come first, and all others would seem slow.
 */
function survivalPercentile(done: number[], running: readonly number[], share: number): number | undefined {
  done.sort((a, b) => a - b);
  let atRisk = done.length + running.length;
  let younger = running.length - 1;
  let surviving = 1;
  for (const time of done) {
    for (; younger >= 0 && (running[younger] ?? 0) < time; younger--) atRisk--;
    surviving *= 1 - 1 / atRisk--;
    if (surviving <= 1 - share + 1e-9) return time;
  }
  return undefined;
}
