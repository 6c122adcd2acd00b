/** Live control: what each change does, and that a refused one does nothing. */
import { describe, expect, test } from 'vitest';
import type { Change, FanOutControl } from '../../../src/core/live/control.ts';
import { InsufficientResultsError, InvalidOptionsError } from '../../../src/core/errors.ts';
import type { FanIn } from '../../../src/core/fan-in.ts';
import type { GatherOptions } from '../../../src/core/options.ts';
import { jobs, stage, thrownBy, type Job } from '../stage.ts';

const five = jobs(5, 100);

interface Asked {
  readonly at?: number;
  readonly options?: GatherOptions<Job, string>;
  readonly all?: readonly Job[];
}

/** Makes a change at 50 ms into five tasks of 100 ms. */
async function changed(change: Change, { at = 50, options = {}, all = five }: Asked = {}) {
  const on = stage();
  on.changeAt(at, change);
  const found: FanIn<string> = await on.run(() => on.gather(all, on.task, { ...on.options, ...options }));
  return { found, log: on.log };
}

test('`extendDeadline` moves the deadline, and the message says how long it was in the end', async () => {
  expect((await changed({ kind: 'extendDeadline', by: '20ms' }, { options: { deadline: 80 } })).found).toMatchObject({
    stoppedBy: 'allSettled',
  });
  const { found } = await changed({ kind: 'extendDeadline', by: 10 }, { options: { deadline: 80 } });
  expect(found).toMatchObject({ stoppedBy: 'deadline', elapsedMs: 90 });
  expect(found.failedTasks['a']).toBe('Still running when the deadline passed (90 ms)');
});

test('an extension in the very instant of the deadline is in time', async () => {
  expect(
    (await changed({ kind: 'extendDeadline', by: 50 }, { at: 80, options: { deadline: 80 } })).found,
  ).toMatchObject({ stoppedBy: 'allSettled' });
});

test('so is one that comes after the timer of the deadline and before its turn ends', async () => {
  const on = stage();
  on.at(1, () => on.changeAt(79, { kind: 'extendDeadline', by: 50 }));
  const found = await on.run(() => on.gather(five, on.task, { ...on.options, deadline: 80 }));
  expect(found).toMatchObject({ stoppedBy: 'allSettled', elapsedMs: 100 });
});

test('`cancelTask` settles a running task, tells it to stop and frees its place', async () => {
  const all = [{ id: 'slow', ms: 1000, cleanup: 3 }, ...jobs(1, 100)];
  const { found, log } = await changed({ kind: 'cancelTask', id: 'slow' }, { all, options: { concurrency: 1 } });
  expect(found).toMatchObject({ stoppedBy: 'allSettled', elapsedMs: 150 });
  expect(found.results[0]).toMatchObject({
    error: { kind: 'cancelled', message: 'Cancelled by hand' },
    durationMs: 50,
    attempts: 1,
  });
  expect(log.cleaned).toEqual(['slow']);
});

test('`cancelTask` keeps a task that waits from starting', async () => {
  const { found, log } = await changed({ kind: 'cancelTask', id: 'c' }, { options: { concurrency: 1 } });
  expect(found.results[2]).toMatchObject({ error: { kind: 'notStarted', message: 'Cancelled by hand' }, attempts: 0 });
  expect(log.started).toEqual(['a', 'b', 'd', 'e']);
});

test('`cancelTask` waits for the clean-up of the last task', async () => {
  const { found } = await changed({ kind: 'cancelTask', id: 'slow' }, { all: [{ id: 'slow', ms: 1000, cleanup: 8 }] });
  expect(found).toMatchObject({ stoppedBy: 'allSettled', elapsedMs: 58 });
});

test('`addTasks` starts further tasks, which count like the others', async () => {
  const { found } = await changed({ kind: 'addTasks', items: jobs(7, 100).slice(5) }, { options: { concurrency: 6 } });
  expect(found.results.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(found).toMatchObject({ stoppedBy: 'allSettled', successCount: 7, elapsedMs: 200 });
});

describe('what may be added from outside', () => {
  /** What `check` says at 50 ms. */
  async function asked(items: unknown, options: GatherOptions<Job, string> = {}): Promise<unknown> {
    const on = stage();
    let thrown: unknown = 'taken';
    on.at(50, () => {
      try {
        on.host.control?.check({ kind: 'addTasks', items: items as readonly unknown[] });
      } catch (error) {
        thrown = error;
      }
    });
    await on.run(() => on.gather(five, on.task, { ...on.options, ...options }));
    return thrown;
  }

  test('is nothing by default, whatever it is', async () => {
    for (const items of [[{ id: 'f', ms: 1 }], [null], ['f']])
      expect(await asked(items)).toMatchObject({ field: 'items', message: expect.stringMatching(/takes none/) });
  });

  test('is what `accepts` takes, all of it or nothing', async () => {
    const accepts = (item: unknown): boolean => typeof (item as Partial<Job> | null)?.id === 'string';
    expect(await asked([{ id: 'f', ms: 1 }], { accepts })).toBe('taken');
    for (const odd of [null, 7, 'f', {}, [], { id: 7 }])
      expect(await asked([{ id: 'f', ms: 1 }, odd], { accepts })).toMatchObject({ field: 'items[1]' });
  });

  test('is said by `accepts` itself where it throws', async () => {
    const accepts = (_item: unknown, index: number): boolean => {
      throw new InvalidOptionsError(`items[${index}].ms`, 'must be short');
    };
    expect(await asked([{ id: 'f', ms: 1 }], { accepts })).toMatchObject({ field: 'items[0].ms' });
  });
});

test('a task may add tasks to its own fan-out while it starts', async () => {
  const on = stage();
  const task = (depth: number): number => {
    if (depth < 3) on.host.control?.apply({ kind: 'addTasks', items: [depth + 1, depth + 1] });
    return depth;
  };
  const found = await on.run(() => on.gather([1], task, { concurrency: 2 }));
  expect(found.mergedResults).toEqual([1, 2, 2, 3, 3, 3, 3]);
});

test('a task that ends its own fan-out in its first step is told to stop like any other', async () => {
  const on = stage();
  const task = async (id: string, context: { onCancel(listener: () => void): void }): Promise<void> => {
    on.host.control?.apply({ kind: 'settleNow' });
    await new Promise<void>((resolve) => context.onCancel(resolve));
    on.log.cancelled.push(id);
  };
  const found = await on.run(() => on.gather(['a', 'b'], task, { id: String }));
  expect(found).toMatchObject({
    stoppedBy: 'settleNow',
    elapsedMs: 0,
    failedTasks: { a: expect.stringMatching(/^Still running/), b: expect.stringMatching(/^Not started/) },
  });
  expect(on.log.cancelled).toEqual(['a']);
});

test('`setConcurrency` starts more at once, or lets what runs finish first', async () => {
  const more = await changed({ kind: 'setConcurrency', concurrency: 4 }, { options: { concurrency: 1 } });
  expect([more.found.elapsedMs, more.log.most]).toEqual([200, 4]);
  const fewer = await changed({ kind: 'setConcurrency', concurrency: 1 }, { options: { concurrency: 3 } });
  expect(fewer.found.elapsedMs).toBe(300);
});

test('a concurrency above what the host bears is brought down to that', async () => {
  const on = stage({ maxConcurrency: 2 });
  on.changeAt(50, { kind: 'setConcurrency', concurrency: 100 });
  await on.run(() => on.gather(five, on.task, { concurrency: 1 }));
  expect([on.log.most, on.host.control?.progress().concurrency]).toEqual([2, 2]);
});

test('`setMinimum` is the minimum from then on, and ends the run at once where it is met or lost', async () => {
  const all = [...jobs(2, 10), { id: 'bad', ms: 10, fails: 'no' }, { id: 'slow', ms: 1000 }];
  expect((await changed({ kind: 'setMinimum', successes: 2 }, { all })).found).toMatchObject({
    stoppedBy: 'minSuccesses',
    elapsedMs: 50,
  });
  const error = await thrownBy(changed({ kind: 'setMinimum', ratio: 1 }, { all }));
  expect(error).toBeInstanceOf(InsufficientResultsError);
  expect((error as Error).message).toBe('Only 2/4 tasks succeeded (50%), minimum is 100%');
  expect((error as InsufficientResultsError).fanIn).toMatchObject({ stoppedBy: 'unreachable', elapsedMs: 50 });
  const lowered = await changed(
    { kind: 'setMinimum', ratio: 0 },
    { all, options: { minSuccessRatio: 0.75, deadline: 90 } },
  );
  expect(lowered.found).toMatchObject({ stoppedBy: 'deadline', successCount: 2 });
});

/** Changes as a caller without types may ask for them. */
const changes: Array<readonly [field: string, change: Record<string, unknown>, options?: GatherOptions<Job, string>]> =
  [
    ['kind', { kind: 'explode' }],
    ['kind', {}],
    ['by', { kind: 'extendDeadline', by: 10 }],
    ['by', { kind: 'extendDeadline', by: -1 }, { deadline: 500 }],
    ['by', { kind: 'extendDeadline', by: 'later' }, { deadline: 500 }],
    ['by', { kind: 'extendDeadline' }, { deadline: 500 }],
    ['id', { kind: 'cancelTask', id: 'nobody' }],
    ['id', { kind: 'cancelTask', id: 'done' }],
    ['id', { kind: 'cancelTask' }],
    ['items', { kind: 'addTasks', items: [] }],
    ['items', { kind: 'addTasks', items: 'f' }],
    ['items', { kind: 'addTasks', items: [{ id: 'a', ms: 1 }] }],
    [
      'items',
      {
        kind: 'addTasks',
        items: [
          { id: 'f', ms: 1 },
          { id: 'f', ms: 1 },
        ],
      },
    ],
    ['items', { kind: 'addTasks', items: [{ id: 'f', ms: 1 }, { ms: 1 }] }],
    ['items', { kind: 'addTasks', items: [{ id: '', ms: 1 }] }],
    [
      'budget.estimate',
      { kind: 'addTasks', items: [{ id: 'f', ms: -1 }] },
      { budget: { limit: 1e6, estimate: ({ ms }) => ms } },
    ],
    ['concurrency', { kind: 'setConcurrency', concurrency: 0 }],
    ['concurrency', { kind: 'setConcurrency', concurrency: 1.5 }],
    ['ratio', { kind: 'setMinimum' }],
    ['ratio', { kind: 'setMinimum', ratio: 1.1 }],
    ['ratio', { kind: 'setMinimum', ratio: 1 }, { first: 2 }],
    ['successes', { kind: 'setMinimum', successes: -1 }],
    ['successes', { kind: 'setMinimum', successes: 7 }],
    ['successes', { kind: 'setMinimum', successes: 3 }, { first: 2 }],
  ];

const refused = changes.map(([field, change, options = {}]) => ({ field, change, options }));

test.each(refused)(
  'a change that cannot be made is refused as `$field` and changes nothing: $change',
  async ({ field, change, options }) => {
    const on = stage();
    const asked = change as unknown as Change;
    const seen: unknown[] = [];
    const state = (control: FanOutControl): string =>
      JSON.stringify([control.progress(), [...on.host.timers.values()], on.log.started]);
    on.at(50, () => {
      const { control } = on.host;
      if (!control) return;
      const before = state(control);
      for (const ask of [() => control.check(asked), () => control.apply(asked)]) {
        try {
          ask();
        } catch (error) {
          seen.push(error);
        }
      }
      seen.push(state(control) === before);
    });
    await on.run(() =>
      on.gather([{ id: 'done', ms: 1 }, ...five], on.task, {
        ...on.options,
        accepts: () => true,
        concurrency: 2,
        ...options,
      }),
    );
    expect(seen).toEqual([expect.any(InvalidOptionsError), expect.any(InvalidOptionsError), true]);
    expect(seen[0]).toMatchObject({ field });
  },
);

test('a change is checked without being made', async () => {
  const on = stage();
  on.at(50, () => on.host.control?.check({ kind: 'settleNow' }));
  expect((await on.run(() => on.gather(five, on.task))).stoppedBy).toBe('allSettled');
});

test('a fan-out that is over takes no change', async () => {
  const on = stage();
  await on.run(() => on.gather(jobs(1, 1), on.task));
  expect(() => on.host.control?.apply({ kind: 'settleNow' })).toThrow(
    '`name` names a fan-out that is over (allSettled)',
  );
});

test('tasks given as functions by name take no further ones', async () => {
  const on = stage();
  let thrown: unknown;
  on.at(5, () => {
    try {
      on.host.control?.apply({ kind: 'addTasks', items: ['toString'] });
    } catch (error) {
      thrown = error;
    }
  });
  await on.run(() => on.gather({ a: () => on.clock.sleep(10) }));
  expect(thrown).toMatchObject({ name: 'InvalidOptionsError', field: 'items' });
});

test('progress says where each task stands, and whether it is over', async () => {
  const on = stage();
  const seen: unknown[] = [];
  on.at(50, () => seen.push(on.host.control?.progress()));
  on.at(50, () => seen.push(on.host.control?.progress(1).tasks));
  const all = [
    { id: 'quick', ms: 10 },
    { id: 'bad', ms: 20, fails: 'no' },
    { id: 'slow', ms: 100 },
    { id: 'last', ms: 1 },
  ];
  await on.run(() =>
    on.gather(all, on.task, { ...on.options, concurrency: 1, name: 'reviews', deadline: 60, minSuccessRatio: 0.25 }),
  );
  const quick = { id: 'quick', state: 'succeeded', startedAt: 0, durationMs: 10 };
  const bad = { id: 'bad', state: 'failed', startedAt: 10, durationMs: 20, message: 'no' };
  expect(seen).toEqual([
    {
      name: 'reviews',
      total: 4,
      queued: 1,
      running: 1,
      succeeded: 1,
      failed: 1,
      concurrency: 1,
      startedAt: 0,
      deadlineAt: 60,
      minimum: { ratio: 0.25 },
      tasks: [quick, bad, { id: 'slow', state: 'running', startedAt: 30 }, { id: 'last', state: 'queued' }],
    },
    // Of more than are asked for what runs comes first.
    [{ id: 'slow', state: 'running', startedAt: 30 }],
  ]);
  expect(on.host.control?.progress()).toMatchObject({
    queued: 0,
    running: 0,
    succeeded: 1,
    failed: 3,
    stoppedBy: 'deadline',
    endedAt: 60,
  });
});

test('of more tasks than are listed those that run are, then those that failed, then the first, in the order given', async () => {
  const on = stage();
  const lists: unknown[] = [];
  const ids = (most: number): unknown => on.host.control?.progress(most).tasks.map(({ id }) => id);
  on.at(55, () => lists.push(...[0, 1, 2, 3, 4, 5, 9].map(ids)));
  const all = [
    { id: 'a', ms: 1000 },
    { id: 'b', ms: 10 },
    { id: 'c', ms: 10, fails: 'no' },
    { id: 'd', ms: 10 },
    { id: 'e', ms: 1000 },
    { id: 'f', ms: 1 },
  ];
  await on.run(() => on.gather(all, on.task, { ...on.options, concurrency: 2 }));
  expect(lists).toEqual([
    [],
    ['a'],
    ['a', 'e'],
    ['a', 'c', 'e'],
    ['a', 'b', 'c', 'e'],
    ['a', 'b', 'c', 'd', 'e'],
    ['a', 'b', 'c', 'd', 'e', 'f'],
  ]);
});

test('results can be read while it runs, by pages in the order they settled', async () => {
  const on = stage();
  const all = [30, 10, 40, 20].map((ms) => ({ id: `after-${ms}`, ms }));
  await on.run(() => on.gather(all, on.task, on.options));
  const page = (after: number, limit: number) => {
    const { results, next } = on.host.control?.settled(after, limit) ?? { results: [] };
    return [results.map(({ id }) => id), next];
  };
  expect(page(0, 3)).toEqual([['after-10', 'after-20', 'after-30'], 3]);
  expect(page(3, 3)).toEqual([['after-40'], undefined]);
  expect(page(0, 4)).toEqual([['after-10', 'after-20', 'after-30', 'after-40'], undefined]);
});
