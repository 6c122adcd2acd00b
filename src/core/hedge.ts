/**
 * Backup attempts with a brake: a task much slower than its siblings gets a second attempt, first success wins.
 * The surprising rule: no backup is started while most tasks are slow, since a slow downstream is only hurt by more calls.
 *
 * After Dean and Barroso, "The Tail at Scale" (2013), and Finagle's BackupRequestFilter, whose `maxExtraLoad` caps the cost.
 */
import type { Duration } from './duration.ts';

export interface HedgeOptions {
  /** Start the backup after this long. @default the percentile below */
  readonly after?: Duration;
  /** Start the backup once a task is slower than this share of its siblings, in percent. @default 95 */
  readonly percentile?: number;
  /** How many siblings must have succeeded before the percentile is believed. @default 20 */
  readonly minSamples?: number;
  /** The most extra attempts, as a share of the tasks started. @default 0.05 */
  readonly maxExtra?: number;
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
  #sorted = true;

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
    this.#sorted = false;
  }

  /** Milliseconds after which an attempt counts as slow; undefined while too little is known. */
  get threshold(): number | undefined {
    if (this.#rule.afterMs !== undefined) return this.#rule.afterMs;
    if (this.#samples.length < this.#rule.minSamples) return undefined;
    if (!this.#sorted) this.#samples.sort((a, b) => a - b);
    this.#sorted = true;
    const rank = Math.ceil((this.#rule.percentile / 100) * this.#samples.length);
    return this.#samples[Math.max(0, rank - 1)];
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
