/** One activity over a list, by name; the only way in which fanfold may put many tasks into one activity. */
import type { ActivityOptions } from '@temporalio/workflow';
import type { FanIn } from '../core/fan-in.ts';
import type { GatherOptions } from '../core/options.ts';
import type { Granularity } from '../core/plan.ts';
import { gatherBySize } from './by-size.ts';

export interface MapActivityOptions<I, T> extends GatherOptions<I, T> {
  /** What the activity receives for an item. @default the item */
  readonly input?: (item: I) => unknown;
  /** Attempts of each task, the first included. @default 3 */
  readonly attempts?: number;
  /**
   * `'task'` an activity each, a number that many in a pack, `'auto'` packs when there are more than 500 fast tasks.
   * What finished in a pack within the last 200 ms before a crash runs again.
   *
   * @default 'auto'
   */
  readonly granularity?: Granularity;
  /** The activity's own options, over fanfold's defaults; packs do not take them. */
  readonly activity?: ActivityOptions;
}

/**
 * Run a registered activity for every item and keep what worked.
 *
 * @throws {ApplicationFailure} of type `InsufficientResultsError` or `InvalidOptionsError`
 */
export function mapActivity<T = unknown, I = unknown>(
  items: Iterable<I>,
  activity: string,
  {
    input = (item) => item,
    activity: options,
    attempts = 3,
    granularity = 'auto',
    ...rule
  }: MapActivityOptions<I, T> = {},
): Promise<FanIn<T>> {
  const work = { activity: () => activity, input, attempts, ...(options ? { options } : {}) };
  return gatherBySize(items, work, granularity, { name: activity, ...rule });
}
