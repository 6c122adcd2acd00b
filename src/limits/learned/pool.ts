/**
 * What all processes together know of one limit, as one plain value that each of them reads and replaces.
 * The surprising rule: a process may start calls only within its share, and a share grows only into what no other
 * process still holds, so that the sum stays under the limit whatever the order in which they report.
 */
import { given } from '../../core/given.ts';
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
  /** What holds for all processes; absent in rows of versions that did not write it. */
  readonly settings?: LimitSettings;
}

/** A process that starts calls. */
export interface Member {
  /** It is taken for dead after this, in milliseconds since the Unix epoch. */
  readonly until: number;
  /** How many calls it may have in flight. */
  readonly share: number;
  readonly running: number;
  /** Tokens that it has taken ahead of its calls. */
  readonly held?: number;
  /** What it is configured with, and since when, in milliseconds since the Unix epoch; absent where it is not. */
  readonly settings?: LimitSettings;
  readonly since?: number;
  /** It only serves what waits at a limit that it is not configured with. */
  readonly adopted?: true;
}

/** What of a process does not change while it serves a limit. */
export type Configured = Pick<Member, 'settings' | 'since' | 'adopted'>;

export interface LimitReport extends Configured {
  readonly process: string;
  readonly running: number;
  readonly started: number;
  /** As {@link Member}'s. @default 0 */
  readonly held?: number;
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

/**
 * The pool after a process has reported: what it saw is learned from, and its share is counted anew.
 *
 * @param own the settings of the process, which hold unless another one that lives was configured later
 */
export function joined(found: Pool, report: LimitReport, own: LimitSettings, now: number, leaseMs: number): Pool {
  const members = alive(found.members, now);
  const settings = inForce([...Object.values(members), report]) ?? found.settings ?? own;
  const pool = { ...configured(found, settings), members };
  const others = Object.entries(members).filter(([name]) => name !== report.process);
  const elsewhere = others.reduce((sum, [, { running }]) => sum + running, 0);
  const learned = learn(pool, report, elsewhere, settings, now);
  const inUse = others.reduce((sum, [, { share, running }]) => sum + Math.max(share, running), 0);
  const names = [...others.map(([name]) => name), report.process].toSorted();
  const fair = fairShare(allowed(learned.limit), names.length, names.indexOf(report.process));
  const share = Math.max(0, Math.min(fair, allowed(learned.limit) - inUse));
  const { running, held = 0 } = report;
  const member = { until: now + leaseMs, share, running, ...(held > 0 ? { held } : {}), ...configuredOf(report) };
  return { ...learned, members: { ...members, [report.process]: member } };
}

/** The settings of whoever began last, as a deploy begins the new processes after the old ones. */
function inForce(processes: readonly Configured[]): LimitSettings | undefined {
  const named = processes.filter(({ settings }) => settings !== undefined);
  return named.toSorted((a, b) => (b.since ?? 0) - (a.since ?? 0))[0]?.settings;
}

function configuredOf({ settings, since, adopted }: Configured): Configured {
  return given({ settings, since, adopted });
}

/** A number that is set anew holds from now on; what was learned of the one before says nothing of it. */
function configured(pool: Pool, settings: LimitSettings): Pool {
  const { concurrency } = settings;
  const isNew = pool.settings !== undefined && concurrency !== undefined && concurrency !== pool.settings.concurrency;
  const limit = isNew ? startLimit(startNumberOf(settings), boundsOf(settings)) : pool.limit;
  return { ...pool, limit, settings };
}

/** Tokens that processes which live have taken ahead, those of `except` not counted. */
export function heldTokens({ members }: Pick<Pool, 'members'>, now: number, except?: string): number {
  return Object.entries(alive(members, now)).reduce(
    (sum, [name, { held = 0 }]) => sum + (name === except ? 0 : held),
    0,
  );
}

/**
 * The pool after a process has changed the bucket.
 *
 * @param leastMs a process that the others know for less than so long may hold nothing
 */
export function tokensChanged(
  pool: Pool,
  process: string,
  change: (
    bucket: TokenBucket,
    others: { held: number; mine: number; processes: number },
  ) => { bucket: TokenBucket; held: number },
  now: number,
  leastMs: number,
): Pool {
  const mine = pool.members[process];
  const processes = mine && mine.until - now >= leastMs ? Object.keys(alive(pool.members, now)).length : 0;
  const others = { held: heldTokens(pool, now, process), mine: mine?.held ?? 0, processes };
  const { bucket, held } = change(pool.tokens, others);
  return { ...pool, tokens: bucket, members: mine ? { ...pool.members, [process]: { ...mine, held } } : pool.members };
}

/** Whether a process that lives is configured with it. */
export function isConfigured({ members }: Pool, now: number): boolean {
  return Object.values(alive(members, now)).some(({ adopted }) => !adopted);
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
  const tokens = refilled(pool.tokens, settings, now, heldTokens(pool, now));
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
