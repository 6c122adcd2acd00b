/** What callers see of the verbs; the compiler checks it, so a wrong type fails `tsc` and not the run. */
import { expectTypeOf, test } from 'vitest';
import {
  asCompleted,
  gather,
  group,
  type FanIn,
  type NamedFanIn,
  type TaskContext,
  type TaskResult,
  type TaskSuccess,
} from '../../src/index.ts';
import { fanOut } from '../../src/core/verbs.ts';
import { VirtualHost, type VirtualContext } from '../support/virtual-host.ts';

interface Page {
  readonly url: string;
}
const read = async (url: string): Promise<Page> => ({ url });
const tasks = { orders: async (): Promise<string[]> => ['o1'], payments: (): number => 1 };
/** Calls are typed, not made: most of these options would be refused. */
const typed = (_calls: () => unknown): void => {};

test('a list gives results of what the task returns', () => {
  typed(() => {
    expectTypeOf(gather(['a'], read)).resolves.toEqualTypeOf<FanIn<Page>>();
    expectTypeOf(group(new Set(['a']), read)).resolves.toEqualTypeOf<Page[]>();
    expectTypeOf(group([1], (value) => value * 2)).resolves.toEqualTypeOf<number[]>();
    expectTypeOf(asCompleted(['a'], read)).toEqualTypeOf<AsyncGenerator<TaskResult<Page>, void, undefined>>();
  });
});

test('functions by name give results by name, each of its own type', () => {
  typed(() => {
    expectTypeOf(gather(tasks)).resolves.toEqualTypeOf<NamedFanIn<typeof tasks>>();
    expectTypeOf(group(tasks)).resolves.toEqualTypeOf<{ orders: string[]; payments: number }>();
    expectTypeOf(asCompleted(tasks)).toEqualTypeOf<AsyncGenerator<TaskResult<string[] | number>, void, undefined>>();
  });
  expectTypeOf<NamedFanIn<typeof tasks>['results']['orders']>().toEqualTypeOf<TaskResult<string[]>>();
  // A task may have failed, so its value may be missing.
  expectTypeOf<NamedFanIn<typeof tasks>['mergedResults']>().toEqualTypeOf<{
    readonly orders?: string[];
    readonly payments?: number;
  }>();
  expectTypeOf<NamedFanIn<typeof tasks>['stoppedBy']>().toEqualTypeOf<FanIn['stoppedBy']>();
});

test('a result is narrowed by `success`', () => {
  const result = {
    id: 'a',
    success: true,
    result: { url: 'x' },
    durationMs: 1,
    attempts: 1,
    startedAt: 0,
  } as TaskResult<Page>;
  if (result.success) expectTypeOf(result.result).toEqualTypeOf<Page>();
  else expectTypeOf(result.error.kind).toEqualTypeOf<'failed' | 'timedOut' | 'cancelled' | 'notStarted'>();
});

test('options know the item and the result', () => {
  typed(() =>
    gather([{ url: 'x', tokens: 3 }], async ({ url }): Promise<Page> => ({ url }), {
      id: (item, index) => {
        expectTypeOf(item).toEqualTypeOf<{ url: string; tokens: number }>();
        expectTypeOf(index).toEqualTypeOf<number>();
        return item.url;
      },
      budget: { limit: 10, estimate: (item) => item.tokens },
      until: (result, id) => {
        expectTypeOf(result).toEqualTypeOf<Page>();
        expectTypeOf(id).toEqualTypeOf<string>();
        return true;
      },
      known: { x: {} as TaskSuccess<Page> },
      deadline: '10s',
    }),
  );
});

test('options of tasks by name know what those give', () => {
  typed(() =>
    gather(
      { a: () => 1, b: async () => 'x' },
      {
        until: (result, name) => {
          expectTypeOf(result).toEqualTypeOf<number | string>();
          expectTypeOf(name).toEqualTypeOf<string>();
          return true;
        },
      },
    ),
  );
});

test('what cannot be meant does not compile', () => {
  typed(() => [
    // @ts-expect-error a task must be a function
    gather(['a'], 'read'),
    // @ts-expect-error a list needs a task
    gather(['a']),
    // @ts-expect-error no such option
    gather(['a'], read, { concurency: 3 }),
    // @ts-expect-error a duration has a unit that is known
    gather(['a'], read, { deadline: '10 parsecs' }),
    // @ts-expect-error `group` wants all, so it takes no quorum
    group(['a'], read, { minSuccesses: 1 }),
    // @ts-expect-error functions by name have their names for ids
    gather(tasks, { id: () => 'a' }),
    // @ts-expect-error a record of functions, not of values
    gather({ orders: 1 }),
  ]);
});

test('a task receives what its host gives', () => {
  typed(() => gather(['a'], (_item, context) => expectTypeOf(context).toEqualTypeOf<TaskContext>()));
  typed(() => gather({ a: ({ signal }) => signal.aborted }));
  const virtual = fanOut(new VirtualHost());
  typed(() => virtual.gather(['a'], (_item, context) => expectTypeOf(context).toEqualTypeOf<VirtualContext>()));
});
