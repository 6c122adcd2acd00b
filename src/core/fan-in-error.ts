/** What can be read off the error of a fan-out, whichever way it came: in a workflow it is a failure, at the client a run's error. */
import type { FanIn } from './fan-in.ts';
import { causesOf, isA, nameOf, propertyOf } from './thrown.ts';

/**
 * Whether it says that too few tasks succeeded: the error of a fan-out in this workflow, one that came out of a child
 * workflow or another wrapper, or a run's that `runOrThrow` of the client throws.
 *
 * @example
 * try {
 *   await gather(sources, search, { minSuccessRatio: 0.4 });
 * } catch (error) {
 *   if (!isInsufficientResults(error)) throw error;
 *   return fanInOf<Hit[]>(error)?.mergedResults ?? [];
 * }
 */
export function isInsufficientResults(error: unknown): error is Error {
  return causesOf(error).some((each) => isA(each, Error) && nameOf(each) === 'InsufficientResultsError');
}

/**
 * What had come back when a fan-out failed or was cancelled; undefined where the error is not of one. Above 500 kB it has
 * its counts only, and no results: those are asked for by `resultsQuery`.
 *
 * @typeParam T what the tasks return
 * @example const found = fanInOf<Hit[]>(error)?.mergedResults ?? [];
 */
export function fanInOf<T = unknown>(error: unknown): FanIn<T> | undefined {
  for (const each of causesOf(error)) {
    const details = propertyOf(each, 'details');
    const candidates: unknown[] = [propertyOf(each, 'fanIn'), Array.isArray(details) ? details[0] : undefined];
    const found = candidates.find((candidate) => isFanIn(candidate));
    if (found) return found as FanIn<T>;
  }
  return undefined;
}

function isFanIn(value: unknown): value is FanIn {
  return Array.isArray(propertyOf(value, 'results')) && typeof propertyOf(value, 'stoppedBy') === 'string';
}
