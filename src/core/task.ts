/** What became of one task: exactly one result a task, always under the task's own id, and always plain JSON. */

/** A task's outcome; narrow on `success`. */
export type TaskResult<T = unknown> = TaskSuccess<T> | TaskFailure;

export interface TaskSuccess<T = unknown> {
  readonly id: string;
  readonly success: true;
  readonly result: T;
  /** Milliseconds from start to settlement. */
  readonly durationMs: number;
  /** How many times the fan-out started the task: 1, or 2 with a backup attempt. */
  readonly attempts: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
}

export interface TaskFailure {
  readonly id: string;
  readonly success: false;
  readonly error: TaskError;
  /** Milliseconds from start to settlement; 0 if the task never started. */
  readonly durationMs: number;
  /** 0 if the task never started. */
  readonly attempts: number;
  /** Milliseconds since the Unix epoch; absent if the task never started. */
  readonly startedAt?: number;
}

/**
 * Why a task has no result: it `failed` by itself, `timedOut` (its own timeout or the deadline cut it), was
 * `cancelled` while it ran, or was `notStarted` because the fan-out was over first.
 */
export type TaskErrorKind = 'failed' | 'timedOut' | 'cancelled' | 'notStarted';

export interface TaskError {
  readonly kind: TaskErrorKind;
  /** The root cause's type, such as `RateLimited`; never a wrapper's. */
  readonly name: string;
  readonly message: string;
  /** Whether trying again could help, where the thrower said so. */
  readonly retryable?: boolean;
}

const timeoutNames = new Set(['TimeoutError', 'TimeoutFailure']);
const cancelNames = new Set(['AbortError', 'CancelledFailure', 'CancellationError']);

/**
 * Any thrown value as a {@link TaskError}. The root cause is the news; wrappers such as Temporal's
 * `Activity task failed` are not, so `cause` is walked to its end and the root's `type` is preferred to its name.
 */
export function describeError(thrown: unknown): TaskError {
  const root = rootCause(thrown);
  if (!(root instanceof Error)) return { kind: 'failed', name: 'Error', message: messageOf(root) };
  const name = 'type' in root && typeof root.type === 'string' && root.type !== '' ? root.type : messageOf(root.name);
  const kind = timeoutNames.has(root.name) ? 'timedOut' : cancelNames.has(root.name) ? 'cancelled' : 'failed';
  const retryable =
    'nonRetryable' in root && typeof root.nonRetryable === 'boolean' ? { retryable: !root.nonRetryable } : {};
  return { kind, name, message: messageOf(root.message), ...retryable };
}

function rootCause(thrown: unknown): unknown {
  let root = thrown;
  for (let depth = 0; depth < 20 && root instanceof Error && root.cause instanceof Error; depth++) root = root.cause;
  return root;
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  for (const show of [JSON.stringify, String]) {
    try {
      const shown: unknown = show(thrown);
      if (typeof shown === 'string') return shown;
    } catch {
      // A cycle, a bigint or an object without a prototype: the next way may do.
    }
  }
  return `A value of type ${typeof thrown} that cannot be shown`;
}
