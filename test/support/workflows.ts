/** Workflows that only tests run, beside those of the package; each shows one end of a fan-out. */
import {
  condition,
  defineSignal,
  executeChild,
  setHandler,
  CancellationScope,
  isCancellation,
} from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/common';
import type { FanIn } from '../../src/core/fan-in.ts';
import type { GatherOptions } from '../../src/core/options.ts';
import type { Granularity } from '../../src/core/travel/granularity.ts';
import {
  asCompleted,
  gather,
  group,
  mapActivity,
  mapSource,
  proxyActivities,
  reduce,
  type MapActivityOptions,
  type MapOptions,
  type MapOutcome,
  type Reduction,
  type TaskResult,
} from '../../src/workflow.ts';

export * from '../../src/workflows/index.ts';
export * from './call-workflows.ts';
export * from './carry-workflows.ts';
export * from './guest-workflows.ts';
export * from './turn-workflows.ts';
export * from './waiting-workflows.ts';

export interface Job {
  readonly id: string;
  readonly ms: number;
  readonly fail?: string;
  readonly failures?: number;
  readonly journal?: string;
  readonly value?: unknown;
}

const { wait } = proxyActivities<{ wait(job: Job): Promise<unknown> }>();
const id = (job: Job): string => job.id;

export async function gathered(jobs: Job[], options: GatherOptions<Job, unknown> = {}): Promise<FanIn> {
  const accepts = (item: unknown): boolean => typeof (item as Partial<Job> | null)?.id === 'string';
  return gather(jobs, wait, { id, accepts, ...options });
}

export async function gatheredUntil(jobs: Job[], wanted: unknown): Promise<FanIn> {
  return gather(jobs, wait, { id, until: (result) => result === wanted });
}

/** What each task learns of itself, in each verb; an activity that is given as the task learns nothing. */
export async function informed(): Promise<unknown> {
  const listed = await gather(['a', 'b'], (item, { index, id: name, attempt }) => [item, index, name, attempt]);
  const all = await group(new Set(['a', 'b']), async (item, { index }) => `${item}${index}`);
  const seen: unknown[] = [];
  for await (const each of asCompleted(['x'], (_item, info) => info.index)) seen.push(each.success && each.result);
  const byName = await group({ first: ({ index }) => index, second: ({ index, id: name }) => `${name}${index}` });
  const { args } = proxyActivities<{ args(...args: unknown[]): Promise<unknown> }>({ travel: 'alone' });
  const alone = await group(['a'], args);
  const only = await group({ only: args });
  return { listed: listed.mergedResults, all, seen, byName, alone, named: only };
}

export async function grouped(jobs: Job[], options: GatherOptions<Job, unknown> = {}): Promise<unknown[]> {
  return group(jobs, wait, { id, ...options });
}

export async function ordered(jobs: Job[], stopAfter: number): Promise<string[]> {
  const order: string[] = [];
  for await (const result of asCompleted(jobs, wait, { id })) {
    order.push(`${result.id}:${result.success ? 'ok' : result.error.kind}`);
    if (order.length === stopAfter) break;
  }
  return order;
}

export async function named(): Promise<unknown> {
  const { mergedResults, results } = await gather({
    orders: () => wait({ id: 'orders', ms: 10, value: ['o-1'] }),
    payments: () => wait({ id: 'payments', ms: 10, fail: 'no such customer' }),
  });
  return { mergedResults, payments: results.payments };
}

/** Two fan-outs at once whose tasks share their ids. */
export async function nested(): Promise<number[]> {
  const inner = async (name: string): Promise<number> => {
    const { successCount } = await gather(['a', 'b', 'c'], (each) => wait({ id: each, ms: 20 }), { id: String, name });
    return successCount;
  };
  return group(['left', 'right'], inner, { id: String, name: 'both' });
}

export async function mapped(
  inputs: unknown[],
  activity = 'echo',
  options: MapActivityOptions<unknown, unknown> = {},
): Promise<FanIn> {
  return mapActivity(inputs, activity, options);
}

/** By packs; the answer is short however many tasks there are. */
export async function packed(
  count: number,
  input: Omit<Job, 'id'>,
  options: MapActivityOptions<number, unknown>,
): Promise<object> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const { results, mergedResults, ...counts } = await mapActivity(numbers, 'wait', {
    id: (number) => `n${number}`,
    input: (number) => ({ ...input, value: number, ...(number === 3 ? {} : { fail: undefined }) }),
    granularity: 50,
    ...options,
  });
  const inOrder = mergedResults.every(
    (value, index) => index === 0 || Number(value) > Number(mergedResults[index - 1]),
  );
  return { ...counts, failedTasks: Object.keys(counts.failedTasks).slice(0, 5), inOrder, sample: results.slice(2, 5) };
}

/** Returns a count, since what large tasks return may be more than a workflow may. */
export async function mappedCount(inputs: unknown[]): Promise<number> {
  const { successCount } = await mapActivity(inputs, 'echo');
  return successCount;
}

/** Small items whose inputs are large; the one of `odd` is no JSON. */
export async function mappedWide(
  count: number,
  activity: string,
  {
    input,
    bytes,
    odd,
    granularity = 'auto',
  }: { input: object; bytes: number; odd?: number; granularity?: Granularity },
): Promise<object> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const { successCount, stoppedBy, failedTasks } = await mapActivity(numbers, activity, {
    input: (number) => ({ ...input, value: number === odd ? 1n : 0, filler: 'x'.repeat(bytes) }),
    granularity,
  });
  return { successCount, stoppedBy, failed: Object.keys(failedTasks) };
}

/** Results of the lengths asked for, inside the workflow's own task; the answer says what became of each. */
export async function mappedLocal(lengths: number[]): Promise<string[]> {
  const { results } = await mapActivity(lengths, 'lengthy', { granularity: 'local' });
  return results.map((result) => (result.success ? 'ok' : result.error.name));
}

export async function plainError(): Promise<void> {
  await gather([1], async () => 1, { minSuccessRatio: 2 });
}

/** A map run inside a workflow of one's own. */
export async function mappedSource(count: number, activity: string, options: MapOptions = {}): Promise<MapOutcome> {
  return mapSource({ kind: 'range', count }, activity, options);
}

/** What an empty workflow costs. */
export async function empty(): Promise<void> {}

export const go = defineSignal('go');

/** Texts that land one after the other, merged by an activity while others are still to come. */
export async function reduced(jobs: Job[], window: number, merge = 'joined'): Promise<Reduction<unknown>> {
  const ids = jobs.map(id);
  return reduce(asCompleted(jobs, wait, { id, concurrency: 3 }), merge, { ids, window, arity: 2 });
}

/** A cancelled block around a fan-out is not a cancelled workflow. */
export async function scoped(jobs: Job[]): Promise<string> {
  const scope = new CancellationScope();
  setHandler(go, () => scope.cancel());
  try {
    await scope.run(() => gather(jobs, wait, { id }));
    return 'finished';
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await condition(() => true);
    return 'cancelled';
  }
}

/** Activities under a limit, in a workflow of one's own. */
export async function limited(ids: string[], limit: string): Promise<unknown[]> {
  const { call } = proxyActivities<{ call(input: { id: string; ms: number }): Promise<string> }>({ limit });
  return group(ids, (each) => call({ id: each, ms: 20 }), { id: String });
}

/** Tasks whose ids are nobody else's business. */
export async function privately(jobs: Job[], travel: 'alone' | 'pack' | 'local'): Promise<readonly TaskResult[]> {
  const calls = proxyActivities<{ wait(job: Job): Promise<unknown> }>({ ids: 'hashed', travel });
  return (await gather(jobs, (job) => calls.wait(job), { id })).results;
}

/** Fails its workflow task again and again, as any plain error does in a workflow that is no run of fanfold's. */
export async function throwsPlainly(): Promise<never> {
  throw new TypeError('thrown plainly');
}

/** Computes for longer than a workflow task of a second may take. */
export async function computesTooLong(): Promise<number> {
  let turns = 0;
  for (let text = ''; turns < 1.2e9; turns++) text = turns % 1000 === 0 ? '' : text;
  return turns;
}

/** Any workflow as a child: its outcome, or how it failed. */
export async function childOf(type: string, workflowId: string, input: unknown): Promise<unknown> {
  try {
    return await executeChild(type, { workflowId, args: [input] });
  } catch (error) {
    let cause = error;
    while (cause instanceof Error && cause.cause && !(cause instanceof ApplicationFailure)) ({ cause } = cause);
    const { name, message } = cause as Error;
    return { failure: { type: (cause instanceof ApplicationFailure && cause.type) || name, message } };
  }
}
