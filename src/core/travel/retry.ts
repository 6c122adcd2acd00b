/** When a task that failed inside an activity of many is tried again: as Temporal does it for an activity each. */
import { milliseconds, type Duration } from '../duration.ts';
import { isA, nameOf, propertyOf } from '../thrown.ts';

export interface RetryRule {
  readonly initialMs: number;
  readonly coefficient: number;
  readonly maximumMs: number;
  /** Types of errors that are not tried again. */
  readonly final?: readonly string[];
}

const usual: RetryRule = { initialMs: 100, coefficient: 2, maximumMs: 100_000 };
/** A delay of zero is asked for by services that mean "soon": it must neither be a hot loop nor, as for Temporal, the end. */
export const leastRetryMs = 100;

/** Milliseconds until the next attempt: what the failure asks for, else a pause that grows. */
export function retryDelay(thrown: unknown, attempts: number, rule: RetryRule = usual): number {
  const { initialMs, coefficient, maximumMs } = rule;
  const grown = Math.min(maximumMs, initialMs * coefficient ** Math.min(1000, attempts - 1));
  return Math.max(askedDelay(thrown) ?? grown, askedDelay(thrown) === undefined ? 0 : leastRetryMs);
}

/** Whether the thrower, or the rule, says that trying again cannot help. Wrappers count, not what is below them. */
export function isFinal(thrown: unknown, { final = [] }: RetryRule = usual): boolean {
  if (!isA(thrown, Error)) return false;
  return propertyOf(thrown, 'nonRetryable') === true || final.includes(nameOf(thrown));
}

function askedDelay(thrown: unknown): number | undefined {
  const asked = propertyOf(thrown, 'nextRetryDelay');
  if (asked === undefined || asked === null) return undefined;
  try {
    return milliseconds(asked as Duration, 'nextRetryDelay');
  } catch {
    return undefined;
  }
}
