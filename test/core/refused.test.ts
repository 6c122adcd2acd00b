/** What cannot be meant is refused by name before anything starts. */
import { expect, test } from 'vitest';
import { InvalidOptionsError } from '../../src/core/errors.ts';
import type { GatherOptions } from '../../src/core/options.ts';
import { jobs, stage, thrownBy, type Job } from './stage.ts';

/** Options as a caller without types may give them. */
type Loose = Record<string, unknown>;
const estimate = 1;

const refused: Array<readonly [field: string, options: Loose]> = [
  ['minSuccessRatio', { minSuccessRatio: -0.1 }],
  ['minSuccessRatio', { minSuccessRatio: 1.1 }],
  ['minSuccessRatio', { minSuccessRatio: NaN }],
  ['minSuccessRatio', { minSuccessRatio: '0.5' }],
  ['concurrency', { concurrency: 0 }],
  ['concurrency', { concurrency: -1 }],
  ['concurrency', { concurrency: 1.5 }],
  ['concurrency', { concurrency: NaN }],
  ['concurrency', { concurrency: null }],
  ['minSuccesses', { minSuccesses: -1 }],
  ['minSuccesses', { minSuccesses: 0.5 }],
  ['minSuccesses', { minSuccesses: 6 }],
  ['first', { first: 0 }],
  ['first', { first: 6 }],
  ['first', { first: 1, minSuccesses: 2 }],
  ['first', { first: 2, minSuccessRatio: 0.5 }],
  ['maxFailures', { maxFailures: -1 }],
  ['maxFailures', { maxFailures: 1.5 }],
  ['deadline', { deadline: -1 }],
  ['deadline', { deadline: 'soon' }],
  ['deadline', { deadline: '' }],
  ['deadline', { deadline: Infinity }],
  ['deadline', { deadline: null }],
  ['taskTimeout', { taskTimeout: '-1s' }],
  ['cancelGrace', { cancelGrace: NaN }],
  ['id', { id: () => 'the same' }],
  ['id', { id: () => '' }],
  ['id', { id: () => 7 }],
  ['id', { id: ({ id }: Job) => `${id}\ud83d` }],
  ['id', { id: ({ id }: Job) => `\ude00${id}` }],
  ['id', { id: 'name' }],
  ['until', { until: true }],
  ['hedge.percentile', { hedge: { percentile: 0 } }],
  ['hedge.percentile', { hedge: { percentile: 101 } }],
  ['hedge.after', { hedge: { after: 'late' } }],
  ['hedge.minSamples', { hedge: { minSamples: 0 } }],
  ['hedge.maxExtra', { hedge: { maxExtra: 1.5 } }],
  ['budget.limit', { budget: { limit: -1, estimate } }],
  ['budget.limit', { budget: { limit: NaN, estimate } }],
  ['budget.limit', { budget: { estimate } }],
  ['budget.estimate', { budget: { limit: 1 } }],
  ['budget.estimate', { budget: { limit: 1, estimate: -1 } }],
  ['budget.estimate', { budget: { limit: 1, estimate: NaN } }],
  ['budget.estimate', { budget: { limit: 1, estimate: () => NaN } }],
  ['budget.estimate', { budget: { limit: 1, estimate: ({ id }: Job) => (id === 'e' ? -1 : 1) } }],
  ['budget.actual', { budget: { limit: 1, estimate, actual: 3 } }],
  ['budget.holdBack', { budget: { limit: 1, estimate, holdBack: 2 } }],
];

test.each(refused)('`%s` is refused by name before anything starts: %o', async (field, options) => {
  const on = stage();
  const asked = options as GatherOptions<Job, string>;
  const errors = [
    await on.run(() => thrownBy(on.gather(jobs(5, 1), on.task, asked))),
    await on.run(() => thrownBy(on.asCompleted(jobs(5, 1), on.task, asked).next())),
  ];
  for (const error of errors) {
    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error).toMatchObject({ field, message: expect.stringContaining(`\`${field}\``) });
  }
  expect([on.log.started, on.host.control, on.clock.now]).toEqual([[], undefined, 0]);
});

test('the message says what was received', async () => {
  const on = stage();
  await expect(on.run(() => on.gather([1], String, { concurrency: 0 }))).rejects.toThrow(
    /^`concurrency` must be a whole number of 1 or more, got 0$/,
  );
  await expect(on.run(() => on.gather([1, 1], String, { id: String }))).rejects.toThrow(
    /^`id` must be unique: two tasks share the id '1'$/,
  );
});

const odd: Array<readonly [field: string, args: unknown[]]> = [
  ['items', [7, String]],
  ['items', [undefined, String]],
  ['items', [null]],
  ['items', [{ a: String, b: 'no function' }]],
  ['task', [[1, 2]]],
  ['task', [new Set([1]), { concurrency: 2 }]],
];

test.each(odd)('tasks of a wrong shape are refused as `%s`: %o', async (field, args) => {
  const on = stage();
  const gather = on.gather as unknown as (...args: unknown[]) => Promise<unknown>;
  expect(await on.run(() => thrownBy(gather(...args)))).toMatchObject({ name: 'InvalidOptionsError', field });
});

test('what may be meant is not refused', async () => {
  const on = stage();
  const edges: GatherOptions<Job, string>[] = [
    { minSuccessRatio: 0 },
    { minSuccessRatio: 1 },
    { concurrency: Infinity },
    { minSuccesses: 5 },
    { minSuccesses: 0 },
    { first: 5, minSuccessRatio: 1 },
    { first: 3, minSuccessRatio: 0.5 },
    { maxFailures: 0 },
    { cancelGrace: 0 },
    { hedge: { maxExtra: 0, percentile: 100 } },
    { budget: { limit: 0, estimate: 0 } },
  ];
  for (const options of edges) {
    const found = await on.run(() => on.gather(jobs(5, 1), on.task, options));
    expect(found.successCount, JSON.stringify(options)).toBeGreaterThanOrEqual(3);
  }
});
