/** An API in virtual time that refuses above a quota, and workers that share a limit in front of it; a minute takes milliseconds. */
import { joined, startPool, type Pool, type LimitReport } from '../../../src/limits/learned/pool.ts';
import { allowed } from '../../../src/limits/learned/limit.ts';
import type { LimitSettings } from '../../../src/limits/learned/settings.ts';

export interface Api {
  /** Calls a second that it serves at the moment. */
  readonly quota: (now: number) => number;
  /** How many it serves at once after a rest, in seconds of its quota. */
  readonly burstSeconds: number;
  readonly latencyMs: number;
  /** Calls at once that it bears. */
  readonly atOnce?: number;
}

interface Call {
  readonly process: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly served: boolean;
}

/** What happened in one second. */
export interface Second {
  readonly at: number;
  readonly quota: number;
  readonly rate: number;
  readonly number: number;
  served: number;
  refused: number;
}

const stepMs = 5;
const tickMs = 200;
/** How long a new rate takes to reach the queue. */
const spreadMs = 200;
const begin = 1_000_000;

/** Seconds of work under a limit that learns, with more tasks waiting than can ever be done. */
export function work(api: Api, seconds: number, settings: LimitSettings = {}, processes = 1): Second[] {
  const names = Array.from({ length: processes }, (_, index) => `p${index}`);
  let pool = startPool(settings, begin);
  let calls: Call[] = [];
  let level = api.quota(begin) * api.burstSeconds;
  let due = begin;
  const endings = new Map<string, LimitReport['endings'][number][]>(names.map((name) => [name, []]));
  const started = new Map<string, number>(names.map((name) => [name, 0]));
  const rates: { at: number; perSecond: number }[] = [{ at: begin, perSecond: Infinity }];
  const told: Second[] = [];
  for (let now = begin; now < begin + seconds * 1000; now += stepMs) {
    const quota = api.quota(now);
    level = Math.min(quota * api.burstSeconds, level + (quota * stepMs) / 1000);
    for (const call of calls.filter(({ endsAt }) => endsAt <= now)) {
      const { process, startedAt, served } = call;
      const inFlight = calls.filter((each) => each.process === process).length;
      endings.get(process)?.push({ ending: served ? 'success' : 'dropped', startedAt, endedAt: now, inFlight });
    }
    calls = calls.filter(({ endsAt }) => endsAt > now);
    names.forEach((process, index) => {
      if ((now - begin) % tickMs !== Math.floor((index * tickMs) / processes / stepMs) * stepMs) return;
      const running = calls.filter((each) => each.process === process).length;
      const report = { process, running, started: started.get(process) ?? 0, endings: endings.get(process) ?? [] };
      pool = joined(pool, report, settings, now, 4000);
      endings.set(process, []);
      started.set(process, 0);
      rates.push({
        at: now + spreadMs,
        perSecond: now < pool.rate.pausedUntil ? 0 : (pool.rate.perSecond ?? Infinity),
      });
    });
    if ((now - begin) % 1000 === 0) told.push(second(pool, now, quota));
    const perSecond = rates.findLast(({ at }) => at <= now)?.perSecond ?? Infinity;
    due = Math.max(due, now - 50);
    for (let open = true; open && due <= now;) {
      const process = names.find(
        (name) => calls.filter((each) => each.process === name).length < (pool.members[name]?.share ?? 0),
      );
      open = process !== undefined && perSecond > 0;
      if (process === undefined || perSecond === 0) break;
      due += 1000 / perSecond;
      const served = level >= 1 && calls.length < (api.atOnce ?? Infinity);
      if (served) level--;
      const took = served ? api.latencyMs * (0.7 + 0.6 * noise(now + calls.length)) : 10;
      calls.push({ process, startedAt: now, endsAt: now + took, served });
      started.set(process, (started.get(process) ?? 0) + 1);
      const last = told.at(-1);
      if (last) last[served ? 'served' : 'refused']++;
    }
  }
  return told;
}

/** The share of the quota that was used, and the share of calls that were refused. */
export function used(seconds: readonly Second[]): { use: number; refused: number } {
  const sum = (of: (second: Second) => number): number => seconds.reduce((total, each) => total + of(each), 0);
  const served = sum((each) => each.served);
  const refused = sum((each) => each.refused);
  return { use: served / sum(({ quota }) => quota), refused: refused / Math.max(1, served + refused) };
}

function second({ limit, rate }: Pool, now: number, quota: number): Second {
  return {
    at: (now - begin) / 1000,
    quota,
    rate: rate.perSecond ?? Infinity,
    number: allowed(limit),
    served: 0,
    refused: 0,
  };
}

/** Even, and the same in each run. */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}
