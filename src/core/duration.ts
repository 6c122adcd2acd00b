/** Durations as people write them; a bare number is milliseconds. */
import ms from 'ms';
import { InvalidOptionsError } from './errors.ts';

type Unit =
  | ('years' | 'year' | 'yrs' | 'yr' | 'y' | 'weeks' | 'week' | 'w' | 'days' | 'day' | 'd')
  | ('hours' | 'hour' | 'hrs' | 'hr' | 'h' | 'minutes' | 'minute' | 'mins' | 'min' | 'm')
  | ('seconds' | 'second' | 'secs' | 'sec' | 's' | 'milliseconds' | 'millisecond' | 'msecs' | 'msec' | 'ms');
type UnitInAnyCase = Unit | Uppercase<Unit> | Capitalize<Unit>;

/**
 * Milliseconds, or a number with a unit: `'10s'`, `'500ms'`, `'2 minutes'`. A type of fanfold's own, so that
 * `'10 parsecs'` does not compile anywhere.
 *
 * @example const deadline: Duration = '2 minutes';
 */
export type Duration = number | `${number}` | `${number}${UnitInAnyCase}` | `${number} ${UnitInAnyCase}`;

/**
 * A duration in milliseconds.
 *
 * @param field names the option in the error
 * @throws {InvalidOptionsError} for anything that is not a finite duration of zero or more
 * @example const waitMs = milliseconds('1.5s', 'wait');
 */
export function milliseconds(duration: Duration, field: string): number {
  // `ms` throws an error of its own for a text that is empty or too long.
  const readable = typeof duration === 'string' && duration.length > 0 && duration.length <= 100;
  const value: unknown = readable ? ms(duration) : duration;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidOptionsError(
    field,
    `must be a duration such as '10s', '500ms' or milliseconds, zero or more`,
    duration,
  );
}
