/** One activity over a list, by name; the only way in which fanfold may put many tasks into one activity. */
import { patched, type ActivityOptions } from '@temporalio/workflow';
import type { WorkerFacts } from '../../core/travel/local.ts';
import type { FanIn } from '../../core/fan-in.ts';
import type { GatherOptions } from '../../core/options.ts';
import { checkNames, gatherOptionNames } from '../../core/option-names.ts';
import { alwaysSingle, maxLocalTasks, type Granularity } from '../../core/travel/granularity.ts';
import { refuseBad } from '../accept-update.ts';
import type { ActivityWork } from './activity-work.ts';
import { gatherBySize } from './gather-by-size.ts';
import { workerFacts } from '../worker-facts.ts';

/**
 * How an activity is run over a list: the stopping rule, attempts, and how tasks travel.
 *
 * @example const options: MapActivityOptions<number, string> = { granularity: 100, attempts: 5, minSuccessRatio: 0.9 };
 */
export interface MapActivityOptions<I, T> extends GatherOptions<I, T> {
  /** What the activity receives for an item. @default the item */
  readonly input?: ((item: I) => unknown) | undefined;
  /** Attempts of each task, the first included. @default 3 */
  readonly attempts?: number | undefined;
  /**
   * `'task'` an activity each; a number, that many in a pack; `'local'` at most 100 fast ones inside the workflow's own
   * task; `'auto'` packs where tasks are fast, which the worker or the run has seen or the first ones show, and runs a few
   * inside the workflow's task where the worker has seen that all of them together take less than 250 ms. That much is
   * repeated after a crash at most.
   *
   * @default 'auto'
   */
  readonly granularity?: Granularity | undefined;
  /** The named limit at which each task waits; then each is an activity of its own, and `taskTimeout` is that of its call. */
  readonly limit?: string | undefined;
  /** The activity's own options, over fanfold's defaults; packs do not take them. */
  readonly activity?: ActivityOptions | undefined;
}

const own = ['input', 'attempts', 'granularity', 'limit', 'activity'] satisfies (keyof MapActivityOptions<
  unknown,
  unknown
>)[];
const names = [...gatherOptionNames, ...own];

/**
 * Run a registered activity for every item and keep what worked.
 *
 * @throws {ApplicationFailure} of type `InsufficientResultsError` or `InvalidOptionsError`
 * @example const { mergedResults } = await mapActivity<number>(people, 'score', { deadline: '5 minutes' });
 */
export async function mapActivity<T = unknown, I = unknown>(
  items: Iterable<I>,
  activity: string,
  given: MapActivityOptions<I, T> = {},
): Promise<FanIn<T>> {
  refuseBad(() => checkNames(given, names, '`mapActivity`'));
  const { input = (item: I) => item, activity: options, attempts = 3, granularity = 'auto', limit, ...rule } = given;
  const list = [...items];
  const asks = granularity === 'auto' && limit === undefined && options === undefined && asksFor(list.length);
  const work: ActivityWork<I> = {
    activity: () => activity,
    input,
    attempts,
    ...(asks ? await known() : {}),
    ...(options ? { options } : {}),
    ...(limit === undefined ? {} : { limit: () => limit }),
  };
  return gatherBySize(list, work, granularity, { ...rule, name: rule.name ?? activity });
}

/** Of more tasks packs are made by their count; histories from before few tasks travelled as calls do asked for fewer. */
function asksFor(tasks: number): boolean {
  if (tasks <= maxLocalTasks) return true;
  return tasks <= alwaysSingle && patched('fanfold: mapped calls travel together');
}

/** A worker that was not made by fanfold knows nothing, and then no activity counts as fast. */
async function known(): Promise<Pick<ActivityWork<unknown>, 'latencies' | 'together'>> {
  const { paces, ways = 1 } = await workerFacts().catch((): WorkerFacts => ({ names: [], paces: {} }));
  return ways < 2 ? {} : { latencies: paces, together: true };
}
