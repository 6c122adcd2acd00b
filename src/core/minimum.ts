/** The minimum of a fan-out, held against what came back. */
import { InsufficientResultsError, percent } from './errors.ts';
import type { FanIn } from './fan-in.ts';
import { requiredSuccesses, type Minimum } from './stop.ts';

/**
 * The fan-in itself, or the error when too few tasks succeeded.
 *
 * @throws {InsufficientResultsError} below the minimum
 * @example return assertMinimum(fanIn(results, { elapsedMs, stoppedBy: 'deadline' }), { ratio: 0.5, successes: undefined });
 */
export function assertMinimum<T>(merged: FanIn<T>, minimum: Minimum): FanIn<T> {
  const total = merged.successCount + merged.failureCount;
  if (merged.successCount >= requiredSuccesses(minimum, total)) return merged;
  const byCount = minimum.successes !== undefined && merged.successCount < minimum.successes;
  throw new InsufficientResultsError(merged, byCount ? `${minimum.successes}` : percent(minimum.ratio ?? 0));
}
