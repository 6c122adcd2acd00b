/** What a fan-out runs: a function of an item, or something that takes many at a time. */
import type { Outcome, Slot } from './slots.ts';

/**
 * A task: an item becomes a result.
 *
 * @example const load: Task<URL, string> = async (url) => (await fetch(url)).text();
 */
export type Task<I, T, Context extends readonly unknown[] = []> = (item: I, ...context: Context) => Promise<T> | T;

/** Runs tasks many at a time, and reports each when it is known; a task's `item` and `id` are all that it needs. */
export interface Batch<I, T> {
  /** How its tasks travel: this many to an activity, or inside the workflow's own task. */
  readonly granularity: 'local' | number;
  run(
    tasks: readonly Slot<I, T>[],
    report: (settled: readonly { readonly slot: Slot<I, T>; readonly outcome: Outcome<T> }[]) => void,
  ): void;
}
