/** What the table of the README says of a plain worker and of one with the plugin, a workflow for each row. */
import {
  asCompleted,
  cached,
  gather,
  group,
  mapActivity,
  mapSource,
  proxyActivities,
  reduce,
} from '../../src/workflow.ts';

interface Acts {
  echo(value: number): Promise<number>;
}

const { echo } = proxyActivities<Acts>();
const atApi = proxyActivities<Acts>({ limit: 'api' });
const numbers = Array.from({ length: 30 }, (_, index) => index);

/** What came back, and what a redrive from it calls again: nothing. */
export async function verbs(): Promise<unknown> {
  const gathered = await gather([1, 2], echo, { id: String });
  const grouped = await group([1, 2], echo);
  const landed: number[] = [];
  for await (const result of asCompleted([1, 2], echo)) if (result.success) landed.push(result.result);
  const merged = await reduce(
    asCompleted(['a', 'b'], async (each) => each, { id: (each) => each }),
    async (all) => all.join(''),
    {
      ids: ['a', 'b'],
      window: 10,
    },
  );
  const known = Object.fromEntries(gathered.results.flatMap((each) => (each.success ? [[each.id, each]] : [])));
  const again = await gather([1, 2], async () => 99, { id: String, known });
  return [gathered.mergedResults, grouped, landed.length, merged.result, again.mergedResults];
}

/** How far it is can be asked, and it is settled from outside. */
export async function controlled(): Promise<unknown> {
  const { hang } = proxyActivities<{ hang(): Promise<void> }>();
  const { stoppedBy } = await gather([1], hang, { name: 'held', minSuccesses: 0 });
  return stoppedBy;
}

export async function mapped(): Promise<unknown> {
  return (await mapActivity(numbers, 'echo')).mergedResults;
}

/** They are many and fast. */
export async function called(): Promise<unknown> {
  return (await gather(numbers, echo)).mergedResults;
}

export async function limited(): Promise<unknown> {
  return (await gather([7], atApi.echo)).results;
}

export async function kept(): Promise<unknown> {
  return (await gather([7], cached('echo'))).results;
}

export async function sourced(): Promise<unknown> {
  return (await gather([7], async () => (await mapSource({ kind: 'range', count: 2 }, 'echo')).fanIn.successCount))
    .results;
}
