/**
 * How many calls a second: unlimited until the other side refuses, then just below what it was seen to serve, then
 * carefully upwards again. A plain value, like the limit of concurrency.
 * After a refusal the new rate is what was *served*, not a part of what was asked, so that a quota
 * is found in one or two steps and hardly undercut afterwards.
 */
import type { Ending } from './limit.ts';
import { longestAskedMs } from './retry-after.ts';

export interface Rate {
  /** Undefined while nothing limits it. */
  readonly perSecond?: number;
  /** What was served at the last decrease. */
  readonly known?: number;
  readonly cutAt: number;
  /** The rate at which nothing was refused for a while: an outage says nothing of the quota, so this is where it leads back to. */
  readonly calm?: number;
  /** How often it was decreased to what was served; the first estimates are rough. */
  readonly cuts: number;
  /** Nothing is to start before this. */
  readonly pausedUntil: number;
  /** When reports were counted last, and when the rate was looked at last. */
  readonly notedAt: number;
  readonly steppedAt: number;
  /** Since the last decrease. */
  readonly served: number;
  readonly dropped: number;
  /** The latest seconds, the oldest first. */
  readonly history: readonly Slice[];
}

/** How calls went in a quarter of a second. */
interface Slice {
  readonly at: number;
  readonly started: number;
  readonly served: number;
  /** How many the rate would have let start. */
  readonly room: number;
}

export interface RateReport {
  readonly started: number;
  readonly endings: readonly RateEnding[];
}

export interface RateEnding {
  readonly ending: Ending;
  readonly startedAt: number;
  /** How long the other side asked to wait. */
  readonly waitMs?: number;
}

const sliceMs = 250;
const slices = 40;
/** In an outage so many calls go on, or nothing could be noticed to work again: a part of what was served, or one a second. */
const probes = 0.05;
const leastProbes = 1;
/** A new rate takes this long to reach every queue; refusals of calls started until then are still of the old one. */
const settlingMs = 400;
/** As many served calls as it takes to see a rate in them. */
const enoughServed = 20;
const leastWindowMs = 2000;
const decreaseTo = 0.95;
/** Growth a second, once back at what was served: quicker until the estimate has been corrected twice. */
const growth = 0.006;
const firstGrowth = 0.03;
const roughDecreases = 3;
const calmMs = 1500;

export const startRate: Rate = {
  cutAt: 0,
  cuts: 0,
  pausedUntil: 0,
  notedAt: 0,
  steppedAt: 0,
  served: 0,
  dropped: 0,
  history: [],
};

/**
 * The rate after what a process reports.
 *
 * @param ceiling what the limit's settings allow at most
 */
export function nextRate(rate: Rate, report: RateReport, now: number, ceiling: number | undefined): Rate {
  const noted = note(rate, report, now);
  if (now - rate.steppedAt < sliceMs / 2) return noted;
  const learned = noted.dropped > 0 ? decreased(noted, report, now) : grown(noted, now);
  const perSecond = Math.min(learned.perSecond ?? Infinity, ceiling ?? Infinity);
  const { perSecond: _before, ...rest } = learned;
  return { ...rest, ...(perSecond === Infinity ? {} : { perSecond }), steppedAt: now };
}

function note(rate: Rate, { started, endings }: RateReport, now: number): Rate {
  const served = endings.filter(({ ending }) => ending === 'success').length;
  const fresh = endings.filter(({ ending, startedAt }) => ending === 'dropped' && startedAt >= rate.cutAt + settlingMs);
  const room = ((rate.perSecond ?? 0) * Math.min(1000, now - rate.notedAt)) / 1000;
  const history = added(rate.history, { at: now - (now % sliceMs), started, served, room });
  return { ...rate, history, served: rate.served + served, dropped: rate.dropped + fresh.length, notedAt: now };
}

function added(history: readonly Slice[], slice: Slice): readonly Slice[] {
  const last = history.at(-1);
  if (last === undefined || slice.at > last.at) return [...history, slice].slice(-slices);
  const { at } = last;
  const merged = {
    at,
    started: last.started + slice.started,
    served: last.served + slice.served,
    room: last.room + slice.room,
  };
  return [...history.slice(0, -1), merged];
}

function decreased(rate: Rate, { endings }: RateReport, now: number): Rate {
  const since = { cutAt: now, served: 0, dropped: 0 };
  const floor = Math.max(leastProbes, (rate.known ?? 0) * probes);
  if (rate.served === 0 && (rate.dropped >= 3 || rate.perSecond === floor)) {
    const waits = endings.map(({ waitMs = 0 }) => Math.min(waitMs, longestAskedMs));
    const pausedUntil = Math.max(rate.pausedUntil, now + Math.max(0, ...waits));
    const known = Math.max(rate.known ?? 0, rate.calm ?? 0);
    return { ...rate, ...since, pausedUntil, perSecond: floor, ...(known === 0 ? {} : { known }) };
  }
  const served = servedPerSecond(rate, now);
  const perSecond = Math.max(leastProbes, Math.min(rate.perSecond ?? Infinity, served) * decreaseTo);
  return { ...rate, ...since, perSecond, known: Math.max(leastProbes, served), cuts: rate.cuts + 1 };
}

/** Over as long as it takes to see it, since the quota is seen through single calls. */
function servedPerSecond({ history }: Rate, now: number): number {
  let served = 0;
  let from = now;
  for (const slice of history.toReversed()) {
    if (served >= enoughServed && now - slice.at > leastWindowMs) break;
    served += slice.served;
    // A rest before it is no part of what it serves.
    if (slice.started > 0 || slice.served > 0) from = slice.at;
  }
  return served / (Math.max(sliceMs, now - from) / 1000);
}

/** Quickly back to what was served before, then slowly beyond, and the faster the longer nothing is refused. */
function grown(rate: Rate, now: number): Rate {
  const { perSecond, known = Infinity, served } = rate;
  if (perSecond === undefined || served === 0 || !inUse(rate, now)) return rate;
  const seconds = Math.min(1000, now - rate.steppedAt) / 1000;
  if (perSecond < known * 0.9) return { ...rate, perSecond: Math.min(known * 0.9, perSecond * 2 ** seconds) };
  const calmFor = (now - rate.cutAt) / 5000;
  const least = rate.cuts < roughDecreases ? firstGrowth : growth;
  const step = Math.min(known, perSecond) * Math.min(0.2, least + growth * calmFor * calmFor);
  const calm = now - rate.cutAt > calmMs ? { calm: perSecond } : {};
  return { ...rate, ...calm, perSecond: perSecond + step * seconds };
}

/** Whether what may start does start; otherwise nothing is known of whether more would be served. */
function inUse({ history }: Rate, now: number): boolean {
  const recent = history.filter(({ at }) => at > now - 1500);
  const started = recent.reduce((sum, slice) => sum + slice.started, 0);
  const room = recent.reduce((sum, slice) => sum + slice.room, 0);
  return started + 1 >= room * 0.75;
}
