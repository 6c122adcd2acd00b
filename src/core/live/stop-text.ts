/** Why a fan-out stopped, as people read it: on the page, at a terminal and in Temporal's Web UI. */
import type { StopReason } from '../stop.ts';

const reasons: Record<StopReason, string> = {
  allSettled: 'every task settled',
  deadline: 'the deadline came',
  minSuccesses: 'as many succeeded as were needed',
  first: 'as many succeeded as were asked for',
  until: 'a result was what was looked for',
  unreachable: 'the minimum could no longer be reached',
  maxFailures: 'more failed than were tolerated',
  budget: 'the budget was spent',
  settleNow: 'somebody said to go on with what there was',
  cancelled: 'it was cancelled',
};

/** `stopped because the deadline came`, `every task settled`. */
export function stopText(reason: StopReason): string {
  return reason === 'allSettled' ? reasons.allSettled : `stopped because ${whyStopped(reason)}`;
}

/** A part of a sentence, such as `the deadline came`. */
function whyStopped(reason: StopReason): string {
  // Who is newer than this may know more reasons.
  return reasons[reason] ?? reason;
}
