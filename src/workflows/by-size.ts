/** Tasks one by one or by packs, under one stopping rule; `'auto'` runs a few one by one to see how slow they are. */
import { CancellationScope, sleep } from '@temporalio/workflow';
import { milliseconds } from '../core/duration.ts';
import type { FanIn } from '../core/fan-in.ts';
import { Gate } from '../core/gate.ts';
import type { TaskInfo } from '../core/host.ts';
import type { GatherOptions } from '../core/options.ts';
import { packLayout, packSize, probeCount, slowMs, type Granularity } from '../core/plan.ts';
import { proxyActivities, type Activities } from './activity.ts';
import { gather } from './fan-out.ts';
import { refuseBad, workflowHost } from './host.ts';
import { cutByDeadline, gatherPacks, Packer, reportMs } from './pack.ts';

/** How an item becomes a call of an activity. */
export interface Work<I> {
  activity(item: I): string;
  input(item: I): unknown;
  readonly attempts: number;
  /** Over fanfold's defaults, for activities that run one by one. */
  readonly options?: Parameters<typeof proxyActivities>[0];
}

/** How many items tell the average size of one. */
const sampled = 20;

export function gatherBySize<I, T>(items: Iterable<I>, work: Work<I>, granularity: Granularity, rule: GatherOptions<I, T>): Promise<FanIn<T>> {
  const list = [...items];
  const timeout = rule.taskTimeout === undefined ? {} : { startToCloseTimeout: rule.taskTimeout };
  const activities = proxyActivities<Activities>({ ...work.options, ...timeout, retry: { ...work.options?.retry, maximumAttempts: work.attempts } });
  const single = async (item: I): Promise<T> => call<T>(activities, work.activity(item), work.input(item));
  const facts = { total: list.length, itemBytes: averageBytes(list) };
  const size = refuseBad(() => packSize(granularity, rule, facts));
  if (size === 1) return gather(list, single, rule);
  const largest = size ?? refuseBad(() => packSize(granularity, rule, { ...facts, observedMs: 0 })) ?? 1;
  const packed = packedTask(work, rule, largest, list.length);
  if (size !== undefined) return byPacks(list, packed, rule, largest);
  return byPacks(list, probed(single, packed, rule), rule, largest);
}

type PackedTask<I, T> = (item: I, task: TaskInfo) => Promise<T>;

/** A task whose run travels in a pack with its siblings of the same activity. */
function packedTask<I, T>(work: Work<I>, rule: GatherOptions<I, T>, size: number, total: number): PackedTask<I, T> {
  const { width } = packLayout(total, size, rule.concurrency);
  const packers = new Map<string, Packer>();
  const options = {
    size,
    width,
    attempts: work.attempts,
    ...refuseBad(() => ({
      ...(rule.taskTimeout === undefined ? {} : { taskTimeoutMs: milliseconds(rule.taskTimeout, 'taskTimeout') }),
      ...(rule.deadline === undefined ? {} : { deadlineAt: Date.now() + milliseconds(rule.deadline, 'deadline') }),
    })),
    ...(rule.first === undefined ? {} : { first: rule.first }),
    ...(rule.maxFailures === undefined ? {} : { maxFailures: rule.maxFailures }),
  };
  return async (item, task) => {
    const activity = work.activity(item);
    const input = work.input(item);
    const packer = packers.get(activity) ?? new Packer({ ...options, activity });
    packers.set(activity, packer);
    // The fan-out takes a `Reported` for the task's own result.
    return (await packer.run({ id: task.id, input })) as T;
  };
}

async function byPacks<I, T>(list: readonly I[], task: PackedTask<I, T>, rule: GatherOptions<I, T>, size: number): Promise<FanIn<T>> {
  const { taskTimeout: _inside, deadline, ...rest } = rule;
  const { packs } = packLayout(list.length, size, rule.concurrency);
  const merged = await gatherPacks(list, task, {
    ...rest,
    concurrency: packs * size,
    ...(deadline === undefined ? {} : { deadline: refuseBad(() => milliseconds(deadline, 'deadline')) + reportMs }),
  });
  const cut = merged.stoppedBy === 'allSettled' && merged.results.some(cutByDeadline);
  return cut ? { ...merged, stoppedBy: 'deadline' } : merged;
}

/** The first few one by one; the rest as they turn out, or as soon as they are known to be slow. */
function probed<I, T>(single: (item: I) => Promise<T>, packed: PackedTask<I, T>, rule: GatherOptions<I, T>): PackedTask<I, T> {
  const gate = new Gate(Math.min(rule.concurrency ?? workflowHost.maxConcurrency, workflowHost.maxConcurrency));
  const probes: Promise<unknown>[] = [];
  let slow: Promise<boolean> | undefined;
  return async (item, task) => {
    if (task.index < probeCount) {
      const probe = gate.pass(() => single(item));
      probes.push(probe);
      return probe;
    }
    slow ??= isSlow(probes);
    return (await slow) ? gate.pass(() => single(item)) : packed(item, task);
  };
}

async function isSlow(probes: readonly Promise<unknown>[]): Promise<boolean> {
  const timer = new CancellationScope();
  const late = timer.run(() => sleep(slowMs, { summary: 'probe of the first tasks' })).then(
    () => true,
    () => false,
  );
  const slow = await Promise.race([late, Promise.allSettled(probes).then(() => false)]);
  timer.cancel();
  return slow;
}

function call<T>(activities: Activities, name: string, input: unknown): Promise<T> {
  const activity = activities[name];
  if (!activity) throw new TypeError(`There is no activity '${name}'`);
  return activity(input) as Promise<T>;
}

function averageBytes(list: readonly unknown[]): number {
  const sample = list.slice(0, sampled);
  const bytes = sample.reduce((sum: number, item) => sum + (JSON.stringify(item)?.length ?? 0), 0);
  return sample.length === 0 ? 0 : bytes / sample.length;
}
