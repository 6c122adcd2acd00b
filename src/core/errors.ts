/** The errors a fan-out ends with; each edge turns them into its own, so nothing here knows who catches them. */
import type { FanIn } from './fan-in.ts';
import { originalOf, type TaskError } from './task.ts';
import { truncate } from './bounded.ts';
import { maxMessageCharacters } from './thrown.ts';

/**
 * An option or an id that cannot be meant; thrown before anything is started.
 *
 * @example if (depth > 5) throw new InvalidOptionsError('depth', 'must be at most 5', depth);
 */
export class InvalidOptionsError extends Error {
  override readonly name = 'InvalidOptionsError';
  /** The option at fault, such as `minSuccessRatio`. */
  readonly field: string;

  constructor(field: string, problem: string, received?: unknown) {
    const message = `\`${field}\` ${problem}${received === undefined ? '' : `, got ${show(received)}`}`;
    super(truncate(message, maxMessageCharacters));
    this.field = truncate(field, 200);
  }
}

/**
 * Fewer tasks succeeded than the minimum asks for. Carries everything that did come back.
 *
 * @example try { await gather(urls, load, { minSuccesses: 3 }); } catch (error) { if (error instanceof InsufficientResultsError) show(error.fanIn.failedTasks); }
 */
export class InsufficientResultsError<T = unknown> extends Error {
  override readonly name = 'InsufficientResultsError';
  readonly fanIn: FanIn<T>;

  constructor(fanIn: FanIn<T>, minimum: string) {
    const total = fanIn.successCount + fanIn.failureCount;
    super(
      `Only ${fanIn.successCount}/${total} tasks succeeded (${percent(fanIn.successRatio)}), minimum is ${minimum}`,
    );
    this.fanIn = fanIn;
  }
}

/**
 * The first failure of a `group`.
 *
 * @example try { await group(urls, load); } catch (error) { if (error instanceof TaskFailedError) show(error.id, error.error.message); }
 */
export class TaskFailedError<T = unknown> extends Error {
  override readonly name = 'TaskFailedError';
  readonly id: string;
  readonly error: TaskError;
  readonly fanIn: FanIn<T>;

  constructor(id: string, error: TaskError, fanIn: FanIn<T>) {
    const cause = originalOf(error);
    super(`Task '${id}' ${verbs[error.kind]}: ${error.message}`, cause === undefined ? undefined : { cause });
    this.id = id;
    this.error = error;
    this.fanIn = fanIn;
  }
}

/**
 * The block around the fan-out was cancelled. Carries what had come back by then.
 *
 * @example try { await running; } catch (error) { if (error instanceof FanOutCancelledError) keep(error.fanIn.mergedResults); }
 */
export class FanOutCancelledError<T = unknown> extends Error {
  override readonly name = 'FanOutCancelledError';
  readonly fanIn: FanIn<T>;

  constructor(fanIn: FanIn<T>) {
    super(
      `The fan-out was cancelled with ${fanIn.successCount} of ${fanIn.successCount + fanIn.failureCount} tasks done`,
    );
    this.fanIn = fanIn;
  }
}

/**
 * What a verb throws in a plain process.
 *
 * @example const isKnown = (error: unknown): error is FanOutError => error instanceof InsufficientResultsError;
 */
export type FanOutError = InvalidOptionsError | InsufficientResultsError | TaskFailedError | FanOutCancelledError;

const verbs = {
  failed: 'failed',
  timedOut: 'timed out',
  cancelled: 'was cancelled',
  notStarted: 'never started',
} as const;

/** A ratio as people say it: `40%`, `33.3%`. */
export function percent(ratio: number): string {
  return `${Math.round(ratio * 1000) / 10}%`;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${truncate(value, 100)}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : `a value of type ${typeof value}`;
}
