/** The stopping rule of a fan-out in words: what it still waits for, and why it was over. */
import { requiredSuccesses } from '../../src/core/stop.ts';
import { stopText } from '../../src/core/live/stop-text.ts';
import type { Progress, Retry, Waiting } from '../../src/core/live/control.ts';
import { count, span } from '../format.ts';

/** `3 of 5 needed succeeded, 2.1 s left`; empty where there is neither a minimum nor a deadline. */
export function ruleText({ minimum, total, succeeded, deadlineAt, stoppedBy }: Progress, now: number): string {
  if (stoppedBy) return stopText(stoppedBy);
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

/** `attempt 3, again in 2.0 s; the last failed: …` */
export function retryText({ attempt, message, at }: Retry, now: number): string {
  const again = at === undefined ? '' : `, again in ${span(Math.max(0, at - now))}`;
  return `attempt ${attempt}${again}${message === undefined ? '' : `; the last failed: ${message}`}`;
}
