/** What the log says of a server that does not answer: once when that begins and once when it is over, and last how it stands. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Repeats, type LogFacts } from '../../src/telemetry/log.ts';
import { watchServer } from '../../src/telemetry/watch-server.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<object>()),
  // The time that the watch would wait for passes at once.
  setTimeout: async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    await new Promise((resolve) => setImmediate(resolve));
  },
}));

/** What is written while so many asks, one after the other, are answered or not. */
async function written(...asks: readonly boolean[]): Promise<string[]> {
  const [said, repeats, ending]: [string[], Repeats, AbortController] = [[], new Repeats(), new AbortController()];
  const log = (entry: LogFacts): boolean => {
    const passed = repeats.pass(entry, Date.now());
    if (passed) said.push(passed.message.replace(/ \(and .*/, ''));
    return passed !== undefined;
  };
  const left = [...asks];
  const ask = async (): Promise<void> => {
    const isAnswered = left.shift();
    if (isAnswered === undefined) ending.abort();
    if (isAnswered === false) throw new Error('away');
  };
  await watchServer(ask, { signal: ending.signal, log });
  return said;
}

const times = (count: number, isAnswered: boolean): boolean[] => Array<boolean>(count).fill(isAnswered);
const away = 'The Temporal server does not answer; work goes on once it does';
const again = (seconds: number): string => `The Temporal server answers again, after ${seconds} s`;

test('an outage is told once when it begins and once when it is over, and one answer that is late is none', async () => {
  expect(await written(true, false, true)).toEqual([]);
  expect(await written(true, ...times(30, false), ...times(5, true))).toEqual([away, again(30)]);
});

test('one that comes back within a minute is told as well, once the log takes it', async () => {
  expect(await written(...times(3, false), true, ...times(90, false))).toEqual([away, again(3), away]);
});

test('what is over again before the log has taken it leaves no false word', async () => {
  const said = await written(...times(3, false), true, ...times(3, false), ...times(30, true));
  expect(said).toEqual([away, again(3)]);
});
