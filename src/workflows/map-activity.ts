/** One activity over a list, by name: what a service starts without a workflow of its own. */
import type { ActivityOptions } from '@temporalio/workflow';
import type { FanIn } from '../core/fan-in.ts';
import type { GatherOptions } from '../core/options.ts';
import { proxyActivities } from './activity.ts';
import { gather } from './fan-out.ts';

export interface MapActivityOptions<I, T> extends GatherOptions<I, T> {
  /** What the activity receives for an item. @default the item */
  readonly input?: (item: I) => unknown;
  /** The activity's own options, over fanfold's defaults. */
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
  { input = (item) => item, activity: activityOptions, ...options }: MapActivityOptions<I, T> = {},
): Promise<FanIn<T>> {
  const activities = proxyActivities<Record<string, (input: unknown) => Promise<T>>>(activityOptions);
  return gather(items, (item) => call(activities, activity, input(item)), { name: activity, ...options });
}

function call<T>(activities: Record<string, (input: unknown) => Promise<T>>, name: string, input: unknown): Promise<T> {
  const activity = activities[name];
  if (!activity) throw new TypeError(`There is no activity '${name}'`);
  return activity(input);
}
