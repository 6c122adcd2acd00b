/** What the three verbs make of a fan-out: shapes of questions and answers, order, failure and leaving early. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FanOutCancelledError, TaskFailedError } from '../../src/core/errors.ts';
import { jobs, stage, thrownBy, type Job } from './stage.ts';

const course = fc.record({ ms: fc.nat({ max: 30 }), fails: fc.integer({ min: 0, max: 4 }).map((die) => die === 0) });
const someJobs: fc.Arbitrary<Job[]> = fc
  .array(course, { maxLength: 15 })
  .map((all) =>
    all.map(({ ms, fails }, index) => ({ id: `job-${index}`, ms, ...(fails ? { fails: `job-${index} broke` } : {}) })),
  );

describe('the shape of the answer follows the shape of the question', () => {
  test('functions by name give results by name', async () => {
    const on = stage();
    const after =
      <T>(ms: number, value: T) =>
      () =>
        on.clock.sleep(ms).then(() => value);
    const broken = (): never => {
      throw new Error('no stock');
    };
    const found = await on.run(() => on.gather({ orders: after(5, ['o1']), payments: after(1, 42), stock: broken }));
    expect(found.mergedResults).toEqual({ orders: ['o1'], payments: 42 });
    expect(Object.keys(found.results)).toEqual(['orders', 'payments', 'stock']);
    expect(found.results.stock).toMatchObject({ id: 'stock', success: false });
    expect(found.results.orders).toMatchObject({ id: 'orders', success: true, result: ['o1'] });
    expect(found.failedTasks).toEqual({ stock: 'no stock' });
    expect(await on.run(() => on.group({ a: () => 1, b: async () => 'two' }))).toEqual({ a: 1, b: 'two' });
  });

  test('names that objects inherit are names like any other', async () => {
    const on = stage();
    const tasks = { toString: () => 'a', ['__proto__']: () => 'b', constructor: () => 'c' };
    expect(Object.entries((await on.run(() => on.gather(tasks))).mergedResults)).toEqual([
      ['toString', 'a'],
      ['__proto__', 'b'],
      ['constructor', 'c'],
    ]);
  });

  test('any iterable will do, and is read once', async () => {
    const on = stage();
    let reads = 0;
    function* numbers(): Generator<number> {
      reads++;
      yield* [1, 2, 3];
    }
    const double = (value: number): number => value * 2;
    expect((await on.run(() => on.gather(numbers(), double))).mergedResults).toEqual([2, 4, 6]);
    expect(await on.run(() => on.group(new Set([1, 2]), double))).toEqual([2, 4]);
    expect(await on.run(() => on.group(new Map([['a', 1]]), ([key, value]) => key + value))).toEqual(['a1']);
    expect(reads).toBe(1);
  });

  test('without `id` a task is named by its position', async () => {
    const on = stage();
    expect((await on.run(() => on.gather(['x', 'y'], String))).results.map(({ id }) => id)).toEqual(['0', '1']);
  });

  test('a task knows who it is', async () => {
    const on = stage();
    const found = await on.run(() =>
      on.gather(['x', 'y'], (_, { id, index, attempt, fanOut }) => ({ id, index, attempt, fanOut }), {
        id: String,
        name: 'letters',
      }),
    );
    expect(found.mergedResults[1]).toEqual({ id: 'y', index: 1, attempt: 1, fanOut: 'letters' });
  });
});

describe('`group`', () => {
  test('returns every result in the order given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 30 })), fc.integer({ min: 1, max: 5 }), async (times, concurrency) => {
        const on = stage();
        const all = times.map((ms, index) => ({ id: `job-${index}`, ms }));
        expect(await on.run(() => on.group(all, on.task, { ...on.options, concurrency }))).toEqual(
          all.map(({ id }) => id.toUpperCase()),
        );
      }),
    );
  });

  test('throws the first failure by time, cancels the rest and waits for their clean-up', async () => {
    const on = stage();
    const all: Job[] = [
      { id: 'slow', ms: 1000, cleanup: 5 },
      { id: 'later', ms: 30, fails: 'second' },
      { id: 'sooner', ms: 20, fails: 'first' },
      { id: 'waiting', ms: 1 },
    ];
    const error = await on.run(() => thrownBy(on.group(all, on.task, { ...on.options, concurrency: 3 })));
    expect(error).toBeInstanceOf(TaskFailedError);
    expect(error).toMatchObject({
      id: 'sooner',
      message: "Task 'sooner' failed: first",
      error: { kind: 'failed', message: 'first' },
    });
    expect((error as TaskFailedError).fanIn).toMatchObject({ stoppedBy: 'maxFailures', elapsedMs: 25 });
    expect(on.log).toMatchObject({ started: ['slow', 'later', 'sooner'], cancelled: ['slow'], cleaned: ['slow'] });
  });

  test('throws where the only task, or the last one, fails', async () => {
    const on = stage();
    await expect(on.run(() => on.group([{ id: 'a', ms: 1, fails: 'no' }], on.task, on.options))).rejects.toThrow(
      "Task 'a' failed: no",
    );
  });

  test('throws the first task that its deadline cuts', async () => {
    const on = stage();
    const error = await on.run(() => thrownBy(on.group(jobs(2, 100), on.task, { ...on.options, deadline: 50 })));
    expect(error).toMatchObject({
      message: "Task 'a' timed out: Still running when the deadline passed (50 ms)",
      fanIn: { stoppedBy: 'deadline' },
    });
  });

  test('of functions by name throws under the name', async () => {
    const on = stage();
    const broken = async (): Promise<never> => Promise.reject(new Error('down'));
    await expect(on.run(() => on.group({ orders: async () => 1, stock: broken }))).rejects.toThrow(
      "Task 'stock' failed: down",
    );
  });

  test('is cancelled with the block around it', async () => {
    const on = stage();
    on.at(5, () => on.host.cancel());
    expect(await on.run(() => thrownBy(on.group(jobs(2, 100), on.task)))).toBeInstanceOf(FanOutCancelledError);
  });
});

describe('`asCompleted`', () => {
  test('yields every result once, as it settles', async () => {
    await fc.assert(
      fc.asyncProperty(someJobs, async (all) => {
        const on = stage();
        const seen: Array<[id: string, at: number, success: boolean]> = [];
        await on.run(async () => {
          for await (const { id, success } of on.asCompleted(all, on.task, on.options))
            seen.push([id, on.clock.now, success]);
        });
        expect(seen.toSorted()).toEqual(all.map(({ id, ms, fails }) => [id, ms, fails === undefined]).toSorted());
        expect(seen.map(([, at]) => at)).toEqual(all.map(({ ms }) => ms).toSorted((a, b) => a - b));
      }),
    );
  });

  test('loses nothing to a consumer that is slower than the tasks', async () => {
    const on = stage();
    const seen: string[] = [];
    await on.run(async () => {
      for await (const { id } of on.asCompleted(jobs(6, 5), on.task, { ...on.options, concurrency: 2 })) {
        await on.clock.sleep(20);
        seen.push(id);
      }
    });
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('cancels the rest when the loop is left, and waits for its clean-up', async () => {
    const on = stage();
    const all: Job[] = [
      { id: 'quick', ms: 1 },
      { id: 'slow', ms: 1000, cleanup: 6 },
      { id: 'waiting', ms: 1 },
    ];
    const leftAt = await on.run(async () => {
      for await (const { id } of on.asCompleted(all, on.task, { ...on.options, concurrency: 2, cancelGrace: 50 }))
        if (id === 'quick') break;
      return on.clock.now;
    });
    expect(leftAt).toBe(7);
    expect(on.log).toMatchObject({ cancelled: ['slow'], cleaned: ['slow'] });
    expect(on.host.control?.progress().stoppedBy).toBe('cancelled');
  });

  test('cancels the rest when the loop throws, and the error of the loop comes through', async () => {
    const on = stage();
    const all: Job[] = [
      { id: 'quick', ms: 1 },
      { id: 'slow', ms: 1000, cleanup: 0 },
    ];
    const looping = async (): Promise<void> => {
      for await (const { id } of on.asCompleted(all, on.task, on.options)) throw new RangeError(`not ${id}`);
    };
    await expect(on.run(looping)).rejects.toThrow(new RangeError('not quick'));
    expect(on.log.cancelled).toEqual(['slow']);
  });

  test('ends by the stopping rule, and yields what was cut too', async () => {
    const on = stage();
    const all = [1, 2, 3, 4].map((ms) => ({ id: `${ms}`, ms }));
    const seen: string[] = [];
    await on.run(async () => {
      for await (const { id, success } of on.asCompleted(all, on.task, { ...on.options, first: 2 }))
        seen.push(`${id} ${success}`);
    });
    expect(seen).toEqual(['1 true', '2 true', '3 false', '4 false']);
  });

  test('throws when the block around it is cancelled, after everything was yielded', async () => {
    const on = stage();
    on.at(5, () => on.host.cancel());
    const seen: string[] = [];
    const looping = async (): Promise<void> => {
      for await (const { id } of on.asCompleted(
        [
          { id: 'quick', ms: 1 },
          { id: 'slow', ms: 100 },
        ],
        on.task,
        on.options,
      ))
        seen.push(id);
    };
    expect(await on.run(() => thrownBy(looping()))).toBeInstanceOf(FanOutCancelledError);
    expect(seen).toEqual(['quick', 'slow']);
  });

  test('starts nothing before it is asked for its first result', async () => {
    const on = stage();
    const never = on.asCompleted(jobs(2, 1), on.task);
    await on.run(() => on.clock.sleep(5));
    await never.return();
    expect(on.log.started).toEqual([]);
  });

  test('yields what an earlier run had finished first', async () => {
    const on = stage();
    const known = {
      b: { id: 'b', success: true, result: 'before', durationMs: 1, attempts: 1, startedAt: 0 },
    } as const;
    const seen: string[] = [];
    await on.run(async () => {
      for await (const { id } of on.asCompleted(jobs(2, 5), on.task, { ...on.options, known })) seen.push(id);
    });
    expect(seen).toEqual(['b', 'a']);
  });
});
