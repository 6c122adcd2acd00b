/** What a run of a ready workflow is asked and what it answers: plain JSON, so that any language can start one. */
import type { Duration } from './duration.ts';
import { InvalidOptionsError } from './errors.ts';
import type { FanIn } from './fan-in.ts';
import type { GatherOptions } from './options.ts';
import type { Granularity } from './travel/granularity.ts';
import type { ReconcileFiles } from '../agents/reconcile/pure/types.ts';
import type { TaskSuccess } from './task.ts';

/** The kinds of run that a worker of fanfold serves, by the name of their workflow. */
export const runKinds = {
  research: 'research',
  tasks: 'runTasks',
  map: 'mapItems',
  review: 'review',
  reconcile: 'reconcile',
  support: 'support',
} as const;
export type RunKind = keyof typeof runKinds;

/** The stopping rule and the limits of a run, as data. */
export interface RunOptions {
  readonly concurrency?: number;
  readonly deadline?: Duration;
  readonly taskTimeout?: Duration;
  readonly cancelGrace?: Duration;
  /** Attempts of each task, the first included. @default 3 */
  readonly attempts?: number;
  readonly minSuccessRatio?: number;
  readonly minSuccesses?: number;
  readonly maxFailures?: number;
  readonly first?: number;
  /** A backup for slow tasks: a percentile of the siblings as `'95%'`, or a time as `'200ms'`. */
  readonly hedge?: string;
  /** An activity each (`'task'`), or this many in one; packs need an activity that is safe to repeat. @default 'auto' */
  readonly granularity?: Granularity;
  /** How long a result is kept for other tasks of its `cacheKey`. @default '1 day' */
  readonly cacheTtl?: Duration;
  /** What the tasks together may spend; each costs its `cost`, or 1. */
  readonly budget?: number;
  /** The named limit at which every task waits that names none itself. */
  readonly limit?: string;
  /** From 1, which goes first, to 5. @default 3 */
  readonly priority?: number;
  /** Whose run it is: tenants share what there is evenly, where the server can. @default each run is its own tenant */
  readonly tenant?: string;
  /** How much of what there is the tenant gets, against 1 of the others; from 0.001 to 1000. @default 1 */
  readonly tenantWeight?: number;
}

/** One task as data. */
export interface TaskSpec {
  readonly id: string;
  /** The name of a registered activity. */
  readonly activity: string;
  readonly input?: unknown;
  /** What it counts against the budget. @default 1 */
  readonly cost?: number;
  /** Shares one execution with every task that has this key, in this run or another, until the result's time is up. */
  readonly cacheKey?: string;
  /** The named limit it waits at. */
  readonly limit?: string;
}

/** What every ready workflow takes besides its own input. */
export interface RunContext {
  readonly options?: RunOptions;
  /** The run whose failed tasks this one does again. */
  readonly redriveOf?: string;
  /** What succeeded there, by task id. */
  readonly known?: Readonly<Record<string, TaskSuccess>>;
}

/** What the activity that asks the cache first is told. */
export interface CachedInput {
  readonly activity: string;
  readonly input: unknown;
  /** @default made of the activity's name and its input */
  readonly key?: string;
  readonly ttlMs: number;
}

export interface RunTasksInput extends RunContext {
  readonly tasks: readonly TaskSpec[];
}

export interface ResearchInput extends RunContext {
  readonly question: string;
  /** Names of sources. @default the web sources and the local ones of the installation */
  readonly sources?: readonly string[];
  /** Folders of documents, each a source of its own. */
  readonly folders?: readonly string[];
  /** Levels of questions: 1 asks as it is; from 2 it is taken apart, and each further level follows up gaps. @default 1 */
  readonly depth?: number;
  /** Questions of a level at most, where there are levels. @default 3 */
  readonly breadth?: number;
  /** Tokens that the model calls may cost together, where there are levels. @default 200000 */
  readonly tokenBudget?: number;
}

/** Of the options, those of a fan-out in which all must succeed: `concurrency`, `deadline`, `taskTimeout`, `attempts`. */
export interface ReconcileInput extends RunContext, ReconcileFiles {}

/** What every ready workflow returns. */
export interface RunOutcome<A = unknown> {
  readonly fanIn: FanIn;
  readonly answer?: A;
  readonly redriveOf?: string;
  /** The results are too large for one message: `fanIn` has only its counts, and the `results` query has the rest. */
  readonly resultsInPages?: true;
}

/** A run's options as options of `gather`. @throws {InvalidOptionsError} */
export function gatherOptions<I, T>(options: RunOptions, cost: (item: I) => number = () => 1): GatherOptions<I, T> {
  const { attempts: _1, granularity: _2, cacheTtl: _3, limit: _4, priority: _5, ...others } = options;
  const { tenant: _6, tenantWeight: _7, hedge, budget, ...rest } = others;
  return {
    ...rest,
    ...(hedge === undefined ? {} : { hedge: hedgeOf(hedge) }),
    ...(budget === undefined ? {} : { budget: { limit: budget, estimate: cost } }),
  };
}

function hedgeOf(hedge: unknown): { percentile: number } | { after: Duration } {
  if (typeof hedge !== 'string')
    throw new InvalidOptionsError('hedge', "must be a percentile such as '95%' or a time such as '200ms'", hedge);
  const percentile = /^(\d+(?:\.\d+)?)%$/.exec(hedge)?.[1];
  return percentile === undefined ? { after: hedge as Duration } : { percentile: Number(percentile) };
}
