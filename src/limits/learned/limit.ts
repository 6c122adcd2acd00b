/**
 * How many calls at once: a number that learns from how calls end. A plain value; each call's ending makes the next one.
 * A call that started before the last decrease says nothing new, so one round trip halves at most once.
 *
 * Additive increase and multiplicative decrease with slow start, after TCP (RFC 5681); the three endings are those of
 * Netflix's concurrency-limits.
 */

export interface Limit {
  /** May have a fraction; {@link allowed} is what counts. */
  readonly number: number;
  /** Up to here it grows by one a success, above it by one a round trip. */
  readonly threshold: number;
  /** When it was decreased last, in milliseconds since the Unix epoch. */
  readonly cutAt: number;
  /** Whether anything has succeeded since. */
  readonly proved: boolean;
}

export interface LimitBounds {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * `dropped`: the other side refused for lack of room, or took too long. `ignored`: it says nothing about room, such as a
 * request that is wrong, or one that was cancelled.
 */
export type Ending = 'success' | 'dropped' | 'ignored';

export interface Sample {
  readonly ending: Ending;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Calls in flight when it ended, itself included. */
  readonly inFlight: number;
}

export function startLimit(number: number, bounds: LimitBounds): Limit {
  return { number: clamp(number, bounds), threshold: bounds.maximum, cutAt: 0, proved: false };
}

/** How many calls may be in flight. */
export function allowed({ number }: Limit): number {
  return Math.floor(number);
}

export function nextLimit(limit: Limit, sample: Sample, bounds: LimitBounds): Limit {
  if (sample.ending === 'dropped') return decreased(limit, sample, bounds);
  if (sample.ending === 'ignored') return limit;
  const proved = limit.proved || sample.startedAt >= limit.cutAt;
  // A number that is not in use is not proved by a success: it would grow without end.
  if (sample.inFlight * 2 < limit.number) return { ...limit, proved };
  const step = limit.number < limit.threshold ? 1 : 1 / limit.number;
  return { ...limit, number: clamp(limit.number + step, bounds), proved };
}

function decreased(limit: Limit, { startedAt, endedAt }: Sample, bounds: LimitBounds): Limit {
  if (startedAt < limit.cutAt) return limit;
  const number = clamp(limit.number / 2, bounds);
  // An outage decreases it again and again; what was served before it is where the slow start leads back to.
  const threshold = limit.proved || limit.cutAt === 0 ? number : limit.threshold;
  return { number, threshold, cutAt: endedAt, proved: false };
}

function clamp(number: number, { minimum, maximum }: LimitBounds): number {
  return Math.min(maximum, Math.max(minimum, number));
}
