/** How long a server asks to wait. Pure: the time and the dice come from the caller. */
import { leastRetryMs } from '../../core/travel/retry.ts';

/**
 * Milliseconds to wait, from `retry-after-ms` or `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3); values
 * above a minute count too. Undefined where nothing usable is said.
 *
 * @param now milliseconds since the Unix epoch
 */
export function retryAfterMs(header: (name: string) => string | null | undefined, now: number): number | undefined {
  const exact = positive(header('retry-after-ms'));
  if (exact !== undefined) return exact;
  const said = header('retry-after')?.trim();
  if (!said) return undefined;
  const seconds = positive(said);
  if (seconds !== undefined) return seconds * 1000;
  const date = /[a-z]/i.test(said) ? Date.parse(said) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Up to a fifth more, so that siblings given the same time do not come back together. `random` is from 0 to 1.
 *
 * @example await sleep(withJitter(1000, Math.random()));
 */
export function withJitter(milliseconds: number, random: number): number {
  return Math.round(milliseconds * (1 + 0.2 * random));
}

/**
 * The `nextRetryDelay` of a failure, in milliseconds: what was asked for, with jitter, and never nothing, which Temporal
 * takes for "no retry". Every wait that came from outside goes through here.
 *
 * @example throw ApplicationFailure.create({ message, type: 'Busy', nextRetryDelay: retryDelayFor(2000, Math.random()) });
 */
export function retryDelayFor(waitMs: number, random: number): number {
  return withJitter(waitMs > leastRetryMs ? Math.min(waitMs, longestAskedMs) : leastRetryMs, random);
}

/** A day: who asks for more is tried once a day, as a wait until the year 9999 is a mistake and would stop a limit for ever. */
export const longestAskedMs = 86_400_000;

function positive(text: string | null | undefined): number | undefined {
  if (!text || !/^\d+(\.\d+)?$/.test(text.trim())) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
