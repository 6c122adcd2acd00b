/** What a caller may ask of a fan-out. */
import type { BudgetOptions } from './budget.ts';
import type { Duration } from './duration.ts';
import type { HedgeOptions } from './hedge.ts';
import type { TaskSuccess } from './task.ts';

/**
 * Options of every verb over functions by name, whose names are their ids.
 *
 * @example const options: NamedFanOutOptions = { name: 'lookups', concurrency: 5, deadline: '10s' };
 */
export interface NamedFanOutOptions<I = unknown> {
  /** Names the fan-out where a run has several. @default `fan-out`, then `fan-out-2`, … */
  readonly name?: string | undefined;
  /** How many tasks at once. @default as many as the host takes (500 in a workflow) */
  readonly concurrency?: number | undefined;
  /** Time for the whole fan-out; what has not settled by then is cancelled. A result that lands at that instant counts. */
  readonly deadline?: Duration | undefined;
  /** Time for each task, from its start. */
  readonly taskTimeout?: Duration | undefined;
  /** How long to wait, once over, for cancelled tasks that clean up. @default '1s' */
  readonly cancelGrace?: Duration | undefined;
  /** A backup attempt for slow tasks; only for tasks that are safe to repeat. */
  readonly hedge?: HedgeOptions | undefined;
  /** What the tasks together may spend. */
  readonly budget?: BudgetOptions<I> | undefined;
  /**
   * Whether an item may be added from outside while it runs, as `addTasks` does. It may throw an
   * {@link InvalidOptionsError} to say what is wrong with the item. @default nothing may be added
   */
  readonly accepts?: ((item: unknown, index: number) => boolean) | undefined;
}

/**
 * Options of every verb.
 *
 * @example const options: FanOutOptions<URL> = { id: ({ href }) => href, concurrency: 5, taskTimeout: '10s' };
 */
export interface FanOutOptions<I = unknown, T = unknown> extends NamedFanOutOptions<I> {
  /** Names each task. @default its position, from 0 */
  readonly id?: ((item: I, index: number) => string) | undefined;
  /** Results of an earlier run by id: these tasks are not started again. */
  readonly known?: Readonly<Record<string, TaskSuccess<T>>> | undefined;
}

/** When a fan-out is over before all tasks have settled, and how many must succeed. */
interface GatherRule<T> {
  /** Smallest share of tasks that must succeed, from 0 to 1. @default 0 */
  readonly minSuccessRatio?: number | undefined;
  /** A quorum: over as soon as this many succeeded, and an error below it. */
  readonly minSuccesses?: number | undefined;
  /** Over as soon as this many succeeded; fewer is no error by itself. */
  readonly first?: number | undefined;
  /** Over as soon as a result satisfies this. */
  readonly until?: ((result: T, id: string) => boolean) | undefined;
  /** Over as soon as more than this many failed. */
  readonly maxFailures?: number | undefined;
}

/**
 * Options of `gather` over functions by name.
 *
 * @example const rule: NamedGatherOptions<string> = { deadline: '10s', until: (text, name) => name === 'main' && text !== '' };
 */
export interface NamedGatherOptions<T = unknown> extends NamedFanOutOptions, GatherRule<T> {}

/**
 * Options of `gather`: the rule by which it is over.
 *
 * @example const rule: GatherOptions = { deadline: '30s', minSuccessRatio: 0.5, maxFailures: 10 };
 */
export interface GatherOptions<I = unknown, T = unknown> extends FanOutOptions<I, T>, GatherRule<T> {}
