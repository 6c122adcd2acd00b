/** What compiles and what does not, without the types of any package of fanfold's own. */
import type { Duration } from 'fanfold';
import { gather, group } from 'fanfold/workflow';

interface Lookups {
  readonly orders: () => Promise<string[]>;
}

export async function typed(lookups: Lookups, maybe?: '10s'): Promise<string[]> {
  const deadline: '10s' | undefined = maybe;
  const { orders } = await group(lookups, { deadline });
  // @ts-expect-error there is no such unit
  const far: Duration = '10 parsecs';
  // @ts-expect-error there is no such unit
  await gather(orders, (each) => each, { deadline: '10 parsecs' });
  await gather(orders, (each) => each, { deadline: '2 minutes', taskTimeout: far });
  // @ts-expect-error there is no such option
  await gather(orders, (each) => each, { deadlin: '1s' });
  const { failedTasks } = await gather(lookups);
  // @ts-expect-error there is no such task
  return [...orders, failedTasks.orders ?? '', failedTasks.payments];
}
