/** What the log of a service says of runs that cannot go on: each once, with why, and once more when that is over. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Repeats, type LogFacts } from '../../src/telemetry/log.ts';
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
  await watchStuck(look, { signal: ending.signal, log: (entry) => said.push(entry) > 0, everyMs: 1 });
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

test('the last word of a run is how it stands, however often that has changed, as the log holds back what it said a moment ago', async () => {
  const [said, repeats, ending]: [string[], Repeats, AbortController] = [[], new Repeats(), new AbortController()];
  const log = (entry: LogFacts): boolean => {
    const passed = repeats.pass(entry, Date.now());
    if (passed) said.push(passed.message.replace(/ \(and .*/, ''));
    return passed !== undefined;
  };
  const stuck = new Map([['a', 'nobody polls']]);
  // Ten seconds each: it hangs, goes on and hangs again within a minute.
  const states = [stuck, new Map<string, string>(), ...Array.from({ length: 8 }, () => stuck)];
  const look = async (): Promise<ReadonlyMap<string, string>> => {
    vi.setSystemTime(Date.now() + 10_000);
    const state = states.shift();
    if (!state) ending.abort();
    return state ?? new Map();
  };
  await watchStuck(look, { signal: ending.signal, log, everyMs: 1 });
  expect(said).toEqual(['Work cannot go on', 'Work goes on, or is over,', 'Work cannot go on']);
});
