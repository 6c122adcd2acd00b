/** Turn after turn of a few calls, as the loops of agents are: by a verb, and by `Promise.all`. */
import { proxyActivities } from '@temporalio/workflow';
import { gather } from '../../src/workflow.ts';

const { turn } = proxyActivities<{ turn(call: number): Promise<number> }>({ startToCloseTimeout: '1 minute' });
const calls = [0, 1, 2];

/** Both by Temporal's own proxy, so that nothing differs but the verb. */
export async function turns(count: number, how: 'gather' | 'all'): Promise<number> {
  let sum = 0;
  for (let each = 0; each < count; each++) {
    const values =
      how === 'all'
        ? await Promise.all(calls.map((call) => turn(call)))
        : (await gather(calls, (call) => turn(call))).mergedResults;
    sum += values.length;
  }
  return sum;
}

/** How often the details are written. */
export async function writtenDetails(count: number): Promise<number> {
  const { __TEMPORAL_ACTIVATOR__: activator } = globalThis as unknown as { __TEMPORAL_ACTIVATOR__: object };
  let current: unknown = '';
  let written = 0;
  Object.defineProperty(activator, 'currentDetails', {
    get: () => current,
    set(text: unknown) {
      current = text;
      written++;
    },
  });
  for (let each = 0; each < count; each++) {
    // Two at once and one after another in the same task.
    await Promise.all([gather(calls, (call) => call), gather(calls, (call) => turn(call))]);
    await gather(calls, (call) => call);
  }
  return written;
}
