/** What a person or another agent may do to a fan-out that is running. Every change is checked before it is made. */
import type { Duration } from '../duration.ts';
import type { StopReason } from '../stop.ts';
import type { TaskResult } from '../task.ts';

/**
 * How far a task is.
 *
 * @example const isOver = (state: TaskState) => state === 'succeeded' || state === 'failed';
 */
export type TaskState = 'queued' | 'running' | 'succeeded' | 'failed';

/**
 * A task at this moment.
 *
 * @example const slow = ({ state, startedAt = 0 }: TaskProgress) => state === 'running' && Date.now() - startedAt > 10_000;
 */
export interface TaskProgress {
  readonly id: string;
  readonly state: TaskState;
  /** Milliseconds since the Unix epoch; absent until it starts. */
  readonly startedAt?: number;
  /** Absent until it settles. */
  readonly durationMs?: number;
  /** The error's message, where it failed. */
  readonly message?: string;
  /** Why it does not run though it was started: it waits at a limit. Told by the client, which asks the server. */
  readonly waitingFor?: Waiting;
  /** Of a task whose activity has failed and is tried again by the server. Told by the client, too. */
  readonly retry?: Retry;
}

/**
 * A task that is tried again: which attempt it is at, what the last one failed of, and when the next begins, where it waits
 * for that, in milliseconds since the Unix epoch.
 *
 * @example const says = ({ attempt, message }: Retry) => `attempt ${attempt} after: ${message}`;
 */
export interface Retry {
  readonly attempt: number;
  readonly message?: string;
  readonly at?: number;
}

/**
 * `queued` for its turn; `throttled`: it was refused for lack of room, and is tried again at `until`; `retry`: it failed,
 * and is tried again then. In milliseconds since the Unix epoch.
 *
 * @example const says = ({ limit, why }: Waiting) => `waits at ${limit}: ${why}`;
 */
export interface Waiting {
  readonly limit: string;
  readonly why: 'queued' | 'throttled' | 'retry';
  readonly until?: number;
}

/**
 * A fan-out at this moment. Plain JSON.
 *
 * @example const line = ({ succeeded, failed, total }: Progress) => `${succeeded + failed} of ${total}`;
 */
export interface Progress {
  readonly name: string;
  readonly total: number;
  readonly queued: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly concurrency: number;
  /** How its tasks travel, where not each by itself: this many to an activity, or inside the workflow's own task. */
  readonly granularity?: 'local' | number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly deadlineAt?: number;
  /** Absent while it runs. */
  readonly endedAt?: number;
  readonly minimum: { readonly ratio?: number | undefined; readonly successes?: number | undefined };
  readonly spent?: number;
  readonly stoppedBy?: StopReason;
  /**
   * In the order given; of more tasks than were asked for those that run, the longest first, and then those that failed.
   */
  readonly tasks: readonly TaskProgress[];
}

/**
 * A change to a running fan-out, as plain JSON.
 *
 * @example control.change({ kind: 'extendDeadline', by: '1 minute' } satisfies Change);
 */
export type Change =
  | { readonly kind: 'settleNow' }
  | { readonly kind: 'extendDeadline'; readonly by: Duration }
  | { readonly kind: 'cancelTask'; readonly id: string }
  | { readonly kind: 'addTasks'; readonly items: readonly unknown[] }
  | { readonly kind: 'setConcurrency'; readonly concurrency: number }
  | { readonly kind: 'setMinimum'; readonly ratio?: number; readonly successes?: number };

/**
 * A fan-out that runs, as it is seen and changed.
 *
 * @example const { gather } = fanOut(promiseHost({ opened: (control: FanOutControl) => show(control.progress()) }));
 */
export interface FanOutControl {
  readonly name: string;
  /** @param maxTasks how many tasks to list @default 200 */
  progress(maxTasks?: number): Progress;
  /** The results so far in the order they settled, from position `after` on, at most `limit`; `next` where there are more. */
  settled(after: number, limit: number): { readonly results: readonly TaskResult[]; readonly next?: number };
  /** For a change from outside. @throws {InvalidOptionsError} naming the field, when it cannot be made; nothing is changed */
  check(change: Change): void;
  /** Makes a change of the program's own, or one that `check` let through. @throws {InvalidOptionsError} where it cannot be made */
  apply(change: Change): void;
}
