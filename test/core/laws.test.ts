import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FanOutCancelledError } from '../../src/core/errors.ts';
import { jobs, stage, thrownBy, type Job } from './stage.ts';

const job = fc.record({
  ms: fc.nat({ max: 50 }),
  fails: fc.option(fc.constant('it broke'), { nil: undefined, freq: 4 }),
});
const someJobs: fc.Arbitrary<Job[]> = fc
  .array(job, { maxLength: 30 })
  .map((all) =>
    all.map(({ ms, fails }, index) => ({ id: `job-${index}`, ms, ...(fails === undefined ? {} : { fails }) })),
  );
const someConcurrency = fc.integer({ min: 1, max: 12 });

test('every task has one result, under its own id and in the order given', async () => {
  await fc.assert(
    fc.asyncProperty(someJobs, someConcurrency, async (all, concurrency) => {
      const on = stage();
      const found = await on.run(() => on.gather(all, on.task, { ...on.options, concurrency }));
      expect(found.results.map(({ id, success }) => [id, success])).toEqual(
        all.map(({ id, fails }) => [id, fails === undefined]),
      );
      expect(found.mergedResults).toEqual(
        all.filter(({ fails }) => fails === undefined).map(({ id }) => id.toUpperCase()),
      );
      expect(Object.keys(found.failedTasks)).toEqual(
        all.filter(({ fails }) => fails !== undefined).map(({ id }) => id),
      );
      expect(found.successCount + found.failureCount).toBe(all.length);
      expect(on.log.started.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    }),
  );
});

test('never more tasks than `concurrency` run at once, and as many as that where there are enough', async () => {
  await fc.assert(
    fc.asyncProperty(someJobs, someConcurrency, async (all, concurrency) => {
      const on = stage();
      await on.run(() => on.gather(all, on.task, { ...on.options, concurrency }));
      expect(on.log.most).toBe(Math.min(all.length, concurrency));
    }),
  );
});

test('a host bears no more at once than it says, whatever is asked for', async () => {
  const on = stage({ maxConcurrency: 3 });
  await on.run(() => on.gather(jobs(10, 5), on.task, { concurrency: 8 }));
  expect(on.log.most).toBe(3);
});

test('the makespan of unlimited tasks is that of the slowest one', async () => {
  await fc.assert(
    fc.asyncProperty(someJobs, async (all) => {
      const on = stage();
      const found = await on.run(() => on.gather(all, on.task, on.options));
      const slowest = Math.max(0, ...all.map(({ ms }) => ms));
      expect([found.elapsedMs, found.totalDurationMs]).toEqual([slowest, slowest]);
      expect(found.results.map(({ durationMs }) => durationMs)).toEqual(all.map(({ ms }) => ms));
    }),
  );
});

test('the makespan of limited tasks is at most twice the best possible', async () => {
  await fc.assert(
    fc.asyncProperty(someJobs, someConcurrency, async (all, concurrency) => {
      const on = stage();
      const { elapsedMs } = await on.run(() => on.gather(all, on.task, { ...on.options, concurrency }));
      const work = all.reduce((sum, { ms }) => sum + ms, 0);
      const slowest = Math.max(0, ...all.map(({ ms }) => ms));
      // Graham's bound for list scheduling: no place stands empty while a task waits.
      expect(elapsedMs).toBeGreaterThanOrEqual(Math.max(slowest, work / concurrency));
      expect(elapsedMs).toBeLessThanOrEqual(work / concurrency + slowest * (1 - 1 / concurrency) + 1e-9);
    }),
  );
});

test('nothing starts after the end, and nothing that listens is running after it', async () => {
  const listening = someJobs.map((all) => all.map((each, index) => ({ ...each, cleanup: index % 7 })));
  await fc.assert(
    fc.asyncProperty(listening, someConcurrency, fc.nat({ max: 60 }), async (all, concurrency, deadline) => {
      const on = stage();
      let after: { started: number; running: string[] } | undefined;
      await on.run(async () => {
        await on.gather(all, on.task, { ...on.options, concurrency, deadline, cancelGrace: 10 });
        after = { started: on.log.started.length, running: [...on.log.running] };
      });
      expect(after).toEqual({ started: on.log.started.length, running: [] });
      expect(on.host.timers.size).toBe(0);
    }),
  );
});

test('an empty list is over at once with nothing missing', async () => {
  const on = stage();
  const found = await on.run(() => on.gather([], on.task, { deadline: '1 hour', minSuccessRatio: 1 }));
  expect(found).toEqual({
    results: [],
    mergedResults: [],
    successCount: 0,
    failureCount: 0,
    successRatio: 1,
    failedTasks: {},
    totalDurationMs: 0,
    elapsedMs: 0,
    stoppedBy: 'allSettled',
  });
  expect(await on.run(() => on.group([], on.task))).toEqual([]);
  expect(await on.run(() => on.gather({}))).toMatchObject({ results: {}, mergedResults: {} });
});

test('a fan-out inside a block that is cancelled already starts nothing', async () => {
  const on = stage();
  on.host.onCancel = (listener) => {
    listener();
    return () => {};
  };
  const error = await on.run(() => thrownBy(on.gather(jobs(2, 5), on.task, { deadline: 100 })));
  expect(error).toBeInstanceOf(FanOutCancelledError);
  expect([on.log.started, on.clock.now]).toEqual([[], 0]);
});

test('a task that throws before its first wait fails like any other', async () => {
  const on = stage();
  const broken = (): string => {
    throw new Error('at once');
  };
  const found = await on.run(() => on.gather([1], broken));
  expect(found.results).toEqual([
    {
      id: '0',
      success: false,
      error: { kind: 'failed', name: 'Error', message: 'at once' },
      durationMs: 0,
      attempts: 1,
      startedAt: 0,
    },
  ]);
});

test('what was finished by an earlier run is taken over and not started again', async () => {
  const on = stage();
  const earlier = {
    id: 'b',
    success: true,
    result: 'from before',
    durationMs: 7,
    attempts: 2,
    startedAt: -100,
  } as const;
  const found = await on.run(() => on.gather(jobs(3, 5), on.task, { ...on.options, known: { b: earlier } }));
  expect(found.results[1]).toEqual(earlier);
  expect(found.mergedResults).toEqual(['A', 'from before', 'C']);
  expect(on.log.started).toEqual(['a', 'c']);
});

test('an id that every object inherits is not taken for a finished task', async () => {
  const on = stage();
  const all = ['constructor', 'toString', '__proto__'].map((id) => ({ id, ms: 1 }));
  const found = await on.run(() => on.gather(all, on.task, { ...on.options, known: {} }));
  expect(found.mergedResults).toEqual(['CONSTRUCTOR', 'TOSTRING', '__PROTO__']);
});

test('launches are cut by bytes, and what is too large for one turn goes alone', async () => {
  const on = stage({ maxBytes: 10 });
  const sizes = [4, 4, 4, 25, 1];
  const startedAt = new Map<number, number>();
  const task = ({ bytes }: { bytes: number }, { index }: { index: number }): number => {
    startedAt.set(index, on.clock.now);
    return bytes;
  };
  const found = await on.run(() =>
    on.gather(
      sizes.map((bytes) => ({ bytes })),
      task,
    ),
  );
  expect(found.mergedResults).toEqual(sizes);
  expect([...startedAt.values()]).toEqual([0, 0, 1, 2, 3]);
});
