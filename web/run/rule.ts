/** The stopping rule of a fan-out in words: what it still waits for, and why it was over. */
import { requiredSuccesses, type StopReason } from '../../src/core/stop.ts';
import type { Progress, Waiting } from '../../src/core/live/control.ts';
import { count, span } from '../format.ts';

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

export function whyStopped(reason: StopReason): string {
  // A service that is newer than this page may know more reasons.
  return reasons[reason] ?? reason;
}

/** `3 of 5 needed succeeded, 2.1 s left`; empty where there is neither a minimum nor a deadline. */
export function ruleText({ minimum, total, succeeded, deadlineAt, stoppedBy }: Progress, now: number): string {
  if (stoppedBy) return `Over: ${whyStopped(stoppedBy)}`;
  const needed = requiredSuccesses(minimum, total);
  const parts = [
    ...(needed === 0
      ? []
      : [
          succeeded >= needed
            ? `the ${count(needed)} needed succeeded`
            : `${count(succeeded)} of ${count(needed)} needed succeeded`,
        ]),
    ...(deadlineAt === undefined
      ? []
      : [deadlineAt > now ? `${span(deadlineAt - now)} left` : 'the deadline has come']),
  ];
  return parts.join(', ');
}

export function waitText({ limit, why, until }: Waiting, now: number): string {
  if (why === 'queued') return `waits its turn at ${limit}`;
  const again = until === undefined ? 'soon' : `in ${span(Math.max(0, until - now))}`;
  return why === 'throttled'
    ? `was refused by ${limit} for lack of room, again ${again}`
    : `failed, tried again ${again}`;
}
