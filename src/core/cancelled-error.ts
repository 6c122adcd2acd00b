/** The error of a task that did not settle by itself: which end cancelled it, and whether it had started. */
import type { StopReason } from './stop.ts';
import type { TaskError, TaskErrorKind } from './task.ts';

/** Of a task only this matters here. */
export interface StartTime {
  readonly startedAt?: number | undefined;
}

const reasons: Record<StopReason, string> = {
  allSettled: 'every task was settled',
  deadline: 'the deadline passed',
  minSuccesses: 'enough tasks had succeeded',
  first: 'enough tasks had succeeded',
  until: 'a result matched',
  unreachable: 'the minimum could no longer be reached',
  maxFailures: 'more tasks failed than tolerated',
  budget: 'the budget was spent',
  settleNow: 'the run was settled by hand',
  cancelled: 'the run was cancelled',
};

/** The error of a task that was still open when its fan-out was over. */
export function cancelledError(reason: StopReason, slot: StartTime, deadlineMs: number | undefined): TaskError {
  const started = slot.startedAt !== undefined;
  const kind: TaskErrorKind = started ? (reason === 'deadline' ? 'timedOut' : 'cancelled') : 'notStarted';
  const name =
    kind === 'timedOut' ? 'DeadlineExceededError' : kind === 'cancelled' ? 'TaskCancelledError' : 'TaskNotStartedError';
  const after = reason === 'deadline' && deadlineMs !== undefined ? ` (${Math.round(deadlineMs)} ms)` : '';
  const what = started ? 'Still running when' : 'Not started before';
  return { kind, name, message: `${what} ${reasons[reason]}${after}`, retryable: true };
}

/** The error of a task that somebody cancelled alone. */
export function cancelledByHandError(slot: StartTime): TaskError {
  const kind = slot.startedAt === undefined ? 'notStarted' : 'cancelled';
  return { kind, name: 'TaskCancelledError', message: 'Cancelled by hand' };
}
