/** What a call in a pack threw, as the workflow would have seen it from an activity of its own. */
import { given } from '../../core/given.ts';
import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/workflow';
import type { CallFailure } from '../../core/travel/call-failure.ts';

export function activityFailure(activity: string, id: string, failure: CallFailure): ActivityFailure {
  const retry = failure.nonRetryable === true ? 'NON_RETRYABLE_FAILURE' : 'MAXIMUM_ATTEMPTS_REACHED';
  return new ActivityFailure('Activity task failed', activity, id, retry, undefined, causeOf(failure));
}

export function cancelledCall(activity: string, id: string): ActivityFailure {
  const cause = new CancelledFailure('Activity cancelled');
  return new ActivityFailure('Activity cancelled', activity, id, 'CANCEL_REQUESTED', undefined, cause);
}

function causeOf({ kind, type, message, nonRetryable = false, details = [], category, cause }: CallFailure): Error {
  const below = cause ? causeOf(cause) : undefined;
  if (kind === 'timeout') return new TimeoutFailure(message, undefined, 'START_TO_CLOSE');
  if (kind === 'cancelled') return new CancelledFailure(message, [...details], below);
  return ApplicationFailure.create({
    message,
    type,
    nonRetryable,
    details: [...details],
    ...given({ category, cause: below }),
  });
}
