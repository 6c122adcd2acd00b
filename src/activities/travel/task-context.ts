/**
 * What an activity finds in `Context.current()` when it runs as one of many in a pack: its own task, not the pack.
 * Its heartbeats go nowhere, since the pack's own carry the results that are finished.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { asyncLocalStorage, CancelledFailure, type Context } from '@temporalio/activity';
import { milliseconds } from '../../core/duration.ts';

export interface TaskOfPack {
  readonly id: string;
  /** The name of the activity. @default that of the pack */
  readonly type?: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted when the task's result is no longer wanted. Only read by an activity that listens. */
  readonly signal: () => AbortSignal;
}

/** Runs `work` as the task: its id is the activity's, so that keys made of the two are the task's own. */
export function asTask<R>(pack: Context, task: TaskOfPack, work: () => R): R {
  return asyncLocalStorage.run(contextOf(pack, task), work);
}

function contextOf(pack: Context, { id, type, attempt, signal }: TaskOfPack): Context {
  let info: Context['info'] | undefined;
  let cancelled: Promise<never> | undefined;
  const own = {
    get info() {
      const activityType = type ?? pack.info.activityType;
      return (info ??= { ...pack.info, activityId: id, activityType, attempt, heartbeatDetails: undefined });
    },
    get cancellationSignal() {
      return signal();
    },
    get cancelled() {
      return (cancelled ??= untilAborted(signal()));
    },
    heartbeat: () => {},
    sleep: async (time: Parameters<Context['sleep']>[0]) => {
      const aborted = signal();
      await wait(milliseconds(time, 'sleep'), undefined, { signal: aborted }).catch(() => {
        throw new CancelledFailure('The task was cancelled');
      });
    },
  };
  return Object.setPrototypeOf(own, pack) as Context;
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
