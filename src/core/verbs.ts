/** The three verbs, as folds over one loop: `gather` keeps what worked, `group` wants all, `asCompleted` yields each. */
import {
  FanOutCancelledError,
  InvalidOptionsError,
  InsufficientResultsError,
  TaskFailedError,
  type FanOutError,
} from './errors.ts';
import type { FanIn } from './fan-in.ts';
import { assertMinimum } from './minimum.ts';
import { FanOut } from './fan-out.ts';
import type { Batch, Task } from './batch.ts';
import type { Host } from './host.ts';
import type { FanOutOptions, GatherOptions, NamedFanOutOptions, NamedGatherOptions } from './options.ts';
import { checkNames, fanOutOptionNames } from './option-names.ts';
import type { TaskFailure, TaskResult } from './task.ts';

/**
 * Tasks by name: the shape of the answer follows the shape of the question.
 *
 * @example const tasks: NamedTasks = { orders: () => ordersOf(7), payments: () => paymentsOf(7) };
 */
export type NamedTasks<Context extends readonly unknown[] = []> = Readonly<
  Record<string, (...context: Context) => unknown>
>;
/** Functions by the names of `N`, which an `interface` may have given: that has no index signature. */
type Named<N, Context extends readonly unknown[]> = { readonly [K in keyof N]: (...context: Context) => unknown };
type Value<N, K extends keyof N> = N[K] extends (...context: never[]) => infer R ? Awaited<R> : never;

/**
 * A {@link FanIn} keyed by task name.
 *
 * @example const { results } = await gather({ orders: () => ordersOf(7) }); results.orders.success;
 */
export interface NamedFanIn<N extends Named<N, never>> extends Omit<
  FanIn,
  'results' | 'mergedResults' | 'failedTasks'
> {
  readonly results: { readonly [K in keyof N]: TaskResult<Value<N, K>> };
  readonly mergedResults: { readonly [K in keyof N]?: Value<N, K> };
  /** The message of each failed task, by its name. */
  readonly failedTasks: { readonly [K in keyof N]?: string };
}

/**
 * The result of one of the functions of a record; its `id` is the name, which narrows what the function gave.
 *
 * @example const show = (each: NamedResult<typeof tasks>) => each.success && each.id === 'orders' && list(each.result);
 */
export type NamedResult<N extends Named<N, never>> = {
  [K in keyof N & string]: TaskResult<Value<N, K>, K>;
}[keyof N & string];

/**
 * The three verbs of a host, each over a list or over functions by name.
 *
 * @example const { gather, group, asCompleted }: Verbs<[TaskContext]> = fanOut(promiseHost());
 */
export interface Verbs<Context extends readonly unknown[]> {
  /**
   * Start a task for every item and keep what worked, until the stopping rule says that it is over.
   *
   * @param options the stopping rule; without it all tasks settle, and none need succeed
   * @throws the host's form of {@link InsufficientResultsError} below the minimum, of {@link InvalidOptionsError} before
   * anything is started, of {@link FanOutCancelledError} when the block around it is cancelled
   * @example const { mergedResults, failedTasks } = await gather(urls, (url) => load(url), { deadline: '10s', minSuccessRatio: 0.5 });
   */
  gather<I, T>(items: Iterable<I>, task: Task<I, T, Context>, options?: GatherOptions<I, T>): Promise<FanIn<T>>;
  /**
   * Start every function of the record and keep what worked, by its name, until the stopping rule says that it is over.
   *
   * @param options the stopping rule; without it all tasks settle, and none need succeed
   * @throws as over a list
   * @example const { mergedResults } = await gather({ news: () => search('news'), papers: () => search('papers') }, { deadline: '10s' });
   */
  gather<N extends Named<N, Context>>(
    tasks: N,
    options?: NamedGatherOptions<Value<N, keyof N>>,
  ): Promise<NamedFanIn<N>>;
  /**
   * Every result, in the order of the items; the first failure cancels the rest.
   *
   * @throws the host's form of {@link TaskFailedError}, with what had succeeded; otherwise as `gather`
   * @example const pages = await group(urls, (url) => load(url), { concurrency: 5 });
   */
  group<I, T>(items: Iterable<I>, task: Task<I, T, Context>, options?: FanOutOptions<I, T>): Promise<T[]>;
  /**
   * The result of every function of the record, by its name; the first failure cancels the rest.
   *
   * @throws the host's form of {@link TaskFailedError}, with what had succeeded; otherwise as `gather`
   * @example const { orders, payments } = await group({ orders: () => ordersOf(id), payments: () => paymentsOf(id) });
   */
  group<N extends Named<N, Context>>(
    tasks: N,
    options?: NamedFanOutOptions,
  ): Promise<{ -readonly [K in keyof N]: Value<N, K> }>;
  /**
   * Each result as it settles, failures too. Leaving the loop cancels the rest.
   *
   * @throws as `gather`, except that no minimum is an error
   * @example for await (const result of asCompleted(urls, (url) => load(url))) if (result.success) show(result.result);
   */
  asCompleted<I, T>(
    items: Iterable<I>,
    task: Task<I, T, Context>,
    options?: GatherOptions<I, T>,
  ): AsyncGenerator<TaskResult<T>, void, undefined>;
  /**
   * The result of each function of the record as it settles; its `id` is the name. Leaving the loop cancels the rest.
   *
   * @throws as `gather`, except that no minimum is an error
   * @example for await (const { id, success } of asCompleted({ fast: () => ask(1), slow: () => ask(2) })) show(id, success);
   */
  asCompleted<N extends Named<N, Context>>(
    tasks: N,
    options?: NamedGatherOptions<Value<N, keyof N>>,
  ): AsyncGenerator<NamedResult<N>, void, undefined>;
}

/**
 * Bind the three verbs to a host.
 *
 * @example const { gather } = fanOut(promiseHost({ signal: AbortSignal.timeout(60_000) }));
 */
export function fanOut<Context extends readonly unknown[]>(host: Host<Context>): Verbs<Context> {
  const open = (args: VerbArguments, onResult?: (result: TaskResult) => void) =>
    guarded(host, () => {
      const { items, task, options, keys } = normalize<Context>(args);
      return { run: new FanOut(host, items, task, options, onResult), keys };
    });

  async function gather(...args: VerbArguments): Promise<unknown> {
    const { run, keys } = open(args);
    const checked = await finish(host, run);
    return keys ? byKey(checked) : checked;
  }

  async function group(...args: VerbArguments): Promise<unknown> {
    const { items, task, options, keys } = guarded(host, () => normalize<Context>(args));
    guarded(host, () => checkNames(options, fanOutOptionNames, '`group`'));
    const merged = await groupFanIn(host, items, task, options);
    return keys ? byKey(merged).mergedResults : merged.mergedResults;
  }

  async function* asCompleted(...args: VerbArguments): AsyncGenerator<TaskResult, void, undefined> {
    const settled: TaskResult[] = [];
    let wake: (() => void) | undefined;
    const { run } = open(args, (result) => {
      settled.push(result);
      wake?.();
    });
    let over = false;
    void run.over.then(() => {
      over = true;
      wake?.();
    });
    run.start();
    try {
      for (let next = 0; ;) {
        const result = settled[next];
        if (result) next++;
        if (result) yield result;
        else if (over) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      await endOf(host, run);
    } finally {
      run.end('cancelled');
      await run.over;
    }
  }

  // The overloads of `Verbs` say what callers see; `normalize` tells the two shapes apart once for all of them.
  return { gather, group, asCompleted } as unknown as Verbs<Context>;
}

/** `gather` for tasks that run many at a time. @throws as `gather` does */
export function gatherBatches<I, T>(
  host: Host,
  items: readonly I[],
  batch: Batch<I, T>,
  options: GatherOptions<I, T>,
): Promise<FanIn<T>> {
  return finish(
    host,
    guarded(host, () => new FanOut(host, items, batch, options)),
  );
}

/**
 * `group` with the whole fan-in instead of the values alone.
 *
 * @throws as `group` does
 * @example const { mergedResults, elapsedMs } = await groupFanIn(workflowHost, files, (file) => load(file), { name: 'files' });
 */
export async function groupFanIn<I, T, Context extends readonly unknown[]>(
  host: Host<Context>,
  items: readonly I[],
  task: Task<I, T, Context>,
  options: FanOutOptions<I, T>,
): Promise<FanIn<T>> {
  const failures: TaskFailure[] = [];
  const note = (result: TaskResult): void => void (result.success || failures.push(result));
  const run = guarded(host, () => new FanOut(host, items, task, { ...options, maxFailures: 0 }, note));
  run.start();
  const merged = await endOf(host, run);
  const [first] = failures;
  if (first) throw host.fail(new TaskFailedError(first.id, first.error, merged), merged);
  return merged;
}

async function finish<I, T, Context extends readonly unknown[]>(
  host: Host<Context>,
  run: FanOut<I, T, Context>,
): Promise<FanIn<T>> {
  run.start();
  const merged = await endOf(host, run);
  return guarded(host, () => assertMinimum(merged, run.rule.minimum));
}

/** @throws what a task threw to end all that is around it, or that the fan-out was cancelled */
async function endOf<I, T, Context extends readonly unknown[]>(
  host: Host<Context>,
  run: FanOut<I, T, Context>,
): Promise<FanIn<T>> {
  const merged = await run.over;
  if (run.passed) throw run.passed.error;
  if (merged.stoppedBy === 'cancelled') throw host.fail(new FanOutCancelledError(merged), merged);
  return merged;
}

type VerbArguments = readonly [items: unknown, taskOrOptions?: unknown, options?: unknown];

interface Call<Context extends readonly unknown[]> {
  readonly items: readonly unknown[];
  readonly task: Task<unknown, unknown, Context>;
  readonly options: GatherOptions;
  /** The names, where the tasks came as a record. */
  readonly keys: readonly string[] | undefined;
}

function normalize<Context extends readonly unknown[]>([first, second, third]: VerbArguments): Call<Context> {
  if (typeof second === 'function') {
    if (!isIterable(first)) throw new InvalidOptionsError('items', 'must be a list or another iterable', first);
    return {
      items: [...first],
      task: second as Task<unknown, unknown, Context>,
      options: third ?? {},
      keys: undefined,
    };
  }
  if (isIterable(first)) throw new InvalidOptionsError('task', 'must be a function', second);
  const tasks = namedTasks<Context>(first);
  const keys = Object.keys(tasks);
  const task = (key: unknown, ...context: Context): unknown => tasks[key as string]?.(...context);
  const id = (key: unknown): string => {
    if (typeof key === 'string' && Object.hasOwn(tasks, key)) return key;
    throw new InvalidOptionsError('items', 'cannot be added to tasks that are functions by name');
  };
  return { items: keys, task, options: { ...(second as GatherOptions | undefined), id }, keys };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof (value as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] === 'function';
}

function namedTasks<Context extends readonly unknown[]>(tasks: unknown): NamedTasks<Context> {
  if (typeof tasks !== 'object' || tasks === null) throw new InvalidOptionsError('items', 'must be tasks', tasks);
  const odd = Object.entries(tasks).find(([, task]) => typeof task !== 'function');
  if (odd) throw new InvalidOptionsError('items', `must be functions by name, and '${odd[0]}' is none`, odd[1]);
  return tasks as NamedTasks<Context>;
}

/** By name, which each task has as its id. */
function byKey(merged: FanIn): NamedFanIn<NamedTasks<never>> {
  const results = merged.results.map((result) => [result.id, result] as const);
  const successes = results.flatMap(([id, result]) => (result.success ? [[id, result.result] as const] : []));
  return { ...merged, results: Object.fromEntries(results), mergedResults: Object.fromEntries(successes) };
}

function guarded<R, Context extends readonly unknown[]>(host: Host<Context>, work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (error instanceof InsufficientResultsError) throw host.fail(error, error.fanIn);
    if (error instanceof InvalidOptionsError) throw host.fail(error satisfies FanOutError);
    throw error;
  }
}
