/** A plan that waits for a person, and what may be made of it. */
import { InvalidOptionsError } from '../../../index.ts';

/** Questions of a level. */
export const mostBreadth = 6;
/** The call that a plan waits as, where what waits is listed and approved. */
export const planCall = 'plan';
/** Characters of a question that are kept. */
export const longestPlanned = 300;

/** A plan, while it waits. */
export interface ShownPlan {
  readonly questions: readonly string[];
  /** When it goes on as it is, in ms since the epoch. */
  readonly until: number;
}

/** The questions to ask in place of those that were shown. */
export interface PlanChange {
  readonly questions: readonly string[];
  readonly by?: string;
}

/** @throws {InvalidOptionsError} naming what cannot be asked */
export function checkPlanned(questions: unknown, field = 'questions'): void {
  const isList = Array.isArray(questions) && questions.length >= 1 && questions.length <= mostBreadth;
  if (!isList) throw new InvalidOptionsError(field, `must be a list of 1 to ${mostBreadth} questions`, questions);
  for (const each of questions as unknown[]) {
    const isGood = typeof each === 'string' && /[\p{L}\p{N}]/u.test(each) && each.length <= longestPlanned;
    if (!isGood) throw new InvalidOptionsError(field, `must be texts of at most ${longestPlanned} characters`, each);
  }
}
