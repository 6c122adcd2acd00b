/** The names that options have, so that a misspelt one is refused: ignored, it would be a rule that does not hold. */
import { InvalidOptionsError } from './errors.ts';
import { nearest } from './text/nearest.ts';
import type { BudgetOptions } from './budget.ts';
import type { FanOutOptions, GatherOptions } from './fan-out-options.ts';
import type { HedgeOptions } from './hedge.ts';

const ofEveryVerb = ['id', 'name', 'concurrency', 'deadline', 'taskTimeout', 'cancelGrace', 'hedge', 'budget'] as const;
const more = ['known', 'accepts'] as const;
const ofGather = ['minSuccessRatio', 'minSuccesses', 'first', 'until', 'maxFailures'] as const;

/** Fails to compile where an option is missing above. */
type Missing<All, Named> = Exclude<All, Named> extends never ? readonly string[] : never;
type FanOutName = (typeof ofEveryVerb)[number] | (typeof more)[number];
type GatherName = FanOutName | (typeof ofGather)[number];

/** Options of `group`. */
export const fanOutOptionNames: Missing<keyof FanOutOptions, FanOutName> = [...ofEveryVerb, ...more];
/** Options of `gather` and `asCompleted`. */
export const gatherOptionNames: Missing<keyof GatherOptions, GatherName> = [...fanOutOptionNames, ...ofGather];

const ofHedge = ['after', 'percentile', 'minSamples', 'maxExtra'] as const;
const ofBudget = ['limit', 'estimate', 'actual', 'holdBack'] as const;
export const hedgeNames: Missing<keyof HedgeOptions, (typeof ofHedge)[number]> = ofHedge;
export const budgetNames: Missing<keyof BudgetOptions, (typeof ofBudget)[number]> = ofBudget;

/**
 * @param of what has the options, for the message
 * @throws {InvalidOptionsError} naming the first option that is given and that there is not, and the nearest that there is
 * @example checkNames(options, ['pages', 'depth'], '`digest`');
 */
export function checkNames(options: object, names: readonly string[], of: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue;
    const near = nearest(name, names);
    const hint = near === undefined ? `there is ${names.join(', ')}` : `did you mean \`${near}\`?`;
    throw new InvalidOptionsError(name.slice(0, 100), `is no option of ${of}: ${hint}`);
  }
}
