/**
 * Why tasks wait or take long: a workflow knows only that it has asked for them, and the server knows where they are.
 * It is found by the id of its activity, which is the task's or made of it.
 */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import proto from '../packages/temporal-proto.ts';
import type { Progress, TaskProgress } from '../core/live/control.ts';
import { given } from '../core/given.ts';
import { oneLine } from '../core/text/controls.ts';
import { shownIds } from '../core/opaque-id.ts';
import { readInput } from './input.ts';
import { limitOfQueue } from '../limits/learned/settings.ts';
import { millisecondsOf } from './timestamp.ts';

type Pending = temporal.api.workflow.v1.IPendingActivityInfo;

const started = proto.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;

/** Of a message of a failure, which may be pages. */
const longestMessage = 200;

interface Reason extends Pick<TaskProgress, 'waitingFor' | 'retry'> {}

/** The same progress, in which each task that waits at a limit, or is tried again, says so. */
export async function withWaiting(
  client: Client,
  { workflowId, raw }: Pick<WorkflowExecutionDescription, 'workflowId' | 'raw'>,
  progress: Progress[],
): Promise<Progress[]> {
  if (progress.every(({ running }) => running === 0)) return progress;
  const reasons = reasonsOf(raw);
  if (reasons.size === 0) return progress;
  const shown = shownIds(await readInput(client, workflowId));
  return progress.map((fanOut) => ({
    ...fanOut,
    tasks: fanOut.tasks.map((task) => withReason(task, reasons.get(shown(task.id)))),
  }));
}

/** By the id of the activity. */
export function reasonsOf({ pendingActivities }: Pick<WorkflowExecutionDescription['raw'], 'pendingActivities'>) {
  return new Map((pendingActivities ?? []).flatMap(reasonOf));
}

export function withReason(task: TaskProgress, reason: Reason | undefined): TaskProgress {
  return task.state === 'running' && reason ? { ...task, ...reason } : task;
}

function reasonOf(pending: Pending): [string, Reason][] {
  if (!pending.activityId) return [];
  const reason = given({ waitingFor: waitOf(pending), retry: retryOf(pending) });
  return Object.keys(reason).length === 0 ? [] : [[pending.activityId, reason]];
}

function waitOf(pending: Pending): TaskProgress['waitingFor'] {
  const limit = limitOfQueue(pending.activityOptions?.taskQueue?.name ?? '');
  if (limit === undefined || pending.state === started) return undefined;
  const until = millisecondsOf(pending.nextAttemptScheduleTime);
  if (until === undefined || until <= Date.now()) return { limit, why: 'queued' };
  return { limit, why: wasThrottled(pending) ? 'throttled' : 'retry', until };
}

/** What was refused for lack of room has not failed. */
function retryOf(pending: Pending): TaskProgress['retry'] {
  const { attempt = 1, lastFailure } = pending;
  if (attempt === null || attempt < 2 || !lastFailure || wasThrottled(pending)) return undefined;
  const next = pending.state === started ? undefined : millisecondsOf(pending.nextAttemptScheduleTime);
  const at = next !== undefined && next > Date.now() ? next : undefined;
  return { attempt, ...given({ at, message: oneLine(lastFailure.message ?? '', longestMessage) || undefined }) };
}

function wasThrottled({ lastFailure }: Pending): boolean {
  return lastFailure?.applicationFailureInfo?.type === 'Throttled';
}
