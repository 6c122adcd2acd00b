/** The activity of a name from outside, or the failure that says it cannot be called. */
import { ApplicationFailure } from '@temporalio/common';
import type { FindActivity } from './find-activity.ts';

/** @throws {ApplicationFailure} of type `UnknownActivity` */
export function activityNamed(find: FindActivity, name: unknown): (input: unknown) => unknown {
  const activity = find(name);
  if (activity) return activity;
  const shown = typeof name === 'string' ? name.slice(0, 100) : typeof name;
  throw ApplicationFailure.nonRetryable(`There is no activity '${shown}' on this worker`, 'UnknownActivity');
}
