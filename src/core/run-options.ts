/** The policy of a run as data: each option declared once, from which its check, its flag and its schema are made. */
import type { Duration } from './duration.ts';
import { InvalidOptionsError } from './errors.ts';
import { given } from './given.ts';
import { checkCount, type GatherOptions } from './options.ts';
import type { Granularity } from './travel/granularity.ts';

/**
 * The stopping rule and the limits of a run, as data.
 *
 * @example const options: RunOptions = { deadline: '10s', minSuccessRatio: 0.5, attempts: 5 };
 */
export interface RunOptions {
  /** How many tasks at once. */
  readonly concurrency?: number | undefined;
  /** Time for the whole; what has not settled by then is cancelled. */
  readonly deadline?: Duration | undefined;
  /** Time for each task, from its start. */
  readonly taskTimeout?: Duration | undefined;
  /** How long to wait for cancelled tasks that clean up. @default '1s' */
  readonly cancelGrace?: Duration | undefined;
  /** Attempts of each task, the first included. @default 3 */
  readonly attempts?: number | undefined;
  /** Smallest share of tasks that must succeed, from 0 to 1. */
  readonly minSuccessRatio?: number | undefined;
  /** Over as soon as this many succeeded, failed below it. */
  readonly minSuccesses?: number | undefined;
  /** Over as soon as more than this many failed. */
  readonly maxFailures?: number | undefined;
  /** Over as soon as this many succeeded. */
  readonly first?: number | undefined;
  /** A backup for slow tasks: a percentile of the siblings as `'95%'`, or a time as `'200ms'`. */
  readonly hedge?: string | undefined;
  /** An activity each (`'task'`), or this many in one; packs need an activity that is safe to repeat. @default 'auto' */
  readonly granularity?: Granularity | undefined;
  /** How long a result is kept for other tasks of its `cacheKey`. @default '1 day' */
  readonly cacheTtl?: Duration | undefined;
  /** What the tasks together may spend; each costs its `cost`, or 1. */
  readonly budget?: number | undefined;
  /** The named limit at which every task waits that names none itself. */
  readonly limit?: string | undefined;
  /** From 1, which goes first, to 5. @default 3 */
  readonly priority?: number | undefined;
  /** Whose run it is: tenants share what there is evenly, where the server can. @default each run is its own tenant */
  readonly tenant?: string | undefined;
  /** How much of what there is the tenant gets, against 1 of the others; from 0.001 to 1000. @default 1 */
  readonly tenantWeight?: number | undefined;
  /**
   * `'hashed'`: the server shows tasks by opaque ids, in activities, summaries and details; no codec covers the ids of
   * activities. Results, progress and `cancelTask` keep the ids that were given. @default 'plain'
   */
  readonly ids?: 'plain' | 'hashed' | undefined;
}

/** What a value of an option must be; bounds are inclusive. */
export type OptionType =
  | { readonly type: 'count'; readonly least: number; readonly most?: number }
  | { readonly type: 'number'; readonly least: number; readonly most?: number }
  | { readonly type: 'duration' }
  | { readonly type: 'percentileOrDuration' }
  | { readonly type: 'granularity' }
  | { readonly type: 'ids' }
  | { readonly type: 'name'; readonly most: number };

export type PolicyOption = OptionType & {
  /** One line for `--help` and OpenAPI. */
  readonly about: string;
  /** What the value is called behind its flag; without one the option has no flag of its own. */
  readonly value?: string;
  /** Where the option goes: to the verb, or to what is around it. */
  readonly of: 'verb' | 'run';
};

/** In the order of `--help`. */
export const policyOptions: { readonly [K in keyof Required<RunOptions>]: PolicyOption } = {
  concurrency: { type: 'count', least: 1, of: 'verb', value: 'n', about: 'how many tasks at once' },
  deadline: {
    type: 'duration',
    of: 'verb',
    value: 'time',
    about: 'time for the whole, such as 10s or 500ms; what has not settled by then is cancelled',
  },
  taskTimeout: { type: 'duration', of: 'verb', value: 'time', about: 'time for each task, from its start' },
  attempts: {
    type: 'count',
    least: 1,
    most: 1000,
    of: 'run',
    value: 'n',
    about: 'attempts of each task, the first included; 3 unless given',
  },
  minSuccessRatio: {
    type: 'number',
    least: 0,
    most: 1,
    of: 'verb',
    value: 'ratio',
    about: 'the smallest share that must succeed, from 0 to 1',
  },
  minSuccesses: {
    type: 'count',
    least: 0,
    of: 'verb',
    value: 'n',
    about: 'over as soon as this many succeeded, failed below it',
  },
  first: { type: 'count', least: 1, of: 'verb', value: 'n', about: 'over as soon as this many succeeded' },
  maxFailures: { type: 'count', least: 0, of: 'verb', value: 'n', about: 'over as soon as more than this many failed' },
  hedge: {
    type: 'percentileOrDuration',
    of: 'verb',
    value: 'when',
    about: 'a backup for tasks slower than a percentile of their siblings (95%) or a time (200ms)',
  },
  limit: {
    type: 'name',
    most: 64,
    of: 'run',
    value: 'name',
    about: 'the named limit at which every task waits that names none itself',
  },
  priority: {
    type: 'count',
    least: 1,
    most: 5,
    of: 'run',
    value: '1-5',
    about: '1 goes first, 5 last; 3 unless given',
  },
  tenant: {
    type: 'name',
    most: 64,
    of: 'run',
    value: 'name',
    about: 'whose run it is: tenants share what there is evenly, where the server can',
  },
  tenantWeight: {
    type: 'number',
    least: 0.001,
    most: 1000,
    of: 'run',
    value: 'n',
    about: 'how much the tenant gets, against 1 of the others',
  },
  budget: {
    type: 'number',
    least: 0,
    of: 'verb',
    value: 'n',
    about: 'what the tasks together may spend; each costs its `cost`, or 1',
  },
  granularity: {
    type: 'granularity',
    of: 'run',
    value: 'how',
    about:
      'auto, task for an activity each, local for a few fast ones in the workflow itself, or how many travel together',
  },
  cancelGrace: { type: 'duration', of: 'verb', about: 'how long to wait for cancelled tasks that clean up' },
  ids: {
    type: 'ids',
    of: 'run',
    about: 'plain unless given; hashed, and the server shows tasks by opaque ids where no codec covers theirs',
  },
  cacheTtl: { type: 'duration', of: 'run', about: 'how long a result is kept for its `cacheKey`; a day unless given' },
};

/** Whether a name is an option of a run. */
export function isPolicyOption(name: string): name is keyof RunOptions {
  return Object.hasOwn(policyOptions, name);
}

/**
 * A run's options as options of `gather`.
 *
 * @throws {InvalidOptionsError}
 * @example const found = await gather(pages, load, gatherOptions({ deadline: '10s', ...input.options }));
 */
export function gatherOptions<I, T>(options: RunOptions, cost: (item: I) => number = () => 1): GatherOptions<I, T> {
  checkCount('attempts', options.attempts, 1);
  const ofVerb = Object.entries(options).filter(([name]) => !isPolicyOption(name) || policyOptions[name].of === 'verb');
  const { hedge, budget, ...rest } = Object.fromEntries(ofVerb) as Omit<RunOptions, 'granularity'>;
  return {
    ...rest,
    ...given({
      hedge: hedge === undefined ? undefined : hedgeOf(hedge),
      budget: budget === undefined ? undefined : { limit: budget, estimate: cost },
    }),
  };
}

function hedgeOf(hedge: unknown): { percentile: number } | { after: Duration } {
  if (typeof hedge !== 'string')
    throw new InvalidOptionsError('hedge', "must be a percentile such as '95%' or a time such as '200ms'", hedge);
  const percentile = /^(\d+(?:\.\d+)?)%$/.exec(hedge)?.[1];
  return percentile === undefined ? { after: hedge as Duration } : { percentile: Number(percentile) };
}
