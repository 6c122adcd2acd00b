/** One fan-out, and what a later version of it may have changed, for `docs/replay-safe-changes.md`. */
import { patched } from '@temporalio/workflow';
import { gather, proxyActivities, type GatherOptions } from 'fanfold/workflow';

interface Shop {
  score(value: number): Promise<number>;
}
const alone = proxyActivities<Shop>({ travel: 'alone' });
const longer = proxyActivities<Shop>({
  travel: 'alone',
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 9 },
});
const pack = proxyActivities<Shop>({ travel: 'pack' });
const items = Array.from({ length: 20 }, (_, index) => index);
const base = { id: (item: number) => `item-${item}`, concurrency: 10, deadline: '1 minute' } as const;

interface Change {
  readonly options?: GatherOptions<number, number>;
  readonly items?: readonly number[];
  readonly call?: Shop['score'];
}

/** Named as the page names them. */
const changes: Record<string, Change> = {
  '`name`': { options: { name: 'scores' } },
  '`minSuccessRatio`, `maxFailures` that were not reached': { options: { minSuccessRatio: 0.5, maxFailures: 5 } },
  '`cancelGrace`': { options: { cancelGrace: '5s' } },
  '`budget` that was not reached': { options: { budget: { limit: 1000, estimate: 1 } } },
  '`until` that no result meets': { options: { until: (value) => value < 0 } },
  '`deadline`, another duration': { options: { deadline: '2 minutes' } },
  'options of activities: timeouts, retries': { call: (item) => longer.score(item) },
  '`concurrency`, while more tasks wait than run': { options: { concurrency: 5 } },
  '`deadline`, added or removed': { options: { deadline: undefined } },
  '`taskTimeout`, added or removed': { options: { taskTimeout: '30s' } },
  '`first`, `minSuccesses` that end it sooner': { options: { first: 3 } },
  '`id`': { options: { id: (item) => `score-${item}` } },
  'an item more or fewer': { items: [...items, 20] },
  'the order of items': { items: items.toReversed() },
  '`travel`, of calls that went alone': { call: (item) => pack.score(item) },
};

/** The test writes another name here, into the bundle. */
const changed: string = 'nothing has changed';

export async function scores(): Promise<readonly number[]> {
  const change = changes[changed] ?? {};
  const call = change.call ?? ((item: number) => alone.score(item));
  const { mergedResults } = await gather(change.items ?? items, call, { ...base, ...change.options });
  return mergedResults;
}

/** The test writes another word here, into the bundle of the new code. */
const version: string = 'the code before';

/** As the page says that a deadline may be added. */
export async function patient(): Promise<readonly number[]> {
  const deadline = version !== 'the code before' && patched('a deadline') ? '1 minute' : undefined;
  const { mergedResults } = await gather(items, (item: number) => alone.score(item), { ...base, deadline });
  return mergedResults;
}
