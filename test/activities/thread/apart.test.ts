/** Work on a thread of its own: what it gives, and what happens where it does not end. */
import { ApplicationFailure } from '@temporalio/common';
import { expect, test, vi } from 'vitest';
import { moduleBeside, runApart } from '../../../src/activities/thread/apart.ts';
import type { behave, Behaviour } from './hostile.ts';

const work = { module: moduleBeside(import.meta.url, './hostile.ts'), name: 'behave' };
const run = (input: Behaviour, more: object = {}) =>
  runApart<typeof behave>(work, input, { source: 'bank.xml', timeoutMs: 500, ...more });
const failing = async (promise: Promise<unknown>): Promise<ApplicationFailure> => {
  const thrown: unknown = await promise.catch((error: unknown) => error);
  if (thrown instanceof ApplicationFailure) return thrown;
  throw new Error(`no ApplicationFailure: ${String(thrown)}`);
};

test('a function of a module is run with a copy of its argument, many at a time', async () => {
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  const bytes = new Uint8Array(3);
  const all = numbers.map((n) => run({ how: 'double', n, bytes }));
  expect(await Promise.all(all)).toEqual(numbers.map((n) => n * 2 + 3));
});

test.each(['spin', 'backtrack'] as const)(
  'one that does not end (%s) is ended, and the shared thread goes on meanwhile',
  async (name) => {
    let turns = 0;
    const ticking = setInterval(() => turns++, 5);
    const before = process.cpuUsage();
    const failure = await failing(run({ how: name }));
    clearInterval(ticking);
    expect(failure).toMatchObject({ type: 'ParsingTimedOut', nonRetryable: true });
    expect(failure.message).toContain('bank.xml cannot be read');
    expect(turns).toBeGreaterThan(10);
    expect(process.cpuUsage(before).user).toBeGreaterThan(100_000);
  },
);

test('one that takes all memory ends its own thread and nothing else', async () => {
  const failure = await failing(run({ how: 'swallow' }, { source: 'bomb.pdf', timeoutMs: 30_000 }));
  expect(failure).toMatchObject({ type: 'ParsingOutOfMemory', nonRetryable: true });
});

test('a failure keeps its type and its words, and the next call is served', async () => {
  expect(await failing(run({ how: 'refuse' }))).toMatchObject({
    type: 'StatementUnreadable',
    message: 'it is no statement',
    nonRetryable: true,
  });
  expect((await failing(run({ how: 'answer a function' }))).message).toMatch(/cloned/);
  expect(await run({ how: 'double', n: 1, bytes: new Uint8Array() })).toBe(2);
});

test('who cancels gets the reason at once, and the work ends', async () => {
  const cancel = new AbortController();
  const running = run({ how: 'spin' }, { timeoutMs: 60_000, signal: cancel.signal });
  setTimeout(() => cancel.abort(new Error('enough')), 300);
  await expect(running).rejects.toThrow('enough');
});

test('the process’s keys are not there', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'secret');
  expect(await run({ how: 'environment' })).not.toContain('OPENAI_API_KEY');
});

test('who cancels while all threads are taken gets the reason at once, and the others keep their places', async () => {
  const busy = new AbortController();
  const spinning = Array.from({ length: 5 }, () => run({ how: 'spin' }, { timeoutMs: 60_000, signal: busy.signal }));
  const ends = Promise.allSettled(spinning);
  const late = new AbortController();
  const waits = run({ how: 'double', n: 1, bytes: new Uint8Array() }, { signal: late.signal });
  const next = run({ how: 'double', n: 2, bytes: new Uint8Array() });
  late.abort(new Error('too late'));
  await expect(waits).rejects.toThrow('too late');
  busy.abort(new Error('enough'));
  expect((await ends).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  expect(await next).toBe(4);
});
