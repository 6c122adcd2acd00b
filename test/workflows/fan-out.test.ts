import type { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import type { FanIn } from '../../src/index.ts';
import { stage } from '../support/temporal.ts';
import type { Job } from '../support/workflows.ts';

const { run, failure, start } = stage({ args: (...args: unknown[]) => args });
const quick = (count: number, ms = 20): Job[] => Array.from({ length: count }, (_, index) => ({ id: `t${index}`, ms }));
const slow: Job = { id: 'slow', ms: 30_000 };
const fails: Job = { id: 'fails', ms: 1, fail: 'no such source' };

async function gathered(jobs: Job[], options = {}): Promise<FanIn> {
  return (await run('gathered', jobs, options)) as FanIn;
}
const kinds = ({ results }: FanIn): string[] => results.map((result) => (result.success ? 'ok' : result.error.kind));

test('a straggler is cut at the deadline under its own id and the other nineteen results are kept', async () => {
  const fanIn = await gathered([...quick(19), slow], { deadline: '1s' });
  expect(fanIn.successCount).toBe(19);
  expect(fanIn.stoppedBy).toBe('deadline');
  expect(Object.keys(fanIn.failedTasks)).toEqual(['slow']);
  expect(fanIn.elapsedMs).toBeGreaterThanOrEqual(1000);
  expect(fanIn.elapsedMs).toBeLessThan(5000);
});

test('results come back in the order of the tasks, not of their ends', async () => {
  const fanIn = await gathered([{ id: 'late', ms: 200 }, fails, { id: 'early', ms: 1 }]);
  expect(fanIn.results.map(({ id }) => id)).toEqual(['late', 'fails', 'early']);
  expect(kinds(fanIn)).toEqual(['ok', 'failed', 'ok']);
  expect(fanIn.failedTasks).toEqual({ fails: 'no such source' });
});

test('a failure says its root cause by type, not the wrapper of the activity', async () => {
  const { results } = await gathered([fails]);
  expect(results[0]).toMatchObject({ error: { name: 'DemoFailure', message: 'no such source', retryable: false } });
});

test('too few results fail the workflow at once, as a failure that carries the whole fan-in', async () => {
  const thrown = await failure('gathered', [fails, ...quick(1), slow], { minSuccessRatio: 0.9 });
  expect(thrown).toMatchObject({ type: 'InsufficientResultsError', nonRetryable: true });
  expect(thrown.message).toMatch(/^Only \d\/3 tasks succeeded \(.*%\), minimum is 90%$/);
  expect(thrown.details?.[0]).toMatchObject({ stoppedBy: 'unreachable' });
});

test('the first three of many end the fan-out and cancel the rest', async () => {
  const fanIn = await gathered([slow, ...quick(3), { ...slow, id: 'slower' }], { first: 3 });
  expect(fanIn.stoppedBy).toBe('first');
  expect(kinds(fanIn)).toEqual(['cancelled', 'ok', 'ok', 'ok', 'cancelled']);
});

test('a result that matches ends the fan-out', async () => {
  const fanIn = (await run('gatheredUntil', [{ id: 'hit', ms: 1, value: 'x' }, slow], 'x')) as FanIn;
  expect(fanIn.stoppedBy).toBe('until');
  expect(fanIn.mergedResults).toEqual(['x']);
});

test('a loser of a race has a cancel request in history before the workflow ends', async () => {
  const handle = await start('gathered', [...quick(1), slow], { first: 1 });
  await handle.result();
  const { events } = await handle.fetchHistory();
  const cancelled = events?.filter(({ activityTaskCancelRequestedEventAttributes: asked }) => asked) ?? [];
  expect(cancelled).toHaveLength(1);
});

test('the first failure of a group cancels the rest and fails the workflow with its name', async () => {
  const thrown = await failure('grouped', [fails, slow]);
  expect(thrown).toMatchObject({ type: 'TaskFailedError', message: "Task 'fails' failed: no such source" });
});

test('a group of which all succeed returns the values in order', async () => {
  expect(
    await run('grouped', [
      { id: 'b', ms: 50, value: 2 },
      { id: 'a', ms: 1, value: 1 },
    ]),
  ).toEqual([2, 1]);
});

test('leaving the loop of asCompleted cancels what is still running', async () => {
  const jobs = [{ id: 'second', ms: 300 }, { id: 'first', ms: 1 }, slow];
  expect(await run('ordered', jobs, 2)).toEqual(['first:ok', 'second:ok']);
});

test('the shape of the answer follows the shape of the question', async () => {
  expect(await run('named')).toMatchObject({
    mergedResults: { orders: ['o-1'] },
    payments: { success: false, error: { message: 'no such customer' } },
  });
});

test('fan-outs inside a fan-out may use the same task ids', async () => {
  expect(await run('nested')).toEqual([3, 3]);
});

test('an activity bears the id of its task and a summary for the Web UI', async () => {
  const handle = await start('gathered', quick(1), { name: 'sources' });
  await handle.result();
  const { events } = await handle.fetchHistory();
  const scheduled = events?.find(({ activityTaskScheduledEventAttributes: asked }) => asked);
  expect(scheduled?.activityTaskScheduledEventAttributes?.activityId).toBe('t0');
  expect(String(scheduled?.userMetadata?.summary?.data)).toContain('sources: t0');
});

test('options that cannot be meant fail the workflow before anything is scheduled', async () => {
  const refused: Array<[object, string]> = [
    [{ minSuccessRatio: 1.5 }, 'minSuccessRatio'],
    [{ concurrency: 0 }, 'concurrency'],
    [{ first: 3 }, 'first'],
    [{ deadline: 'soon' }, 'deadline'],
  ];
  for (const [options, field] of refused) {
    const handle = await start('gathered', quick(2), options);
    const thrown: { cause?: ApplicationFailure } = await handle.result().catch((error: unknown) => error as object);
    expect(thrown.cause).toMatchObject({ type: 'InvalidOptionsError', details: [{ field }] });
    const { events } = await handle.fetchHistory();
    expect(events?.some(({ activityTaskScheduledEventAttributes: asked }) => asked)).toBe(false);
  }
});

test('two tasks of one id are refused, and no task is nothing wrong', async () => {
  expect(await failure('gathered', [...quick(1), ...quick(1)])).toMatchObject({ details: [{ field: 'id' }] });
  expect(await gathered([])).toMatchObject({ results: [], successRatio: 1, stoppedBy: 'allSettled' });
});

test('six hundred tasks at once stay within what a workflow bears', async () => {
  const fanIn = (await run(
    'mapped',
    Array.from({ length: 600 }, (_, index) => index),
  )) as FanIn;
  expect(fanIn.mergedResults).toEqual(Array.from({ length: 600 }, (_, index) => index));
});

test('inputs of several megabytes in all are launched by parts that the server takes', async () => {
  expect(
    await run(
      'mappedCount',
      Array.from({ length: 14 }, () => 'x'.repeat(120_000)),
    ),
  ).toBe(14);
});

test('a cancelled block around a fan-out cancels its tasks and not the workflow', async () => {
  const handle = await start('scoped', [slow]);
  await handle.signal('go');
  expect(await handle.result()).toBe('cancelled');
});

test('a task learns of its place where it has a parameter for that, and an activity gets no more than its item', async () => {
  expect(await run('informed')).toEqual({
    listed: [
      ['a', 0, '0', 1],
      ['b', 1, '1', 1],
    ],
    all: ['a0', 'b1'],
    seen: [0],
    byName: { first: 0, second: 'second1' },
    alone: [['a']],
    named: { only: [] },
  });
});
