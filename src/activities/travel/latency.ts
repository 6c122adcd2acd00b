/** The latency of the activities of this worker, seen from the latest runs, so that a plan need not guess. */
import { types } from 'node:util';
import type { ActivityLatency } from '../../core/travel/local.ts';
import { isThenable } from '../../core/travel/runner.ts';
import type { Activity } from '../../runs/part.ts';

/** Runs that are remembered of each activity: one slow run among so many still counts. */
const remembered = 50;
/** Bytes are measured in the first runs and then in one of so many, as writing JSON costs more than timing. */
const measuredFirst = 20;
const measuredEvery = 50;

interface Seen {
  runs: number;
  largestBytes: number;
  readonly latestMs: number[];
  /** When those that run began, the oldest first. */
  readonly running: Map<object, number>;
}

export interface Latencies {
  /** The same activities, each of which notes how long it took, under its name or the one that `as` makes of it. */
  timed(activities: Readonly<Record<string, Activity>>, as?: (name: string) => string): Record<string, Activity>;
  /** What was seen so far, by the name of the activity. */
  seen(): Record<string, ActivityLatency>;
}

/** Told of each attempt that ended, where somebody counts them. */
export type OnAttempt = (name: string, milliseconds: number, succeeded: boolean) => void;

/** Does an attempt's work where it is traced. */
export type AroundAttempt = (name: string, work: () => unknown) => unknown;

export function createLatencies(onAttempt?: OnAttempt, around: AroundAttempt = (_name, work) => work()): Latencies {
  const records = new Map<string, Seen>();
  const recordOf = (name: string): Seen => {
    const record = records.get(name) ?? { runs: 0, largestBytes: 0, latestMs: [], running: new Map() };
    records.set(name, record);
    return record;
  };
  const note = (name: string, milliseconds: number, result: unknown): void => {
    const record = recordOf(name);
    record.latestMs[record.runs % remembered] = milliseconds;
    if (record.runs < measuredFirst || record.runs % measuredEvery === 0)
      record.largestBytes = Math.max(record.largestBytes, byteSize(result));
    record.runs++;
  };
  const timed = (name: string, activity: Activity): Activity => {
    // No async function, which would make two promises more for each of a million tasks.
    return (...args: never[]) => {
      const startedAt = performance.now();
      const ended = (result: unknown, succeeded: boolean): void => {
        const milliseconds = performance.now() - startedAt;
        note(name, milliseconds, result);
        onAttempt?.(name, milliseconds, succeeded);
      };
      let result: unknown;
      try {
        result = around(name, () => activity(...args));
      } catch (error) {
        ended(undefined, false);
        throw error;
      }
      if (!isThenable(result)) {
        ended(result, true);
        return result;
      }
      // Asked for once only, as of some that are no promises the asking is what begins the work.
      const landing = types.isPromise(result) ? result : Promise.resolve(result);
      whileRunning(landing, startedAt, recordOf(name).running, ended);
      return landing;
    };
  };
  return {
    timed: (activities, as = (name) => name) =>
      Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, timed(as(name), activity)])),
    seen: () =>
      Object.fromEntries(
        [...records].map(([name, { runs, largestBytes, latestMs, running }]) => [
          name,
          { runs, largestBytes, slowestMs: Math.max(0, ...latestMs, ...oldestMs(running)) },
        ]),
      ),
  };
}

function whileRunning(
  landing: Promise<unknown>,
  startedAt: number,
  running: Map<object, number>,
  ended: (result: unknown, succeeded: boolean) => void,
): void {
  running.set(landing, startedAt);
  landing.then(
    (value: unknown) => {
      running.delete(landing);
      ended(value, true);
    },
    () => {
      running.delete(landing);
      ended(undefined, false);
    },
  );
}

/** What stands still has not ended and is slow all the same. */
function oldestMs(running: ReadonlyMap<object, number>): number[] {
  const [began] = running.values();
  return began === undefined ? [] : [performance.now() - began];
}

function byteSize(result: unknown): number {
  try {
    return JSON.stringify(result)?.length ?? 0;
  } catch {
    return Infinity;
  }
}
