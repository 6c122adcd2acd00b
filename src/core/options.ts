/** What a caller may ask of a fan-out, checked as a whole before anything starts. */
import { isAmount, type BudgetOptions } from './budget.ts';
import { milliseconds } from './duration.ts';
import { InvalidOptionsError } from './errors.ts';
import type { HedgeOptions, HedgeRule } from './hedge.ts';
import { budgetNames, checkNames, gatherOptionNames, hedgeNames } from './option-names.ts';
import { requiredSuccesses, type StopRule } from './stop.ts';
import type { GatherOptions } from './fan-out-options.ts';

export type { FanOutOptions, GatherOptions, NamedFanOutOptions, NamedGatherOptions } from './fan-out-options.ts';

/** Options in the units the engine works in. */
export interface Plan {
  readonly name: string | undefined;
  readonly concurrency: number;
  readonly deadlineMs: number | undefined;
  readonly taskTimeoutMs: number | undefined;
  readonly graceMs: number;
  readonly hedge: HedgeRule | undefined;
  readonly rule: StopRule;
}

/**
 * Check options against the number of tasks and bring them to milliseconds.
 *
 * @throws {InvalidOptionsError} naming the first option that cannot be meant
 */
export function planFanOut<I, T>(options: GatherOptions<I, T>, total: number, maxConcurrency: number): Plan {
  const { minSuccessRatio: ratio, minSuccesses: successes, first, maxFailures, concurrency, deadline } = options;
  checkNames(options, gatherOptionNames, 'a fan-out');
  checkRule(options, total);
  checkFunction('id', options.id);
  checkFunction('until', options.until);
  checkFunction('accepts', options.accepts);
  checkBudget(options.budget);
  return {
    name: options.name,
    concurrency: Math.min(concurrency ?? maxConcurrency, maxConcurrency),
    deadlineMs: deadline === undefined ? undefined : milliseconds(deadline, 'deadline'),
    taskTimeoutMs: options.taskTimeout === undefined ? undefined : milliseconds(options.taskTimeout, 'taskTimeout'),
    graceMs: milliseconds(options.cancelGrace ?? 1000, 'cancelGrace'),
    hedge: options.hedge && hedgeRule(options.hedge),
    rule: { minimum: { ratio, successes }, first, maxFailures },
  };
}

function checkRule<I, T>(options: GatherOptions<I, T>, total: number): void {
  const { minSuccesses: successes, first, concurrency } = options;
  checkRatio('minSuccessRatio', options.minSuccessRatio);
  checkCount('minSuccesses', successes, 0);
  checkCount('maxFailures', options.maxFailures, 0);
  checkCount('first', first, 1);
  if (concurrency !== Infinity) checkCount('concurrency', concurrency, 1);
  checkAtMost('first', first, total);
  checkAtMost('minSuccesses', successes, total);
}

/** @throws {InvalidOptionsError} where `first` would end the fan-out below its minimum */
export function checkFirst({ first, minimum }: StopRule, total: number, field: string): void {
  const required = requiredSuccesses(minimum, total);
  if (first === undefined || first >= required) return;
  throw new InvalidOptionsError(
    field,
    `contradicts the minimum: it is over after the first ${first}, and ${required} of ${total} must succeed`,
  );
}

function checkFunction(field: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new InvalidOptionsError(field, 'must be a function', value);
}

/** @throws {InvalidOptionsError} where a count asks for more tasks than there are */
export function checkAtMost(field: string, count: number | undefined, total: number): void {
  if (count === undefined || count <= total) return;
  throw new InvalidOptionsError(field, `must not be above the number of tasks (${total})`, count);
}

/** @throws {InvalidOptionsError} unless `value` is absent or from 0 to 1 */
export function checkRatio(field: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 1)) return;
  throw new InvalidOptionsError(field, 'must be a number from 0 to 1', value);
}

/**
 * @throws {InvalidOptionsError} unless `value` is absent or a whole number of at least `least`
 * @example checkCount('breadth', input.breadth, 1);
 */
export function checkCount(field: string, value: unknown, least: number): void {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= least)) return;
  throw new InvalidOptionsError(field, `must be a whole number of ${least} or more`, value);
}

/**
 * Each task's id.
 *
 * @param field what an error names
 * @param earlier how many tasks there are before these, and their ids
 * @throws {InvalidOptionsError} where two tasks share one, or one is no text
 */
export function taskIds<I>(
  items: readonly I[],
  id: ((item: I, index: number) => string) | undefined,
  field = 'id',
  earlier: { readonly count: number; has(id: string): boolean } = { count: 0, has: () => false },
): string[] {
  const seen = new Set<string>();
  return items.map((item, offset) => {
    const index = earlier.count + offset;
    const name: unknown = id ? id(item, index) : String(index);
    checkId(field, name, index);
    if (seen.has(name) || earlier.has(name))
      throw new InvalidOptionsError(field, `must be unique: two tasks share the id '${name}'`);
    seen.add(name);
    return name;
  });
}

/**
 * @throws {InvalidOptionsError} unless `id` is a text that is not empty and has no half of a surrogate pair: ids become
 * names in the protocol, which cannot write such a text
 */
export function checkId(field: string, id: unknown, index: number): asserts id is string {
  if (typeof id !== 'string' || id === '')
    throw new InvalidOptionsError(field, `must name task ${index} with a text that is not empty`, id);
  if (!id.isWellFormed())
    throw new InvalidOptionsError(field, `must name task ${index} with a text of whole characters`, id);
}

/** What each task reserves of the budget. @throws {InvalidOptionsError} where an estimate is no amount */
export function costs<I>(items: readonly I[], budget: BudgetOptions<I> | undefined): number[] {
  if (!budget) return [];
  const { estimate } = budget;
  return items.map((item, index) => {
    const cost: unknown = typeof estimate === 'function' ? estimate(item) : estimate;
    if (isAmount(cost)) return cost;
    throw new InvalidOptionsError('budget.estimate', `must give task ${index} a number of zero or more`, cost);
  });
}

function hedgeRule(options: HedgeOptions): HedgeRule {
  checkNames(options, hedgeNames, '`hedge`');
  const { after, percentile = 95, minSamples = 20, maxExtra = 0.05 } = options;
  if (!(percentile > 0 && percentile <= 100))
    throw new InvalidOptionsError('hedge.percentile', 'must be above 0 and at most 100', percentile);
  checkCount('hedge.minSamples', minSamples, 1);
  checkRatio('hedge.maxExtra', maxExtra);
  return {
    afterMs: after === undefined ? undefined : milliseconds(after, 'hedge.after'),
    percentile,
    minSamples,
    maxExtra,
  };
}

function checkBudget<I>(budget: BudgetOptions<I> | undefined): void {
  if (!budget) return;
  checkNames(budget, budgetNames, '`budget`');
  for (const field of ['limit', 'estimate'] as const) {
    const value: unknown = budget[field];
    if (!isAmount(value) && !(field === 'estimate' && typeof value === 'function'))
      throw new InvalidOptionsError(`budget.${field}`, 'must be a number of zero or more', value);
  }
  checkFunction('budget.actual', budget.actual);
  checkRatio('budget.holdBack', budget.holdBack);
}
