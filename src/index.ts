/** The types, the errors and the pure verbs; loads neither Temporal nor Node. */
import { promiseHost } from './core/promise-host.ts';
import { fanOut } from './core/verbs.ts';

/** The three verbs for a plain process; for a workflow take those of `fanfold/workflow`. */
export const { asCompleted, gather, group } = fanOut(promiseHost());

export { fanOut, type NamedFanIn, type NamedTasks, type Verbs } from './core/verbs.ts';
export { promiseHost, type PromiseHostOptions, type TaskContext } from './core/promise-host.ts';
export type { Host, Scope, TaskInfo } from './core/host.ts';
export type { Task } from './core/batch.ts';
export type { Change, FanOutControl, Progress, TaskProgress, TaskState, Waiting } from './core/live/control.ts';
export { checkCount, type FanOutOptions, type GatherOptions } from './core/options.ts';
export type { RunOptions } from './core/run-options.ts';
export type { CachedInput, RunContext, RunOutcome, RunTasksInput, TaskSpec } from './core/run.ts';
export type { Coverage } from './core/reduce/reducer.ts';
export { given, type Given } from './core/given.ts';
export { Budget, type BudgetOptions } from './core/budget.ts';
export type { HedgeOptions } from './core/hedge.ts';
export { defineConfig, type FanfoldSettings } from './define-config.ts';
export type { LimitSettings } from './limits/learned/settings.ts';
export { milliseconds, type Duration } from './core/duration.ts';
export type { FanIn } from './core/fan-in.ts';
export type { StopReason } from './core/stop.ts';
export {
  describeError,
  type TaskError,
  type TaskErrorKind,
  type TaskFailure,
  type TaskResult,
  type TaskSuccess,
} from './core/task.ts';
export {
  FanOutCancelledError,
  InsufficientResultsError,
  InvalidOptionsError,
  TaskFailedError,
  type FanOutError,
} from './core/errors.ts';
