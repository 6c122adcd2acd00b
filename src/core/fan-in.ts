/** The merge of one fan-out: every task once, in the order given, whatever became of it. */
import { given } from './given.ts';
import type { StopReason } from './stop.ts';
import type { TaskFailure, TaskResult, TaskSuccess } from './task.ts';

/**
 * Everything that came back from one fan-out. Plain JSON.
 *
 * @example const { mergedResults, failedTasks, stoppedBy }: FanIn<string> = await gather(urls, load);
 */
export interface FanIn<T = unknown> {
  /** One per task, in the order the tasks were given. */
  readonly results: readonly TaskResult<T>[];
  /** What the successful tasks returned, in the same order. */
  readonly mergedResults: readonly T[];
  readonly successCount: number;
  readonly failureCount: number;
  /** From 0 to 1; 1 where there was no task. */
  readonly successRatio: number;
  /** The message of each failed task, by id. */
  readonly failedTasks: Readonly<Record<string, string>>;
  /** Milliseconds of the slowest task. */
  readonly totalDurationMs: number;
  /** Milliseconds of the whole fan-out. */
  readonly elapsedMs: number;
  readonly stoppedBy: StopReason;
  /** What was spent of the budget, where there is one, in the budget's unit. */
  readonly spent?: number;
}

export interface FanInContext {
  readonly elapsedMs: number;
  readonly stoppedBy: StopReason;
  readonly spent?: number | undefined;
}

/**
 * Merge results into a {@link FanIn}.
 *
 * @example const merged = fanIn([...first.results, ...second.results], { elapsedMs: Date.now() - startedAt, stoppedBy: 'allSettled' });
 */
export function fanIn<T>(results: readonly TaskResult<T>[], context: FanInContext): FanIn<T> {
  const successes = results.filter((result): result is TaskSuccess<T> => result.success);
  const failures = results.filter((result): result is TaskFailure => !result.success);
  return {
    results,
    mergedResults: successes.map(({ result }) => result),
    successCount: successes.length,
    failureCount: failures.length,
    successRatio: results.length === 0 ? 1 : successes.length / results.length,
    failedTasks: Object.fromEntries(failures.map(({ id, error }) => [id, error.message])),
    totalDurationMs: results.reduce((slowest, { durationMs }) => Math.max(slowest, durationMs), 0),
    elapsedMs: context.elapsedMs,
    stoppedBy: context.stoppedBy,
    ...given({ spent: context.spent }),
  };
}
