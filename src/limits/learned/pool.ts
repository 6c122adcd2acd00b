/**
 * What all processes together know of one limit, as one plain value that each of them reads and replaces.
 * The surprising rule: a process may start calls only within its share, and a share grows only into what no other
 * process still holds, so that the sum stays under the limit whatever the order in which they report.
 */
import { allowed, nextLimit, startLimit, type Limit, type Sample } from './limit.ts';
import { boundsOf, ceilingOf, startNumberOf, type LimitSettings } from './settings.ts';
import { nextRate, startRate, type Rate, type RateEnding } from './rate.ts';
import { refilled, startTokens, type TokenBucket } from './token-bucket.ts';

export interface Pool {
  readonly limit: Limit;
  readonly rate: Rate;
  readonly tokens: TokenBucket;
  readonly members: Readonly<Record<string, Member>>;
  /** Calls that ended so, ever. */
  readonly counts: { readonly succeeded: number; readonly throttled: number };
}

/** A process that starts calls. */
export interface Member {
  /** It is taken for dead after this, in milliseconds since the Unix epoch. */
  readonly until: number;
  /** How many calls it may have in flight. */
  readonly share: number;
  readonly running: number;
}

export interface LimitReport {
  readonly process: string;
  readonly running: number;
  readonly started: number;
  readonly endings: readonly (Sample & RateEnding)[];
}

export function startPool(settings: LimitSettings, now: number): Pool {
  return {
    limit: startLimit(startNumberOf(settings), boundsOf(settings)),
    rate: startRate,
    tokens: startTokens(settings, now),
    members: {},
    counts: { succeeded: 0, throttled: 0 },
  };
}

/** The pool after a process has reported: what it saw is learned from, and its share is counted anew. */
export function joined(pool: Pool, report: LimitReport, settings: LimitSettings, now: number, leaseMs: number): Pool {
  const members = alive(pool.members, now);
  const others = Object.entries(members).filter(([name]) => name !== report.process);
  const elsewhere = others.reduce((sum, [, { running }]) => sum + running, 0);
  const learned = learn(pool, report, elsewhere, settings, now);
  const held = others.reduce((sum, [, { share, running }]) => sum + Math.max(share, running), 0);
  const names = [...others.map(([name]) => name), report.process].toSorted();
  const fair = fairShare(allowed(learned.limit), names.length, names.indexOf(report.process));
  const share = Math.max(0, Math.min(fair, allowed(learned.limit) - held));
  const member = { until: now + leaseMs, share, running: report.running };
  return { ...learned, members: { ...members, [report.process]: member } };
}

/** The pool without a process that has ended all its calls. */
export function left(pool: Pool, process: string): Pool {
  const { [process]: _gone, ...members } = pool.members;
  return { ...pool, members };
}

/** Whole calls, and those left over to the first. */
function fairShare(number: number, members: number, position: number): number {
  return Math.floor(number / members) + (position < number % members ? 1 : 0);
}

export function alive(members: Pool['members'], now: number): Pool['members'] {
  return Object.fromEntries(Object.entries(members).filter(([, { until }]) => until > now));
}

function learn(pool: Pool, report: LimitReport, elsewhere: number, settings: LimitSettings, now: number): Pool {
  const { endings } = report;
  const { adapt = true } = settings;
  const bounds = boundsOf(settings);
  const count = (wanted: Sample['ending']): number => endings.filter(({ ending }) => ending === wanted).length;
  const counts = {
    succeeded: pool.counts.succeeded + count('success'),
    throttled: pool.counts.throttled + count('dropped'),
  };
  const tokens = refilled(pool.tokens, settings, now);
  if (!adapt) {
    const fixed = startLimit(startNumberOf(settings), bounds);
    return { ...pool, tokens, counts, limit: fixed, rate: fixedRate(ceilingOf(settings)) };
  }
  // Settings may have changed since the pool was made.
  const before = { ...pool.limit, number: Math.min(bounds.maximum, pool.limit.number) };
  const limit = endings.reduce(
    (current, sample) => nextLimit(current, { ...sample, inFlight: sample.inFlight + elsewhere }, bounds),
    before,
  );
  return { ...pool, tokens, counts, limit, rate: nextRate(pool.rate, report, now, ceilingOf(settings)) };
}

function fixedRate(ceiling: number | undefined): Rate {
  return ceiling === undefined ? startRate : { ...startRate, perSecond: ceiling };
}
