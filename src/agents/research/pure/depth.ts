/** What research in depth may be asked, checked before anything is scheduled. */
import { InvalidOptionsError, milliseconds, type Duration } from '../../../index.ts';
import { checkPlanned, mostBreadth } from './plan.ts';
import type { ResearchInput } from './types.ts';

/** Levels of questions; each costs a round of all sources. */
export const mostLevels = 4;
export const usualBreadth = 3;
/** Tokens that the model calls of one run may cost together. */
export const usualTokens = 200_000;

/** @throws {InvalidOptionsError} naming the field */
export function checkDepth({
  question,
  depth = 1,
  breadth,
  tokenBudget,
  reviewPlan,
  planned,
  options = {},
}: ResearchInput): void {
  if (question.trim() === '') throw new InvalidOptionsError('question', 'must not be empty');
  within('depth', depth, mostLevels);
  if (breadth !== undefined) within('breadth', breadth, mostBreadth);
  if (tokenBudget !== undefined && !(Number.isFinite(tokenBudget) && tokenBudget >= 0)) {
    throw new InvalidOptionsError('tokenBudget', 'must be a number of zero or more', tokenBudget);
  }
  checkPlan({ depth, reviewPlan, planned });
  if (depth > 1 && options.budget !== undefined) {
    throw new InvalidOptionsError('budget', 'counts searches and is for depth 1; deeper, `tokenBudget` counts tokens');
  }
}

function checkPlan({ depth, reviewPlan, planned }: Partial<Record<keyof ResearchInput, unknown>>): void {
  for (const [field, value] of Object.entries({ reviewPlan, planned })) {
    if (value !== undefined && depth === 1)
      throw new InvalidOptionsError(field, 'is for depth 2 and more: depth 1 asks the question as it is');
  }
  if (reviewPlan !== undefined) milliseconds(reviewPlan as Duration, 'reviewPlan');
  if (planned !== undefined) checkPlanned(planned, 'planned');
}

function within(field: string, value: unknown, most: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new InvalidOptionsError(field, `must be a whole number from 1 to ${most}`, value);
}

/** Time for the whole of so many levels, in ms, where nobody says another. */
export function usualDeadlineMs(depth: number): number {
  return 30_000 * depth;
}
