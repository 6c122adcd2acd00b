import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget, type BudgetOptions } from '../../src/core/budget.ts';
import { stage, type Job } from './stage.ts';

interface Priced extends Job {
  readonly estimate: number;
  readonly actual: number;
}
const priced = (count: number, estimate: number, actual = estimate): Priced[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${index}`, ms: 10, estimate, actual }));

async function spend(
  all: readonly Priced[],
  budget: Omit<BudgetOptions<Priced>, 'estimate' | 'actual'>,
  options: object = {},
  watch?: (spent: number, most: number) => void,
) {
  const on = stage();
  const costs = new Map(all.map(({ id, actual }) => [id.toUpperCase(), actual]));
  const actual = (result: unknown): number => costs.get(String(result)) ?? NaN;
  const task = async (job: Priced, context: Parameters<typeof on.task>[1]): Promise<string> => {
    const value = await on.task(job, context);
    watch?.(on.host.control?.progress(0).spent ?? NaN, on.log.most);
    return value;
  };
  const found = await on.run(() =>
    on.gather(all, task, {
      ...on.options,
      budget: { ...budget, estimate: ({ estimate }) => estimate, actual },
      ...options,
    }),
  );
  return { found, log: on.log };
}

test('every attempt reserves its estimate before it starts, so parallel tasks cannot overdraw', async () => {
  const { found, log } = await spend(priced(10, 3), { limit: 10 });
  expect(log.most).toBe(3);
  expect(found).toMatchObject({ stoppedBy: 'budget', spent: 9, successCount: 3 });
});

test('what a task costs less than its estimate is there for the next ones', async () => {
  const { found, log } = await spend(priced(10, 5, 1), { limit: 10 });
  expect(log.most).toBe(2);
  expect(found).toMatchObject({ stoppedBy: 'budget', successCount: 6, spent: 6 });
});

test('the overshoot is never more than what the attempts in flight cost beyond their reservations', async () => {
  const course = fc.record({ ms: fc.nat({ max: 20 }), estimate: fc.nat({ max: 5 }), actual: fc.nat({ max: 12 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(course, { maxLength: 15 }),
      fc.nat({ max: 30 }),
      fc.nat({ max: 4 }),
      async (courses, limit, quarters) => {
        const all = courses.map((each, index) => ({ ...each, id: `${index}` }));
        const holdBack = quarters / 4;
        const { found } = await spend(all, { limit, holdBack });
        const ran = found.results.flatMap((result) => (result.success ? (all[Number(result.id)] ?? []) : []));
        const beyond = ran.reduce((sum, { estimate, actual }) => sum + Math.max(0, actual - estimate), 0);
        expect(found.spent).toBeLessThanOrEqual(limit * (1 - holdBack) + beyond + 1e-6);
        expect(found.spent).toBe(ran.reduce((sum, { actual }) => sum + actual, 0));
      },
    ),
    { numRuns: 300 },
  );
});

test('a share is held back for the step after the fan-out', async () => {
  expect((await spend(priced(20, 1), { limit: 10, holdBack: 0.3 })).found.spent).toBe(7);
  expect((await spend(priced(20, 1), { limit: 100, holdBack: 0.9 })).found.spent).toBe(10);
});

test('sums of fractions are not refused for what floating point adds', async () => {
  expect((await spend(priced(3, 0.1), { limit: 0.3 })).found).toMatchObject({
    stoppedBy: 'allSettled',
    successCount: 3,
  });
  const budget = new Budget(0.3);
  expect([budget.reserve(0.1), budget.reserve(0.2), budget.reserve(0.0001)]).toEqual([true, true, false]);
});

test('failed attempts are booked with their estimate', async () => {
  const failing = priced(10, 2).map((job) => ({ ...job, fails: 'no' }));
  expect((await spend(failing, { limit: 6 })).found).toMatchObject({ stoppedBy: 'budget', failureCount: 10, spent: 6 });
});

test('cancelled attempts are booked too, also those that nobody waits for', async () => {
  const deaf = priced(2, 2).map((job) => ({ ...job, ms: 1000 }));
  expect((await spend(deaf, { limit: 10 }, { deadline: 50 })).found).toMatchObject({ stoppedBy: 'deadline', spent: 4 });
  const polite = deaf.map((job) => ({ ...job, cleanup: 5 }));
  expect((await spend(polite, { limit: 10 }, { deadline: 50 })).found).toMatchObject({
    stoppedBy: 'deadline',
    spent: 4,
  });
});

test('a backup attempt reserves and is booked like the first, and is left out where it does not fit', async () => {
  const all = [...priced(20, 1), { id: 'slow', ms: 1000, cleanup: 0, estimate: 1, actual: 1 }];
  expect((await spend(all, { limit: 100 }, { hedge: { after: 50 } })).found).toMatchObject({ spent: 22 });
  const tight = (await spend(all, { limit: 21 }, { hedge: { after: 50 } })).found;
  expect([tight.spent, tight.results.at(-1)?.attempts]).toEqual([21, 1]);
});

test('what does not fit is reported as not started, with the reason', async () => {
  const { found } = await spend(priced(3, 1), { limit: 2 });
  expect(found.results[2]).toMatchObject({
    attempts: 0,
    error: { kind: 'notStarted', message: 'Not started before the budget was spent' },
  });
});

test('tasks start in the order given: a dear one is not overtaken by cheap ones', async () => {
  const [first, dear, cheap] = priced(3, 1);
  if (!first || !dear || !cheap) throw new Error('three');
  const { found } = await spend([first, { ...dear, estimate: 50 }, cheap], { limit: 10 });
  expect(found).toMatchObject({ stoppedBy: 'budget', successCount: 1 });
});

test('a budget of zero lets through what costs nothing', async () => {
  expect((await spend(priced(3, 0), { limit: 0 })).found).toMatchObject({ stoppedBy: 'allSettled', spent: 0 });
  expect((await spend(priced(3, 1), { limit: 0 })).found).toMatchObject({
    stoppedBy: 'budget',
    spent: 0,
    elapsedMs: 0,
  });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no usage in the answer');
    },
  ],
  ['gives no number', () => NaN],
  ['gives less than nothing', () => -5],
  ['gives no end', () => Infinity],
] as Array<[string, () => number]>)(
  'where `actual` %s the estimate counts, and nothing hangs',
  async (_what, actual) => {
    const on = stage();
    const found = await on.run(() =>
      on.gather(priced(5, 2), on.task, { ...on.options, budget: { limit: 6, estimate: 2, actual } }),
    );
    expect(found).toMatchObject({ stoppedBy: 'budget', spent: 6, successCount: 3 });
  },
);

test('a task that waits for the next turn, as this one bears no more bytes, reserves once', async () => {
  const on = stage({ maxBytes: 10 });
  const all = [6, 6, 6].map((bytes) => ({ bytes }));
  const found = await on.run(() => on.gather(all, () => on.clock.sleep(50), { budget: { limit: 3, estimate: 1 } }));
  expect(found).toMatchObject({ stoppedBy: 'allSettled', successCount: 3, spent: 3 });
});

test('without a budget nothing is said to be spent', async () => {
  const on = stage();
  expect(await on.run(() => on.gather(priced(1, 1), on.task))).not.toHaveProperty('spent');
});

test.each([
  [undefined, 'budget', 1],
  [false, 'allSettled', 5],
] as const)(
  'a tenant that has spent its own ends the fan-out, unless its host says %s, as one that began before this does',
  async (answer, stoppedBy, started) => {
    const on = stage();
    if (answer !== undefined) Object.assign(on.host, { endsWithTenant: () => answer });
    let calls = 0;
    const task = async (): Promise<never> => {
      calls++;
      throw Object.assign(new Error('spent'), { name: 'TenantBudgetSpent' });
    };
    const found = await on.run(() => on.gather(priced(5, 1), task, { ...on.options, concurrency: 1 }));
    expect([found.stoppedBy, calls]).toEqual([stoppedBy, started]);
  },
);
