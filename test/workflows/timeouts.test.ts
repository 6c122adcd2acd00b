import { expect, test } from 'vitest';
import { stage } from '../support/temporal.ts';
import type { FanIn } from '../../src/index.ts';
import type { Job } from '../support/workflows.ts';

const on = stage();
const slow = (id: string): Job => ({ id, ms: 30_000 });
const quick = (id: string): Job => ({ id, ms: 1 });

async function timersOf(jobs: Job[], options: object): Promise<{ started: number; left: number; found: FanIn }> {
  const handle = await on.start('gathered', jobs, options);
  const found = (await handle.result()) as FanIn;
  const { events } = await handle.fetchHistory();
  const count = (name: 'timerStarted' | 'timerFired' | 'timerCanceled'): number =>
    (events ?? []).filter((event) => event[`${name}EventAttributes`]).length;
  return {
    started: count('timerStarted'),
    left: count('timerStarted') - count('timerFired') - count('timerCanceled'),
    found,
  };
}

test('the timeouts of many tasks are one timer, which is gone when the last of them has ended', async () => {
  const jobs = Array.from({ length: 40 }, (_, index) => quick(`t${index}`));
  const { started, left, found } = await timersOf(jobs, { taskTimeout: '30s' });
  expect(found.successCount).toBe(40);
  expect([started, left]).toEqual([1, 0]);
});

test('each task has its own time from its own start, though one timer at a time serves all', async () => {
  const others = Array.from({ length: 8 }, (_, index) => quick(`d${index}`));
  const jobs = [slow('a'), { id: 'b', ms: 400 }, slow('c'), ...others];
  const { started, left, found } = await timersOf(jobs, { taskTimeout: '1s', concurrency: 2 });
  const [a, b, c, ...rest] = found.results;
  expect([b, ...rest].map((one) => one?.success)).toEqual(Array.from({ length: 9 }, () => true));
  for (const late of [a, c]) {
    expect(late).toMatchObject({ success: false, error: { kind: 'timedOut', name: 'TaskTimeoutError' } });
    expect(late?.durationMs).toBeGreaterThanOrEqual(1000);
  }
  expect(Number(c?.startedAt)).toBeGreaterThan(Number(a?.startedAt));
  // One for `a`, one for `c`, and one for those that a busy machine lets run after both.
  expect(started).toBeLessThan(jobs.length / 2);
  expect(left).toBe(0);
});

test('tasks one after another keep the timer of the first', async () => {
  const jobs = Array.from({ length: 8 }, (_, index) => quick(`t${index}`));
  const { started, found } = await timersOf(jobs, { taskTimeout: '30s', concurrency: 1 });
  expect(found.successCount).toBe(8);
  expect(started).toBe(1);
});
