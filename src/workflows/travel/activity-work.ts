/** How items become calls of activities, whichever way they travel. */
import type { ActivityOptions } from '@temporalio/workflow';
import type { WorkerFacts } from '../../core/travel/local.ts';
import type { PackWork } from './packs.ts';

/**
 * How an item becomes a call of an activity.
 *
 * @example const work: ActivityWork<string> = { activity: () => 'score', input: (id) => ({ id }), attempts: 3 };
 */
export interface ActivityWork<I> extends PackWork<I> {
  readonly attempts: number;
  /** What the worker has seen of its activities; without it, `'auto'` never runs them in the workflow's own task. */
  readonly latencies?: WorkerFacts['paces'];
  /** Whether few tasks under `'auto'` travel as calls of tasks do; a run that began before they did keeps an activity each. */
  readonly together?: boolean;
  /** The named limit at which an item waits, if it does. */
  readonly limit?: (item: I) => string | undefined;
  /** Over fanfold's defaults, for activities that run one by one. */
  readonly options?: ActivityOptions;
}
