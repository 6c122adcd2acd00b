/** Nothing that is thrown or returned ends a worker, by whichever way tasks travel: all of it on one, which lives on. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FanIn } from '../../src/core/fan-in.ts';
import type { RunOutcome } from '../../src/core/run.ts';
import type { Granularity } from '../../src/core/travel/granularity.ts';
import { oddValues } from '../support/odd-values.ts';
import { stage } from '../support/temporal.ts';

const names = Object.keys(oddValues);
const trap = (): never => {
  throw oddValues['causes in a circle']?.() as Error;
};
const oddResults: Readonly<Record<string, () => unknown>> = {
  'a getter that throws': () => Object.defineProperty({}, 'a', { get: trap, enumerable: true }),
  'toJSON that throws': () => ({ toJSON: trap }),
  'a Proxy that throws': () => new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap }),
  'a bigint': () => 10n,
  'a circle': () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    return circle;
  },
};
/** Thrown values of fast-check, the same in each run of the tests. */
const drawn = fc.sample(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSet: true }),
  { numRuns: 40, seed: 7 },
);

interface Odd {
  readonly throws?: string;
  readonly returns?: string;
  readonly drawn?: number;
}

function odd({ throws, returns, drawn: number }: Odd): unknown {
  // oxlint-disable-next-line typescript/only-throw-error
  if (throws !== undefined) throw oddValues[throws]?.();
  // oxlint-disable-next-line typescript/only-throw-error
  if (number !== undefined) throw drawn[number];
  return returns === undefined ? 'fine' : oddResults[returns]?.();
}

const on = stage({ odd }, undefined, { limits: { odd: { concurrency: 10 } } });

const inputs: Odd[] = [
  ...names.map((throws) => ({ throws })),
  ...Object.keys(oddResults).map((returns) => ({ returns })),
  ...drawn.map((_value, number) => ({ drawn: number })),
];
const good = inputs.length;
const tasks = [...inputs, {}].map((input, index) => ({ id: `t${index}`, activity: 'odd', input }));

function expectOneSuccess({ results, successCount }: FanIn): void {
  const succeeded = results.filter(({ success }) => success).map(({ id }) => id);
  expect([succeeded, successCount, results.length]).toEqual([[`t${good}`], 1, tasks.length]);
  const kinds = new Set(results.flatMap((result) => (result.success ? [] : [result.error.kind])));
  expect([...kinds]).toEqual(['failed']);
}

test.each<Granularity>(['task', 10, 'local'])('as %s: each is the failure of its own task', async (granularity) => {
  const { fanIn } = (await on.run('runTasks', {
    tasks,
    options: { granularity, attempts: 1, concurrency: 10 },
  })) as RunOutcome;
  expectOneSuccess(fanIn);
});

test('at a limit each is the failure of its own task', async () => {
  const { fanIn } = (await on.run('runTasks', { tasks, options: { limit: 'odd', attempts: 1 } })) as RunOutcome;
  expectOneSuccess(fanIn);
});

test('in the units of a map run each is the failure of its own task', async () => {
  const items = tasks.map(({ id, input }) => ({ id, ...input }));
  const { runId } = await on.fanfold.map('odd', items, { options: { attempts: 1 } });
  const { fanIn } = await on.fanfold.result(runId);
  expect([fanIn?.successCount, fanIn?.failureCount]).toEqual([1, inputs.length]);
});

test("in the workflow's own code each is the failure of its own task", async () => {
  const { results } = (await on.run('oddTasks', names)) as FanIn;
  expect(results.filter(({ success }) => success)).toEqual([]);
  expect(results.map(({ id }) => id)).toEqual(names);
});

test.each(names)('a workflow that fails by %s ends its run, and the worker lives', async (name) => {
  expect(await on.failure('oddEnd', name)).toMatchObject({ type: 'Odd', message: `half \ufffd of ${name}` });
});
