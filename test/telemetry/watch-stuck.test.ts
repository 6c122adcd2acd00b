/** What the log of a service says of runs that cannot go on: each once, with why, and once more when that is over. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogFacts } from '../../src/telemetry/log.ts';
import { watchStuck } from '../../src/telemetry/watch-stuck.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<object>()),
  // The next look comes at once.
  setTimeout: () => new Promise((resolve) => setImmediate(resolve)),
}));

/** What is told of so many looks, each of which finds this or fails. */
async function told(
  ...looks: readonly (Record<string, string> | Error)[]
): Promise<{ said: LogFacts[]; asked: string[][] }> {
  const [said, asked]: [LogFacts[], string[][]] = [[], []];
  const ending = new AbortController();
  let next = 0;
  const look = async (known: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    asked.push([...known]);
    const found = looks[next++] ?? {};
    if (next > looks.length) ending.abort();
    if (found instanceof Error) throw found;
    return new Map(Object.entries(found));
  };
  await watchStuck(look, { signal: ending.signal, log: (entry) => said.push(entry) });
  return { said, asked };
}

test('a run that cannot go on is told once with why, looked at again, and told once when it goes on', async () => {
  const { said, asked } = await told({ a: 'nobody polls' }, { a: 'nobody polls', b: 'fails' }, { b: 'fails' });
  expect(said).toEqual([
    { level: 'error', message: 'Work cannot go on', run: 'a', cause: 'nobody polls' },
    { level: 'error', message: 'Work cannot go on', run: 'b', cause: 'fails' },
    { level: 'info', message: 'Work goes on, or is over,', run: 'a' },
  ]);
  expect(asked.slice(0, 4)).toEqual([[], ['a'], ['a', 'b'], ['b']]);
});

test('a look that fails says nothing of any run', async () => {
  const { said } = await told({ a: 'nobody polls' }, new Error('away'), { a: 'nobody polls' });
  expect(said).toHaveLength(1);
});

test('of very many no more are told than somebody reads', async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`r${at}`, 'nobody polls']));
  expect((await told(many, many)).said).toHaveLength(50);
});
