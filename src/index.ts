/** The types, the errors and the pure verbs; loads neither Temporal nor Node. */
import { promiseHost, type TaskContext } from './core/promise-host.ts';
import { fanOut, type Verbs } from './core/verbs.ts';

const verbs: Verbs<[TaskContext]> = fanOut(promiseHost());

/**
 * Start every task and keep what worked, until the stopping rule says that it is over; in a plain process, as for a
 * workflow there is the one of `fanfold/workflow`.
 *
 * @throws {InsufficientResultsError} below the minimum
 * @throws {InvalidOptionsError} before anything is started
 * @example const { mergedResults, failedTasks } = await gather(urls, (url, { signal }) => fetch(url, { signal }), { deadline: '10s' });
 */
export const gather: Verbs<[TaskContext]>['gather'] = verbs.gather;

/**
 * Every result, in order; the first failure cancels the rest. In a plain process, as `gather`.
 *
 * @throws {TaskFailedError} with what had succeeded
 * @throws {InvalidOptionsError} before anything is started
 * @example const { orders, payments } = await group({ orders: () => ordersOf(7), payments: () => paymentsOf(7) });
 */
export const group: Verbs<[TaskContext]>['group'] = verbs.group;

/**
 * Each result as it settles, failures too; leaving the loop cancels the rest. In a plain process, as `gather`.
 *
 * @throws {InvalidOptionsError} before anything is started
 * @example for await (const result of asCompleted(urls, (url) => load(url))) if (result.success) show(result.result);
 */
export const asCompleted: Verbs<[TaskContext]>['asCompleted'] = verbs.asCompleted;

export { fanOut, type NamedFanIn, type NamedResult, type NamedTasks, type Verbs } from './core/verbs.ts';
export { promiseHost, type PromiseHostOptions, type TaskContext } from './core/promise-host.ts';
export type { Host, Scope, TaskInfo } from './core/host.ts';
export type { Task } from './core/batch.ts';
export type { Change, FanOutControl, Progress, TaskProgress, TaskState, Waiting } from './core/live/control.ts';
export {
  checkCount,
  type FanOutOptions,
  type GatherOptions,
  type NamedFanOutOptions,
  type NamedGatherOptions,
} from './core/options.ts';
export type { RunOptions } from './core/run-options.ts';
export type { CachedInput, RunContext, RunOutcome, RunTasksInput, TaskSpec, PendingApproval } from './core/run.ts';
export type { Coverage } from './core/reduce/reducer.ts';
export { given, type Given } from './core/given.ts';
export { checkNames } from './core/option-names.ts';
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
