/** Every way in which a fan-out ends, one by one. */
import { describe, expect, test } from 'vitest';
import { FanOutCancelledError, InsufficientResultsError } from '../../src/core/errors.ts';
import type { FanIn } from '../../src/core/fan-in.ts';
import type { GatherOptions } from '../../src/core/options.ts';
import { stage, thrownBy, type Job } from './stage.ts';

/** Five jobs that end at 10, 20, 30, 40 and 50 ms. */
const ladder: Job[] = ['a', 'b', 'c', 'd', 'e'].map((id, index) => ({ id, ms: 10 * (index + 1) }));
const withFailures = (ids: string): Job[] =>
  ladder.map((job) => (ids.includes(job.id) ? { ...job, fails: 'no luck' } : job));

async function gathered(all: readonly Job[], options: GatherOptions<Job, string>): Promise<FanIn<string>> {
  const on = stage();
  return on.run(() => on.gather(all, on.task, { ...on.options, ...options }));
}

test('it is over as `allSettled` once every task has settled, failures among them', async () => {
  const found = await gathered(withFailures('bd'), {});
  expect(found).toMatchObject({
    stoppedBy: 'allSettled',
    elapsedMs: 50,
    mergedResults: ['A', 'C', 'E'],
    successRatio: 0.6,
    failedTasks: { b: 'no luck', d: 'no luck' },
  });
});

describe('at the `deadline`', () => {
  test('what has settled is kept, and what has not is cut under its own id', async () => {
    const found = await gathered(ladder, { deadline: 25, concurrency: 3 });
    expect(found).toMatchObject({ stoppedBy: 'deadline', elapsedMs: 25, mergedResults: ['A', 'B'] });
    expect(found.results.slice(2)).toEqual(
      ['c', 'd', 'e'].map((id, index) => ({
        id,
        success: false,
        error: {
          kind: 'timedOut',
          name: 'DeadlineExceededError',
          message: 'Still running when the deadline passed (25 ms)',
          retryable: true,
        },
        durationMs: [25, 15, 5][index],
        attempts: 1,
        startedAt: [0, 10, 20][index],
      })),
    );
  });

  test('what had not started says so', async () => {
    const found = await gathered(ladder, { deadline: 5, concurrency: 1 });
    expect(found.results[4]).toEqual({
      id: 'e',
      success: false,
      error: {
        kind: 'notStarted',
        name: 'TaskNotStartedError',
        message: 'Not started before the deadline passed (5 ms)',
        retryable: true,
      },
      durationMs: 0,
      attempts: 0,
    });
  });

  test('a result that lands with it counts', async () => {
    const found = await gathered(ladder, { deadline: 30 });
    expect(found).toMatchObject({ stoppedBy: 'deadline', elapsedMs: 30, mergedResults: ['A', 'B', 'C'] });
  });

  test('a last result that lands with it leaves nothing to cut', async () => {
    expect(await gathered(ladder, { deadline: 50 })).toMatchObject({ stoppedBy: 'allSettled', successCount: 5 });
  });

  test('of zero the tasks start, and those that are done in the same instant count', async () => {
    const found = await gathered(
      [
        { id: 'a', ms: 0 },
        { id: 'b', ms: 1 },
      ],
      { deadline: 0 },
    );
    expect(found).toMatchObject({ stoppedBy: 'deadline', mergedResults: ['A'] });
  });
});

test('it is over as `minSuccesses` as soon as the quorum is reached', async () => {
  const found = await gathered(withFailures('a'), { minSuccesses: 2 });
  expect(found).toMatchObject({ stoppedBy: 'minSuccesses', elapsedMs: 30, mergedResults: ['B', 'C'] });
  expect(found.failedTasks).toEqual({
    a: 'no luck',
    d: 'Still running when enough tasks had succeeded',
    e: 'Still running when enough tasks had succeeded',
  });
});

test('a quorum together with a ratio waits for both', async () => {
  expect(await gathered(ladder, { minSuccesses: 2, minSuccessRatio: 0.8 })).toMatchObject({
    stoppedBy: 'minSuccesses',
    successCount: 4,
  });
});

test('a ratio alone ends nothing early: it is a minimum, and more is better', async () => {
  expect(await gathered(ladder, { minSuccessRatio: 0.2 })).toMatchObject({ stoppedBy: 'allSettled', successCount: 5 });
});

test('it is over after the `first` n, and fewer are no error', async () => {
  expect(await gathered(ladder, { first: 2 })).toMatchObject({
    stoppedBy: 'first',
    elapsedMs: 20,
    mergedResults: ['A', 'B'],
  });
  expect(await gathered(withFailures('abcd'), { first: 2 })).toMatchObject({
    stoppedBy: 'allSettled',
    mergedResults: ['E'],
  });
});

describe('`until` a result matches', () => {
  test('it is over with that result', async () => {
    const asked: string[] = [];
    const until = (value: string, id: string): boolean => asked.push(value + id) > 0 && value === 'C';
    const found = await gathered(ladder, { until });
    expect(found).toMatchObject({ stoppedBy: 'until', elapsedMs: 30, mergedResults: ['A', 'B', 'C'] });
    expect(found.failedTasks['e']).toBe('Still running when a result matched');
    expect(asked).toEqual(['Aa', 'Bb', 'Cc']);
  });

  test('a predicate that throws fails the task it was asked about, and the others go on', async () => {
    const until = (value: string): boolean => {
      if (value === 'B') throw new TypeError('cannot tell');
      return value === 'D';
    };
    const found = await gathered(ladder, { until });
    expect(found).toMatchObject({ stoppedBy: 'until', mergedResults: ['A', 'C', 'D'] });
    expect(found.results[1]).toMatchObject({
      id: 'b',
      success: false,
      error: { kind: 'failed', name: 'TypeError', message: 'cannot tell' },
    });
  });
});

describe('`unreachable`', () => {
  test('it is over as soon as the minimum can no longer be met, and the rest is cancelled', async () => {
    const error = await thrownBy(gathered(withFailures('ab'), { minSuccessRatio: 0.8 }));
    expect(error).toBeInstanceOf(InsufficientResultsError);
    expect((error as InsufficientResultsError).fanIn).toMatchObject({ stoppedBy: 'unreachable', elapsedMs: 20 });
    expect((error as InsufficientResultsError).fanIn.failedTasks['e']).toBe(
      'Still running when the minimum could no longer be reached',
    );
  });

  test('a minimum that can still be met exactly goes on', async () => {
    expect(await gathered(withFailures('ab'), { minSuccessRatio: 0.6 })).toMatchObject({
      stoppedBy: 'allSettled',
      successCount: 3,
    });
  });
});

test('it is over as `maxFailures` with the first failure above it', async () => {
  const found = await gathered(withFailures('bcd'), { maxFailures: 1 });
  expect(found).toMatchObject({ stoppedBy: 'maxFailures', elapsedMs: 30, mergedResults: ['A'] });
  expect(found.failedTasks['d']).toBe('Still running when more tasks failed than tolerated');
  expect(await gathered(withFailures('b'), { maxFailures: 1 })).toMatchObject({
    stoppedBy: 'allSettled',
    successCount: 4,
  });
});

test('it is over as `budget` once the next task does not fit and nothing runs that could give something back', async () => {
  const found = await gathered(ladder, { budget: { limit: 3, estimate: 1 } });
  expect(found).toMatchObject({ stoppedBy: 'budget', elapsedMs: 30, spent: 3, mergedResults: ['A', 'B', 'C'] });
  expect(found.failedTasks['d']).toBe('Not started before the budget was spent');
});

test('it is over as `settleNow` when somebody says so', async () => {
  const on = stage();
  on.changeAt(25, { kind: 'settleNow' });
  const found = await on.run(() => on.gather(ladder, on.task, { ...on.options, concurrency: 2 }));
  expect(found).toMatchObject({ stoppedBy: 'settleNow', elapsedMs: 25, mergedResults: ['A', 'B'] });
  expect(found.failedTasks).toEqual({
    c: 'Still running when the run was settled by hand',
    d: 'Still running when the run was settled by hand',
    e: 'Not started before the run was settled by hand',
  });
});

test('it is over as `cancelled` with the block around it, and the error carries what had come back', async () => {
  const on = stage();
  on.at(25, () => on.host.cancel());
  const error = await on.run(() => thrownBy(on.gather(ladder, on.task, { ...on.options, minSuccessRatio: 1 })));
  expect(error).toBeInstanceOf(FanOutCancelledError);
  const { fanIn, message } = error as FanOutCancelledError;
  expect(message).toBe('The fan-out was cancelled with 2 of 5 tasks done');
  expect(fanIn).toMatchObject({ stoppedBy: 'cancelled', mergedResults: ['A', 'B'] });
  expect(fanIn.failedTasks['c']).toBe('Still running when the run was cancelled');
});

describe('a task that takes longer than `taskTimeout`', () => {
  test('is timed out by itself, frees its place and leaves the others alone', async () => {
    const all = [{ id: 'slow', ms: 100 }, ...ladder.slice(0, 2)];
    const found = await gathered(all, { taskTimeout: 30, concurrency: 1 });
    expect(found).toMatchObject({ stoppedBy: 'allSettled', elapsedMs: 60, mergedResults: ['A', 'B'] });
    expect(found.results[0]).toMatchObject({
      durationMs: 30,
      error: { kind: 'timedOut', name: 'TaskTimeoutError', message: 'The task took longer than its timeout of 30 ms' },
    });
  });

  test('is told, and its clean-up is waited for even if it was the last one', async () => {
    const on = stage();
    const found = await on.run(() => on.gather([{ id: 'a', ms: 100, cleanup: 7 }], on.task, { taskTimeout: 30 }));
    expect([found.elapsedMs, on.log.cleaned]).toEqual([37, ['a']]);
  });
});

describe('the grace', () => {
  const slow = (cleanup?: number): Job => ({ id: 'slow', ms: 10_000, ...(cleanup === undefined ? {} : { cleanup }) });
  async function ended(
    all: readonly Job[],
    options: GatherOptions<Job, string>,
  ): Promise<[elapsedMs: number, cleaned: string[]]> {
    const on = stage();
    const { elapsedMs } = await on.run(async () => {
      const found = await on.gather(all, on.task, { deadline: 100, ...options });
      return { ...found, cleaned: [...on.log.cleaned] };
    });
    return [elapsedMs, on.log.cleaned];
  }

  test('ends with the last clean-up', async () => {
    expect(await ended([slow(30), slow(40)], {})).toEqual([140, ['slow', 'slow']]);
  });

  test('is one second unless another is asked for, and never longer', async () => {
    expect((await ended([slow(5000)], {}))[0]).toBe(1100);
    expect((await ended([slow(5000)], { cancelGrace: '20ms' }))[0]).toBe(120);
    expect((await ended([slow(5000)], { cancelGrace: 0 }))[0]).toBe(100);
  });

  test('is for tasks that listen only: nobody waits for one that cannot hear', async () => {
    expect((await ended([slow()], {}))[0]).toBe(100);
  });

  test('settles the tasks before it begins, so a result in the grace comes too late', async () => {
    const on = stage();
    const task = async (_: number, context: { onCancel(listener: () => void): void }): Promise<string> => {
      context.onCancel(() => {});
      await on.clock.sleep(150);
      return 'late';
    };
    const found = await on.run(() => on.gather([1], task, { deadline: 100 }));
    expect(found).toMatchObject({ elapsedMs: 150, totalDurationMs: 100, mergedResults: [] });
  });
});

describe('below the minimum', () => {
  const failing = async (options: GatherOptions<Job, string>, failures = 'cde'): Promise<InsufficientResultsError> =>
    (await thrownBy(gathered(withFailures(failures), options))) as InsufficientResultsError;

  test('the error says how many succeeded and how many had to', async () => {
    expect((await failing({ minSuccessRatio: 0.5 })).message).toBe('Only 2/5 tasks succeeded (40%), minimum is 50%');
    expect((await failing({ minSuccesses: 3 })).message).toBe('Only 2/5 tasks succeeded (40%), minimum is 3');
    expect((await failing({ minSuccesses: 2, minSuccessRatio: 2 / 3 })).message).toBe(
      'Only 2/5 tasks succeeded (40%), minimum is 66.7%',
    );
  });

  test('the error carries everything that did come back', async () => {
    const error = await failing({ minSuccessRatio: 0.5, deadline: 1000 }, 'bcd');
    expect(error.name).toBe('InsufficientResultsError');
    expect(error.fanIn).toMatchObject({
      stoppedBy: 'unreachable',
      mergedResults: ['A'],
      successCount: 1,
      failureCount: 4,
    });
    expect(error.fanIn.results.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('exactly the minimum is enough, also where a ratio is no round number', async () => {
    expect((await gathered(withFailures('abc'), { minSuccessRatio: 0.4 })).successCount).toBe(2);
    expect((await gathered(withFailures('ab'), { minSuccessRatio: 0.1 + 0.2 + 0.3 })).successCount).toBe(3);
  });
});
