/** What callers see of the verbs; the compiler checks it, so a wrong type fails `tsc` and not the run. */
import { expectTypeOf, test } from 'vitest';
import {
  asCompleted,
  gather,
  group,
  type FanIn,
  type NamedFanIn,
  type NamedResult,
  type RunOptions,
  type TaskContext,
  type TaskErrorKind,
  type TaskResult,
  type TaskSuccess,
} from '../../src/index.ts';
import type { CompletedRun, FanfoldClient, RunView } from '../../src/client.ts';
import type * as workflow from '../../src/workflow.ts';
import { fanOut } from '../../src/core/verbs.ts';
import { VirtualHost, type VirtualContext } from '../support/virtual-host.ts';

interface Page {
  readonly url: string;
}
const read = async (url: string): Promise<Page> => ({ url });
const tasks = { orders: async (): Promise<string[]> => ['o1'], payments: (): number => 1 };
declare const inWorkflow: Pick<typeof workflow, 'gather' | 'group'>;
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
    expectTypeOf(asCompleted(tasks)).toEqualTypeOf<AsyncGenerator<NamedResult<typeof tasks>, void, undefined>>();
  });
  expectTypeOf<NamedFanIn<typeof tasks>['results']['orders']>().toEqualTypeOf<TaskResult<string[]>>();
  // A task may have failed, so its value may be missing.
  expectTypeOf<NamedFanIn<typeof tasks>['mergedResults']>().toEqualTypeOf<{
    readonly orders?: string[];
    readonly payments?: number;
  }>();
  expectTypeOf<NamedFanIn<typeof tasks>['failedTasks']>().toEqualTypeOf<{
    readonly orders?: string;
    readonly payments?: string;
  }>();
  expectTypeOf<NamedFanIn<typeof tasks>['stoppedBy']>().toEqualTypeOf<FanIn['stoppedBy']>();
});

test('a result of functions by name is narrowed by its id', () => {
  typed(async () => {
    for await (const each of asCompleted(tasks)) {
      expectTypeOf(each.id).toEqualTypeOf<'orders' | 'payments'>();
      if (each.success && each.id === 'orders') expectTypeOf(each.result).toEqualTypeOf<string[]>();
      if (each.success && each.id === 'payments') expectTypeOf(each.result).toEqualTypeOf<number>();
      if (!each.success) expectTypeOf(each.error.kind).toEqualTypeOf<TaskErrorKind>();
    }
  });
});

interface Lookups {
  readonly orders: () => Promise<string[]>;
  readonly payments: (context: TaskContext) => number;
}

test('functions by name may be typed by an interface, in each verb', () => {
  typed(() => {
    const lookups: Lookups = tasks;
    expectTypeOf(gather(lookups)).resolves.toEqualTypeOf<NamedFanIn<Lookups>>();
    expectTypeOf(gather(lookups, { deadline: '10s' })).resolves.toEqualTypeOf<NamedFanIn<Lookups>>();
    expectTypeOf(group(lookups)).resolves.toEqualTypeOf<{ orders: string[]; payments: number }>();
    expectTypeOf(asCompleted(lookups)).toEqualTypeOf<AsyncGenerator<NamedResult<Lookups>, void, undefined>>();
  });
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

test('an option may be undefined, which is as if it were not there', () => {
  const maybe = undefined as '10s' | undefined;
  const count = undefined as number | undefined;
  typed(() => [
    gather(['a'], read, { deadline: maybe, concurrency: count, minSuccessRatio: count, hedge: undefined }),
    gather(['a'], read, {
      hedge: { after: maybe, percentile: count },
      budget: { limit: 1, estimate: 1, holdBack: count },
    }),
    group(tasks, { deadline: maybe }),
  ]);
  expectTypeOf<{ deadline: '10s' | undefined; attempts: number | undefined }>().toExtend<RunOptions>();
});

test('in a workflow a task may ask for its place, as in a plain process', () => {
  typed(() => [
    inWorkflow.gather(['a'], (_item, { index, id }) => `${index}${id}`),
    inWorkflow.group({ a: ({ index }) => index, b: () => 1 }),
    gather(['a'], (_item, { index }) => index),
    // @ts-expect-error the second parameter of a task is no limit of the caller's
    inWorkflow.gather(['a'], (_item: string, limit: number) => limit),
  ]);
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

test('a run has what it has by how it stands', () => {
  typed((): unknown => {
    const view = {} as RunView;
    if (view.status === 'completed') expectTypeOf(view.fanIn).toEqualTypeOf<FanIn>();
    else if (view.status === 'running') expectTypeOf(view.fanIn).toEqualTypeOf<undefined>();
    else expectTypeOf(view.error).toEqualTypeOf<{ readonly type: string; readonly message: string }>();
    if (view.status === 'failed') expectTypeOf(view.fanIn).toEqualTypeOf<FanIn | undefined>();
    // @ts-expect-error a run that may have failed may have come to nothing
    return view.fanIn.mergedResults;
  });
  expectTypeOf<FanfoldClient['runOrThrow']>().returns.resolves.toEqualTypeOf<CompletedRun>();
});
