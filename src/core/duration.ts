/** Durations as people write them; a bare number is milliseconds. */
import ms, { type StringValue } from 'ms';
import { InvalidOptionsError } from './errors.ts';

/** Milliseconds, or a number with a unit: `'10s'`, `'500ms'`, `'2 minutes'`. */
export type Duration = number | StringValue;

/**
 * A duration in milliseconds.
 *
 * @param field names the option in the error
 * @throws {InvalidOptionsError} for anything that is not a finite duration of zero or more
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
