/** When a fan-out is over. Pure: a rule and a count give a verdict, so a schedule can be judged without running it. */

/**
 * What ended a fan-out:
 * `allSettled` every task settled · `deadline` · `minSuccesses`, `first` that many succeeded · `until` a result matched ·
 * `unreachable` the minimum could no longer be met · `maxFailures` more failed than tolerated · `budget` spent ·
 * `settleNow` somebody said to go on with what there is · `cancelled` the block around it was cancelled or left.
 *
 * @example const isCut = (stoppedBy: StopReason) => stoppedBy === 'deadline' || stoppedBy === 'settleNow';
 */
export type StopReason =
  | 'allSettled'
  | 'deadline'
  | 'minSuccesses'
  | 'first'
  | 'until'
  | 'unreachable'
  | 'maxFailures'
  | 'budget'
  | 'settleNow'
  | 'cancelled';

/** The least that must succeed, as a share of all tasks, a count, or both. */
export interface Minimum {
  readonly ratio?: number | undefined;
  readonly successes?: number | undefined;
}

export interface StopRule {
  readonly minimum: Minimum;
  /** Over as soon as this many succeeded. */
  readonly first?: number | undefined;
  /** Over as soon as more than this many failed. */
  readonly maxFailures?: number | undefined;
}

export interface Tally {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

/**
 * How many successes satisfy a minimum among `total` tasks. A ratio is met by the smallest count whose share reaches
 * it; the tiny slack keeps 0.1 + 0.2 style ratios from asking for one task too many.
 */
export function requiredSuccesses({ ratio = 0, successes = 0 }: Minimum, total: number): number {
  return Math.max(successes, Math.ceil(ratio * total - 1e-9));
}

/**
 * Why the fan-out is over, judged by counts alone; undefined while it should go on. Where several reasons hold at
 * once the one that cancelled nothing comes first, then success before failure.
 */
export function verdict(rule: StopRule, { total, succeeded, failed }: Tally): StopReason | undefined {
  const open = total - succeeded - failed;
  if (open === 0) return 'allSettled';
  if (rule.first !== undefined && succeeded >= rule.first) return 'first';
  const { successes } = rule.minimum;
  const required = requiredSuccesses(rule.minimum, total);
  if (successes !== undefined && successes > 0 && succeeded >= required) return 'minSuccesses';
  if (succeeded + open < required) return 'unreachable';
  if (rule.maxFailures !== undefined && failed > rule.maxFailures) return 'maxFailures';
  return undefined;
}
