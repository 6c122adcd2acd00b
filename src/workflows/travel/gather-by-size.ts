/** Tasks one by one or by packs, under one stopping rule; `'auto'` runs a few one by one to see how slow they are. */
import { given } from '../../core/given.ts';
import { CancellationScope, sleep } from '@temporalio/workflow';
import { milliseconds } from '../../core/duration.ts';
import { Burst } from '../../core/burst.ts';
import type { FanIn } from '../../core/fan-in.ts';
import type { Host } from '../../core/host.ts';
import type { Batch } from '../../core/batch.ts';
import type { GatherOptions } from '../../core/options.ts';
import { suitsLocal } from '../../core/travel/local.ts';
import {
  maxLocalTasks,
  packLayout,
  packSize,
  probeCount,
  slowMs,
  type Granularity,
} from '../../core/travel/granularity.ts';
import { failure, type Outcome, type Slot } from '../../core/slots.ts';
import { fanOut, gatherBatches } from '../../core/verbs.ts';
import { proxyActivities, type Activities } from '../activity.ts';
import type { ActivityWork } from './activity-work.ts';
import { callByName, gatherAtLimits } from './gather-at-limits.ts';
import { refuseBad } from '../accept-update.ts';
import { workflowHost } from '../host.ts';
import { fanOutSpan, inSpan } from '../spans.ts';
import { reportMs } from '../late-results.ts';
import { endedByDeadline, inActivity, inWorkflowTask, maxPackedTasks, packs } from './packs.ts';

/** How many items are measured for the average size of one. */
const sampled = 20;

/**
 * Run an activity for every item, chosen by the item, and keep what worked; as {@link mapActivity}, for kinds of one's own.
 *
 * @example const found = await gatherBySize(files, { activity: ({ kind }) => activities[kind], input: (file) => file, attempts: 3 }, 'auto', { name: 'files' });
 */
export function gatherBySize<I, T>(
  items: Iterable<I>,
  work: ActivityWork<I>,
  granularity: Granularity,
  rule: GatherOptions<I, T>,
): Promise<FanIn<T>> {
  const list = [...items];
  return work.limit && list.some(work.limit)
    ? gatherAtLimits(list, work, rule)
    : gatherUnlimited(list, work, granularity, rule);
}

function gatherUnlimited<I, T>(
  list: readonly I[],
  work: ActivityWork<I>,
  granularity: Granularity,
  rule: GatherOptions<I, T>,
): Promise<FanIn<T>> {
  const timeout = given({ startToCloseTimeout: rule.taskTimeout });
  const retry = { ...work.options?.retry, maximumAttempts: work.attempts };
  const alone = granularity === 'auto' && work.together ? {} : { travel: 'alone' as const };
  const activities = proxyActivities<Activities>({ ...work.options, ...timeout, retry, ...alone });
  const single = async (item: I): Promise<T> => callByName<T>(activities, work.activity(item), work.input(item));
  const host = hostMeasuring(work);
  const facts = { total: list.length, itemBytes: averageBytes(list, host) };
  const chosen = granularity === 'auto' && isLocal(list, work, rule, facts.itemBytes) ? 'local' : granularity;
  const size = refuseBad(() => packSize(chosen, rule, facts));
  const span = fanOutSpan(rule.name);
  if (size === 1 && chosen !== 'local') return inSpan(span, () => fanOut(host).gather(list, single, rule));
  const largest = size ?? refuseBad(() => packSize(chosen, rule, { ...facts, observedMs: 0 })) ?? 1;
  const send = chosen === 'local' ? inWorkflowTask() : inActivity(largest);
  const packed = packs<I, T>(work, largest, packRule(work, rule, largest, list.length), send);
  const travel = size === undefined ? probed(single, packed, rule, host) : packed;
  return inSpan(span, () => byPacks(list, travel, rule, { size: largest, host }));
}

/** A host that measures what travels for an item, which may be more than the item. */
function hostMeasuring<I>({ input }: ActivityWork<I>): Host {
  const byteSize = (item: unknown): number => {
    try {
      return workflowHost.byteSize(input(item as I));
    } catch {
      // What cannot be sent fails its task alone, when it is to be sent.
      return 0;
    }
  };
  return { ...workflowHost, byteSize };
}

function isLocal<I, T>(
  list: readonly I[],
  { activity, latencies }: ActivityWork<I>,
  rule: GatherOptions<I, T>,
  itemBytes: number,
): boolean {
  // Looked at before anything is refused, so nothing may be taken for granted.
  if (latencies === undefined || list.length > maxLocalTasks) return false;
  const names = new Set(list.map((item) => activity(item)));
  return suitsLocal(rule, { total: list.length, itemBytes, latencies: [...names].map((name) => latencies[name]) });
}

function packRule<I, T>(
  { attempts }: ActivityWork<I>,
  rule: GatherOptions<I, T>,
  size: number,
  total: number,
): Parameters<typeof packs>[2] {
  const { width } = packLayout(total, size, rule.concurrency);
  return refuseBad(() => ({
    width,
    attempts,
    ...(rule.taskTimeout === undefined ? {} : { taskTimeoutMs: milliseconds(rule.taskTimeout, 'taskTimeout') }),
    ...(rule.deadline === undefined ? {} : { deadlineAt: Date.now() + milliseconds(rule.deadline, 'deadline') }),
    ...given({ first: rule.first, maxFailures: rule.maxFailures }),
  }));
}

async function byPacks<I, T>(
  list: readonly I[],
  batch: Batch<I, T>,
  rule: GatherOptions<I, T>,
  { size, host }: { readonly size: number; readonly host: Host },
): Promise<FanIn<T>> {
  const { taskTimeout: _inside, deadline, ...rest } = rule;
  const layout = packLayout(list.length, size, rule.concurrency);
  const merged = await gatherBatches({ ...host, maxConcurrency: maxPackedTasks }, list, batch, {
    ...rest,
    concurrency: layout.packs * size,
    ...(deadline === undefined ? {} : { deadline: refuseBad(() => milliseconds(deadline, 'deadline')) + reportMs }),
  });
  const byDeadline = merged.stoppedBy === 'allSettled' && merged.results.some(endedByDeadline);
  return byDeadline ? { ...merged, stoppedBy: 'deadline' } : merged;
}

type Report<I, T> = Parameters<Batch<I, T>['run']>[1];

/**
 * The first few one by one; the rest as they turn out, or one by one as soon as they are known to be slow. What was
 * sent meanwhile leaves in as many turns as it came, since a turn takes only so many bytes.
 */
function probed<I, T>(
  single: (item: I) => Promise<T>,
  packed: Batch<I, T>,
  rule: GatherOptions<I, T>,
  host: Host,
): Batch<I, T> {
  const width = Math.min(rule.concurrency ?? host.maxConcurrency, host.maxConcurrency);
  const alone = oneByOne<I, T>(single, width, host);
  const probe = new Probe();
  let slow: Promise<boolean> | undefined;
  let before: Promise<void> | undefined;
  return {
    granularity: packed.granularity,
    run(slots, report) {
      const first = slots.filter(({ index }) => index < probeCount);
      const rest = slots.filter(({ index }) => index >= probeCount);
      probe.expect(first.length);
      alone(first, (settled) => {
        probe.settled(settled.length);
        report(settled);
      });
      if (rest.length === 0) return;
      slow ??= probe.isSlow();
      const send = (each: boolean): void => (each ? alone(rest, report) : packed.run(rest, report));
      const [known, earlier] = [slow, before];
      before = (async () => {
        const each = await known;
        if (earlier) await earlier.then(() => host.rest());
        send(each);
      })();
    },
  };
}

/** Starts so many at once and the others in turn, without a promise for those that wait; the settled never start. */
function oneByOne<I, T>(single: (item: I) => Promise<T>, width: number, host: Host): Batch<I, T>['run'] {
  const waiting: { readonly slot: Slot<I, T>; readonly report: Report<I, T> }[] = [];
  let [running, position] = [0, 0];
  const start = async (slot: Slot<I, T>, report: Report<I, T>): Promise<void> => {
    const outcome: Outcome<T> = await single(slot.item).then((value) => ({ value }), failure);
    running--;
    report([{ slot, outcome }]);
    next();
  };
  const next = (): void => {
    while (!burst.resting && running < width) {
      const turn = waiting[position];
      if (!turn) return;
      if (!turn.slot.result && !burst.admits(turn.slot.item)) return;
      position++;
      if (turn.slot.result) continue;
      running++;
      void start(turn.slot, turn.report);
    }
  };
  const burst = new Burst(host, next);
  return (slots, report) => {
    for (const slot of slots) waiting.push({ slot, report });
    next();
  };
}

/** Whether the first tasks are slow, by half of them: a single straggler says nothing of the others. */
class Probe {
  #expected = 0;
  #settled = 0;
  #enough: () => void = () => {};

  expect(tasks: number): void {
    this.#expected += tasks;
  }

  settled(tasks: number): void {
    this.#settled += tasks;
    if (this.#settled * 2 >= this.#expected) this.#enough();
  }

  async isSlow(): Promise<boolean> {
    if (this.#settled * 2 >= this.#expected) return false;
    const timer = new CancellationScope();
    const late = timer
      .run(() => sleep(slowMs, { summary: 'probe of the first tasks' }))
      .then(
        () => true,
        () => false,
      );
    const slow = await Promise.race([late, new Promise<boolean>((resolve) => (this.#enough = () => resolve(false)))]);
    timer.cancel();
    return slow;
  }
}

function averageBytes(list: readonly unknown[], { byteSize }: Host): number {
  const sample = list.slice(0, sampled);
  return sample.length === 0 ? 0 : sample.reduce((sum: number, item) => sum + byteSize(item), 0) / sample.length;
}
