/** What became of one task: exactly one result a task, always under the task's own id, and always plain JSON. */
import { given } from './given.ts';
import { plainJson, truncate } from './bounded.ts';
import { causesOf, isA, messageOf, nameOf, propertyOf } from './thrown.ts';

/**
 * A task's outcome; narrow on `success`.
 *
 * @example const values = (results: readonly TaskResult<number>[]) => results.flatMap((each) => (each.success ? [each.result] : []));
 */
export type TaskResult<T = unknown, Id extends string = string> = TaskSuccess<T, Id> | TaskFailure<Id>;

/**
 * A task that succeeded, with its result.
 *
 * @example const slowest = (all: readonly TaskSuccess[]) => Math.max(...all.map(({ durationMs }) => durationMs));
 */
export interface TaskSuccess<T = unknown, Id extends string = string> {
  readonly id: Id;
  readonly success: true;
  readonly result: T;
  /** Milliseconds from start to settlement. */
  readonly durationMs: number;
  /** How many times the fan-out started the task: 1, or 2 with a backup attempt. */
  readonly attempts: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
}

/**
 * A task that failed.
 *
 * @example const line = ({ id, error, attempts }: TaskFailure) => `${id}: ${error.message} after ${attempts} attempts`;
 */
export interface TaskFailure<Id extends string = string> {
  readonly id: Id;
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
 * Why a task has no result: it `failed` by itself, `timedOut` (its own timeout or the deadline ended it), was
 * `cancelled` while it ran, or was `notStarted` because the fan-out was over first.
 *
 * @example const neverRan = (kind: TaskErrorKind) => kind === 'notStarted';
 */
export type TaskErrorKind = 'failed' | 'timedOut' | 'cancelled' | 'notStarted';

/**
 * Why a task failed. Plain JSON.
 *
 * @example const worthAnother = ({ kind, retryable }: TaskError) => kind === 'timedOut' || retryable === true;
 */
export interface TaskError {
  readonly kind: TaskErrorKind;
  /** The root cause's type, such as `RateLimited`; never a wrapper's. */
  readonly name: string;
  /** The root cause's, at most 10,000 characters of it. */
  readonly message: string;
  /** Whether trying again could help, where the thrower said so. */
  readonly retryable?: boolean;
  /** The `details` of the failure nearest to the root that has some; absent above 20,000 characters of JSON. */
  readonly details?: readonly unknown[];
  /** The `category` of the failure nearest to the root that has one, such as `BENIGN`. */
  readonly category?: string;
  /** The errors thrown around the root cause, the outermost first, at most five; without Temporal's own. */
  readonly wrappers?: readonly { readonly name: string; readonly message: string }[];
  /** It was thrown by the workflow's own code in the task, by no call that it made: a mistake more often than an outage. */
  readonly inWorkflowCode?: true;
}

const timeoutNames = new Set<unknown>(['TimeoutError', 'TimeoutFailure']);
const cancelNames = new Set<unknown>(['AbortError', 'CancelledFailure', 'CancellationError']);
/** They only say which call it was that failed. */
const transportNames = new Set<unknown>(['ActivityFailure', 'ChildWorkflowFailure', 'NexusOperationFailure']);
const maxDetailCharacters = 20_000;
const maxWrappers = 5;
const maxWrapperCharacters = 1000;

/** What was thrown, by its description; for as long as the process has it. */
const originals = new WeakMap<TaskError, unknown>();

/**
 * Any thrown value as a {@link TaskError}: bounded, plain JSON, and without half a surrogate pair, whatever was thrown.
 * The root cause is the news; wrappers such as Temporal's `Activity task failed` are not, so `cause` is walked to its end
 * and the root's `type` is preferred to its name. It never throws.
 *
 * @param inWorkflowCode whether a workflow's own code threw it @default false
 * @example describeError(new Error('outer', { cause: new TypeError('inner') })).message // 'inner'
 */
export function describeError(thrown: unknown, inWorkflowCode = false): TaskError {
  const chain = causesOf(thrown);
  const root = chain.at(-1);
  const error: TaskError = {
    kind: kindOf(root),
    name: nameOf(root),
    message: messageOf(root),
    ...given({
      retryable: retryableOf(root),
      details: detailsOf(chain),
      category: nearest(chain, 'category', (value) => (typeof value === 'string' && value !== '' ? value : undefined)),
      wrappers: wrappersOf(chain),
      inWorkflowCode: inWorkflowCode ? (true as const) : undefined,
    }),
  };
  originals.set(error, thrown);
  return error;
}

/** What was thrown, where it was thrown in this process. */
export function originalOf(error: TaskError): unknown {
  return originals.get(error);
}

function kindOf(root: unknown): TaskErrorKind {
  if (!isA(root, Error)) return 'failed';
  const name = propertyOf(root, 'name');
  return timeoutNames.has(name) ? 'timedOut' : cancelNames.has(name) ? 'cancelled' : 'failed';
}

function retryableOf(root: unknown): boolean | undefined {
  const nonRetryable = isA(root, Error) ? propertyOf(root, 'nonRetryable') : undefined;
  return typeof nonRetryable === 'boolean' ? !nonRetryable : undefined;
}

function detailsOf(chain: readonly unknown[]): readonly unknown[] | undefined {
  return nearest(chain, 'details', (value) => {
    const details = Array.isArray(value) && value.length > 0 ? plainJson(value, maxDetailCharacters) : undefined;
    return Array.isArray(details) ? details : undefined;
  });
}

/** What the error nearest to the root says, of those that say it. */
function nearest<R>(chain: readonly unknown[], name: string, read: (value: unknown) => R | undefined): R | undefined {
  for (const error of chain.toReversed()) {
    const found = isA(error, Error) ? read(propertyOf(error, name)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function wrappersOf(chain: readonly unknown[]): TaskError['wrappers'] {
  const wrappers: { name: string; message: string }[] = [];
  for (const error of chain.slice(0, -1)) {
    if (wrappers.length === maxWrappers) break;
    if (transportNames.has(propertyOf(error, 'name'))) continue;
    wrappers.push({ name: nameOf(error), message: truncate(messageOf(error), maxWrapperCharacters) });
  }
  return wrappers.length === 0 ? undefined : wrappers;
}
