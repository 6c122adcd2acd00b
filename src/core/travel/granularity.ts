/**
 * One activity a task, or many in a pack. What a policy must see task by task is never packed,
 * however small the tasks are.
 */
import { InvalidOptionsError } from '../errors.ts';
import type { GatherOptions } from '../options.ts';
import { mustSeeEach } from './see-each.ts';

/**
 * `'task'` an activity each; a number, that many in a pack; `'local'` inside the workflow's own task, for few fast ones;
 * `'auto'` decides from count, bytes, what the worker has seen of the activity, and a probe.
 */
export type Granularity = 'auto' | 'task' | 'local' | number;

/** Up to here `'auto'` starts an activity each without probing: it shows more and costs seconds at most. */
export const alwaysSingle = 500;
/** How many tasks `'auto'` runs one by one first. */
export const probeCount = 10;
/** Tasks slower than this gain nothing from packs and lose their own retries and timeouts in the Web UI. */
export const slowMs = 500;
/** What an activity costs on the embedded server, measured with no-op tasks. */
const activityCostMs = 5;

/**
 * How long the tasks of an unknown activity may wait for the first ones, in milliseconds: no longer than an activity each
 * would cost them.
 */
export function probeMs(waiting: number): number {
  return Math.min(slowMs, waiting * activityCostMs);
}
/** Bytes of one activity's input that the server takes without complaint; its limit is 2 MB. */
export const maxPackBytes = 500_000;
/** A pack gains little above so many tasks, as its activity costs less than they do. */
const usualPackTasks = 250;
const maxPackTasks = 1000;
/** So many packs keep several workers busy; each more is one more message to wait for at a deadline. */
const enoughPacks = 20;
/** Tasks that go into the workflow's own task at most. */
export const maxLocalTasks = 100;

export interface PlanFacts {
  readonly total: number;
  /** Average bytes of an item, as JSON. */
  readonly itemBytes: number;
  /** Milliseconds of a probed task, the cost of its activity included; undefined before the probe. */
  readonly observedMs?: number;
}

/**
 * How many tasks go into one activity: 1 for one by one, and undefined where a probe is needed first.
 *
 * @throws {InvalidOptionsError} where packs are asked for together with what packs cannot do
 */
export function packSize<I, T>(
  granularity: Granularity,
  options: GatherOptions<I, T>,
  facts: PlanFacts,
): number | undefined {
  const reason = mustSeeEach(options);
  if (granularity === 'task') return 1;
  if (granularity === 'auto') {
    if (reason !== undefined || facts.total <= alwaysSingle) return 1;
    if (facts.observedMs === undefined) return undefined;
    return facts.observedMs - activityCostMs > slowMs ? 1 : fitting(packTasks(facts.total), facts.itemBytes);
  }
  const size = askedSize(granularity, facts);
  if (granularity !== 1 && reason !== undefined) {
    throw new InvalidOptionsError(
      'granularity',
      `cannot be packs together with \`${reason}\`, which must see task by task`,
      granularity,
    );
  }
  return fitting(size, facts.itemBytes);
}

/** @throws {InvalidOptionsError} for a size that cannot be meant, or more tasks than go into the workflow's own task */
function askedSize(granularity: 'local' | number, { total }: PlanFacts): number {
  if (granularity === 'local' && total <= maxLocalTasks) return Math.max(1, total);
  if (granularity === 'local') {
    throw new InvalidOptionsError('granularity', `is for at most ${maxLocalTasks} of ${total} tasks`, granularity);
  }
  if (Number.isSafeInteger(granularity) && granularity >= 1 && granularity <= 10_000) return granularity;
  throw new InvalidOptionsError(
    'granularity',
    "must be 'auto', 'task', 'local' or a number of tasks from 1 to 10000",
    granularity,
  );
}

function packTasks(total: number): number {
  return Math.max(usualPackTasks, Math.min(maxPackTasks, Math.ceil(total / enoughPacks)));
}

function fitting(tasks: number, itemBytes: number): number {
  return Math.max(1, Math.min(tasks, Math.floor(maxPackBytes / Math.max(1, itemBytes))));
}

export interface PackLayout {
  /** Packs in flight. */
  readonly packs: number;
  /** Tasks at once inside each. */
  readonly width: number;
}

/** How packs share a concurrency; together they never run more than it allows. */
export function packLayout(total: number, size: number, concurrency: number | undefined): PackLayout {
  const packs = Math.max(1, Math.min(Math.ceil(total / size), 500));
  if (concurrency === undefined || concurrency >= packs * size) return { packs, width: size };
  const fewer = Math.min(packs, Math.max(Math.min(concurrency, 4), Math.floor(concurrency / size)));
  return { packs: fewer, width: Math.min(size, Math.floor(concurrency / fewer)) };
}

/**
 * How the tasks of a map run travel; undefined where the first ones are to show how slow they are.
 *
 * @throws {InvalidOptionsError} where packs are asked for together with what packs cannot do
 */
export function mapMode<I, T>(
  granularity: Granularity,
  options: GatherOptions<I, T>,
  limited: boolean,
): 'packs' | 'tasks' | undefined {
  if (granularity === 'local')
    throw new InvalidOptionsError(
      'granularity',
      "must be 'auto', 'task' or a number of tasks from 1 to 10000: a map run's tasks are never in its workflow",
      granularity,
    );
  if (limited && typeof granularity === 'number' && granularity > 1)
    throw new InvalidOptionsError('granularity', 'cannot be packs together with `limit`: a pack would pass by it');
  if (limited) return 'tasks';
  if (granularity === 'auto') return mustSeeEach(options) === undefined ? undefined : 'tasks';
  // Whether it can be meant is the same question for any number of tasks.
  return packSize(granularity, options, { total: 1, itemBytes: 1 }) === 1 && granularity === 'task' ? 'tasks' : 'packs';
}

/** How a map run shares out its pages: units in flight, and for each its pages and its tasks at once. */
export interface UnitLayout {
  readonly units: number;
  /** At most this many pages, one after the other in the order of the items. */
  readonly pages: number;
  /** Tasks at once inside a unit. */
  readonly width: number;
}

export interface UnitFacts {
  /** Pages not begun. */
  readonly pages: number;
  /** Tasks of a full page. */
  readonly pageTasks: number;
  /** Units in flight. @default 0 */
  readonly running?: number;
  /** What they run at once, together. @default 0 */
  readonly inUse?: number;
  readonly concurrency?: number | undefined;
  /** Of the tasks so far; undefined while none has settled. */
  readonly meanMs?: number | undefined;
  /** Until the deadline, where there is one. */
  readonly leftMs?: number | undefined;
}

/** Units of packs in flight: enough for some workers, and few enough for one worker's memory. */
const maxUnits = 16;
const maxUnitPages = 8;
/** Tasks at once in a unit, where nobody says how many. */
const usualWidth = 1000;
/** A run that continues as new waits for its units, so that they should not take long. */
const unitMs = 10_000;
/** Activities at once in a child workflow; Temporal advises at most 500. */
const branchWidth = 125;
const maxBranchWidth = 500;

/**
 * For tasks in packs. Together the units never run more than `concurrency`; no more units share it than there are pages
 * for, and the next one gets its share of what is left.
 */
export function packUnits({ pages, pageTasks, concurrency, meanMs, running = 0, inUse = 0 }: UnitFacts): UnitLayout {
  const asked = concurrency ?? maxUnits * usualWidth;
  const most = Math.min(maxUnits, Math.max(Math.min(asked, 4), Math.floor(asked / pageTasks)));
  const units = Math.max(1, Math.min(most, pages + running));
  const width = Math.max(1, Math.floor((asked - inUse) / Math.max(1, units - running)));
  const spread = Math.ceil(pages / 4);
  const inTime =
    meanMs === undefined || meanMs <= 0 ? maxUnitPages : Math.floor((unitMs * width) / (pageTasks * meanMs));
  return { units, pages: Math.max(1, Math.min(maxUnitPages, spread, inTime)), width };
}

/** For tasks that are an activity each: a child workflow a page. No more are started than can begin before the deadline. */
export function branchUnits({ concurrency, leftMs = Infinity }: UnitFacts): UnitLayout {
  const inTime = Math.max(1, Math.floor(leftMs / activityCostMs));
  const asked = Math.min(concurrency ?? maxBranchWidth, inTime);
  const units = Math.max(1, Math.min(maxUnits, Math.round(asked / branchWidth)));
  return { units, pages: 1, width: Math.max(1, Math.min(maxBranchWidth, Math.floor(asked / units))) };
}
