/** A few no-op tasks beside an empty workflow on the same server, by turns, for each granularity. */
import { median, rounded } from './numbers.mjs';

const turnsPerRun = 7;
const granularities = ['gather', 'auto', 'local', 'task', 5];

export async function small({ tasks, runs }, stage) {
  const work = 'noop';
  const samples = new Map([['empty', []], ...granularities.map((granularity) => [granularity, []])]);
  // The first turn warms up: the worker learns how fast the activity is.
  for (let turn = 0; turn <= runs * turnsPerRun; turn++) {
    const keep = (name, ms) => turn > 0 && samples.get(name).push(ms);
    keep('empty', (await stage.timed('empty', {})).ms);
    for (const granularity of granularities)
      keep(granularity, (await stage.timed('run', { count: tasks, work, granularity })).ms);
  }
  const emptyMs = median(samples.get('empty'));
  const ways = granularities.map((granularity) => {
    const ms = median(samples.get(granularity));
    return { granularity, ms: rounded(ms), ratio: rounded(ms / emptyMs, 2) };
  });
  return { turns: runs * turnsPerRun, emptyMs: rounded(emptyMs), ways };
}
