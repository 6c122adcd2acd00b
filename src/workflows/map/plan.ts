/** A map run's options in the units that its loop works in, checked before anything is scheduled. */
import { patched, workflowInfo } from '@temporalio/workflow';
import { InvalidOptionsError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { ContinuedMapInput, MapInput, MapSource, Unit, UnitInput, UnitRule } from '../../core/map/types.ts';
import { checkAtMost, checkCount, checkFirst, planFanOut as checked } from '../../core/options.ts';
import { branchUnits, mapMode, packUnits, type UnitFacts, type UnitLayout } from '../../core/travel/granularity.ts';
import { gatherOptions } from '../../core/run-options.ts';
import { requiredSuccesses, type Tally } from '../../core/stop.ts';
import { maxPageTasks, probeTasks } from '../../core/map/page-size.ts';
import { pagesLeft, type MapState } from './state.ts';

/** Stands for the number of tasks while it is not known; no rule that asks for a share comes true by it. */
export const openEnded = 1e15;

export interface MapPlan {
  readonly execution: string;
  readonly source: MapSource;
  readonly activity: string;
  readonly earlier?: string | undefined;
  readonly earlierSettled?: boolean | undefined;
  readonly earlierLost: NonNullable<MapInput['earlierLost']>;
  readonly attempts: number;
  readonly taskTimeoutMs?: number | undefined;
  readonly first?: number | undefined;
  readonly maxFailures?: number | undefined;
  readonly budget?: number | undefined;
  readonly hedge?: string | undefined;
  readonly limit?: string | undefined;
  readonly idField?: string | undefined;
  /** Pages of a unit, where somebody says how large packs are. */
  readonly unitPages?: number | undefined;
  readonly unitsPerExecution?: number | undefined;
  /** @throws {InvalidOptionsError} where a count asks for more tasks than there are */
  readonly checkTotal: (total: number) => void;
}

const usualAttempts = 3;
/** How soon counts are reported, in milliseconds: at once where the rule may end the run by them, else for people. */
const fastReportMs = 250;
const usualReportMs = 1000;
/** Of the first tasks, for which all others wait. */
const probeReportMs = 100;

/** The plan, and the state that a first execution begins with. @throws {InvalidOptionsError} */
export function planMap(input: ContinuedMapInput, state: MapState): MapPlan {
  const { options = {}, source, activity, earlier, earlierSettled, earlierLost = [] } = input;
  const { idField, ...runOptions } = options;
  const rule = gatherOptions(runOptions);
  const { deadlineMs, taskTimeoutMs } = checked(rule, openEnded, openEnded);
  checkCount('attempts', options.attempts, 1);
  checkSource(source);
  const mode = mapMode(options.granularity ?? 'auto', rule, options.limit !== undefined);
  if (options.limit !== undefined && options.hedge !== undefined)
    throw new InvalidOptionsError('hedge', 'cannot be together with `limit`: a backup would only wait as well');
  if (!input.state) {
    if (mode) state.mode = mode;
    if (deadlineMs !== undefined) state.deadlineAt = state.startedAt + deadlineMs;
    if (options.concurrency !== undefined) state.concurrency = options.concurrency;
    state.minimum = { ratio: options.minSuccessRatio, successes: options.minSuccesses };
  }
  return {
    execution: workflowInfo().firstExecutionRunId,
    source,
    activity,
    earlier,
    earlierSettled,
    earlierLost,
    attempts: options.attempts ?? usualAttempts,
    taskTimeoutMs,
    first: options.first,
    maxFailures: options.maxFailures,
    budget: options.budget,
    hedge: options.hedge,
    limit: options.limit,
    idField,
    unitPages: typeof options.granularity === 'number' ? Math.ceil(options.granularity / maxPageTasks) : undefined,
    unitsPerExecution: input.unitsPerExecution,
    checkTotal: (total) => {
      checkAtMost('first', options.first, total);
      checkAtMost('minSuccesses', options.minSuccesses, total);
      checkFirst({ minimum: state.minimum, first: options.first }, total, 'first');
    },
  };
}

function checkSource(source: MapSource): void {
  if (source.kind === 'list' && !Array.isArray(source.items))
    throw new InvalidOptionsError('source.items', 'must be a list', source.items);
  if (source.kind === 'range') checkCount('source.count', source.count, 0);
}

type InFlight = Pick<UnitFacts, 'running' | 'inUse'>;

/** The layout of the next units; before the first tasks have shown how slow they are, a unit is those alone. */
export function layoutOf(plan: MapPlan, state: MapState, inFlight: InFlight = {}): UnitLayout {
  const { concurrency, meanMs, mode } = state;
  const facts = { pages: pagesLeft(state), pageTasks: maxPageTasks, concurrency, meanMs, ...inFlight };
  if (mode === 'tasks') {
    const { deadlineAt } = state;
    return branchUnits(deadlineAt === undefined ? facts : { ...facts, leftMs: Math.max(0, deadlineAt - Date.now()) });
  }
  const packs = packUnits(facts);
  if (mode === undefined) return { units: 1, pages: 1, width: Math.min(probeTasks, packs.units * packs.width) };
  return plan.unitPages === undefined ? packs : { ...packs, pages: plan.unitPages };
}

/**
 * Whether the next unit says itself that its tasks are slow. A timer of the run cannot know it: a worker that was stopped
 * for a moment looks the same, and thousands of quick tasks would become an activity each for it.
 */
export function isProbe({ mode }: MapState): true | undefined {
  return (mode === undefined && patched('fanfold: probes report')) || undefined;
}

/** Whether units have written pages that no report of theirs has counted. */
export function hasUncounted({ again }: MapState): boolean {
  return again.length > 0 && patched('fanfold: units whose successor never began are counted');
}

/** Which store a unit must have, and whose results it takes over. */
export function whereabouts(
  { earlier, earlierSettled, earlierLost }: MapPlan,
  { store }: MapState,
  unit: Unit,
): Pick<UnitInput, 'earlier' | 'earlierSettled' | 'earlierLost' | 'store'> {
  const lost = earlierLost.flatMap(([part, page]) =>
    part === unit.part && page >= unit.from && page < unit.to ? [page] : [],
  );
  return given({ earlier, earlierSettled, earlierLost: lost.length > 0 ? lost : undefined, store });
}

/** The rule for a unit: how much of it is left for all units together. */
export function unitRule(plan: MapPlan, state: MapState, tally: Tally): Omit<UnitRule, 'width'> & { tellMs: number } {
  const left = whatIsLeft(plan, state, tally);
  const { activity, attempts, taskTimeoutMs, hedge, limit, idField } = plan;
  return {
    activity,
    attempts,
    tellMs: reportMsOf(state, left),
    ...left,
    ...given({ taskTimeoutMs, deadlineAt: state.deadlineAt, hedge, limit, idField }),
  };
}

/** A unit that alone has so many successes, or more failures, ends the run. */
function whatIsLeft(plan: MapPlan, state: MapState, tally: Tally): Pick<UnitRule, 'first' | 'maxFailures'> {
  const { total, succeeded, failed } = tally;
  const required = requiredSuccesses(state.minimum, total);
  const enough = Math.min(plan.first ?? Infinity, state.minimum.successes ? required : Infinity) - succeeded;
  const tooMany = Math.min(plan.maxFailures ?? Infinity, required > 0 ? total - required : Infinity) - failed;
  return {
    ...(enough < openEnded / 2 ? { first: Math.max(1, enough) } : {}),
    ...(tooMany < openEnded / 2 ? { maxFailures: Math.max(0, tooMany) } : {}),
  };
}

function reportMsOf({ mode }: MapState, left: { readonly first?: number; readonly maxFailures?: number }): number {
  if (mode === undefined) return probeReportMs;
  return left.first === undefined && left.maxFailures === undefined ? usualReportMs : fastReportMs;
}
