/**
 * What an activity finds in `Context.current()` when it runs as one of many in a pack: its own task, not the pack.
 * Its heartbeats go nowhere, since the pack's own carry the results that are finished.
 * The surprising rule: it is made for each task, so it has no closures, and what few activities read is made when read.
 */
import { asyncLocalStorage, CancelledFailure, type Context } from '@temporalio/activity';
import { sleepFor } from '../../core/sleep.ts';
import { milliseconds } from '../../core/duration.ts';
import type { Running } from '../../core/travel/runner.ts';
import { signalOf } from './run-to-end.ts';

/**
 * Runs `work` as the task: its id is the activity's, so that keys made of the two are the task's own.
 *
 * @param type the name of the activity, where it is not that of the pack
 */
export function asTask<A extends unknown[], R>(
  pack: Context,
  id: string,
  running: Running<unknown>,
  work: (...args: A) => R,
  args: A,
  type?: string,
): R {
  const own = new (contextsOf(pack))(id, running, type) as Context;
  return asyncLocalStorage.run(own, work, ...args);
}

/** How an activity is run: by itself, in a pack of calls, as a row of a map, or in the workflow's own task. */
export type AttemptTravel = 'alone' | 'pack' | 'map' | 'local';

/** Of the attempt that runs, read without making anything. @returns undefined outside of an activity */
export function attemptHere(): { readonly travel: AttemptTravel; readonly attempt: number } | undefined {
  const context = asyncLocalStorage.getStore();
  if (!context) return undefined;
  const own = (context as Partial<OfPack>)[attemptOfPack];
  return own ?? { travel: context.info.isLocal ? 'local' : 'alone', attempt: context.info.attempt };
}

/** The id of the task of a pack that runs, which has no activity of its own; undefined for rows of a map, which are too many to tell of each. */
export function packedTaskHere(): string | undefined {
  const context = asyncLocalStorage.getStore();
  const own = context && (context as Partial<OfPack>)[attemptOfPack];
  return own && own.travel !== 'map' ? context.info.activityId : undefined;
}

const attemptOfPack = Symbol('attempt of a pack');

interface OfPack {
  readonly [attemptOfPack]: { readonly travel: AttemptTravel; readonly attempt: number };
}

function travelOfPack({ info: { isLocal, activityType } }: Context): AttemptTravel {
  if (isLocal) return 'local';
  return /runPages|runItem/.test(activityType) ? 'map' : 'pack';
}

/** What a task has read of its context so far. */
interface Made {
  info?: Context['info'];
  cancellationSignal?: AbortSignal;
  cancelled?: Promise<never>;
  sleep?: Context['sleep'];
}

/** What it makes has the pack's context as its prototype, so it is one. */
type TaskContext = new (id: string, running: Running<unknown>, type?: string) => object;

const contexts = new WeakMap<Context, TaskContext>();

function contextsOf(pack: Context): TaskContext {
  let known = contexts.get(pack);
  if (!known) contexts.set(pack, (known = makeContexts(pack)));
  return known;
}

/** All else of the pack's context stays as it is. */
function makeContexts(pack: Context): TaskContext {
  const travel = travelOfPack(pack);
  class Own implements OfPack {
    readonly #id: string;
    readonly #running: Running<unknown>;
    readonly #type: string | undefined;
    readonly #attempt: number;
    #read: Made | undefined;

    constructor(id: string, running: Running<unknown>, type?: string) {
      this.#id = id;
      this.#running = running;
      this.#type = type;
      this.#attempt = running.attempts;
    }

    get #made(): Made {
      return (this.#read ??= {});
    }

    get [attemptOfPack](): OfPack[typeof attemptOfPack] {
      return { travel, attempt: this.#attempt };
    }

    get info(): Context['info'] {
      return (this.#made.info ??= {
        ...pack.info,
        activityId: this.#id,
        activityType: this.#type ?? pack.info.activityType,
        attempt: this.#attempt,
        heartbeatDetails: undefined,
      });
    }

    get cancellationSignal(): AbortSignal {
      return (this.#made.cancellationSignal ??= signalOf(this.#running));
    }

    get cancelled(): Promise<never> {
      return (this.#made.cancelled ??= untilAborted(this.cancellationSignal));
    }

    get heartbeat(): Context['heartbeat'] {
      return noHeartbeat;
    }

    /** Bound, as the SDK's own is. */
    get sleep(): Context['sleep'] {
      return (this.#made.sleep ??= (time) => sleepUnlessAborted(time, this.cancellationSignal));
    }
  }
  Object.setPrototypeOf(Own.prototype, pack);
  return Own;
}

const noHeartbeat = (): void => {};

async function sleepUnlessAborted(time: Parameters<Context['sleep']>[0], signal: AbortSignal): Promise<void> {
  await sleepFor(milliseconds(time, 'sleep'), signal).catch(() => {
    throw new CancelledFailure('The task was cancelled');
  });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const fail = (): void => reject(new CancelledFailure('The task was cancelled'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
  // Whoever waits for it sees it rejected; nobody need.
  aborted.catch(() => {});
  return aborted;
}
