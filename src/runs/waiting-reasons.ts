/**
 * Why tasks wait: a workflow knows only that it has asked for them, and the server knows where they are.
 * It is found by the id of its activity, which is the task's or made of it.
 */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import proto from '../packages/temporal-proto.ts';
import type { Progress, TaskProgress } from '../core/live/control.ts';
import { shownIds } from '../core/opaque-id.ts';
import { readInput } from './input.ts';
import { limitOfQueue } from '../limits/learned/settings.ts';
import { millisecondsOf } from './timestamp.ts';

type Pending = temporal.api.workflow.v1.IPendingActivityInfo;

const started = proto.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;

/** The same progress, in which each task that waits at a limit says so. */
export async function withWaiting(
  client: Client,
  { workflowId, raw }: Pick<WorkflowExecutionDescription, 'workflowId' | 'raw'>,
  progress: Progress[],
): Promise<Progress[]> {
  if (progress.every(({ running }) => running === 0)) return progress;
  const waiting = new Map((raw.pendingActivities ?? []).flatMap(waitOf));
  if (waiting.size === 0) return progress;
  const shown = shownIds(await readInput(client, workflowId));
  return progress.map((fanOut) => ({
    ...fanOut,
    tasks: fanOut.tasks.map((task) => withReason(task, waiting.get(shown(task.id)))),
  }));
}

function withReason(task: TaskProgress, waitingFor: TaskProgress['waitingFor']): TaskProgress {
  return task.state === 'running' && waitingFor ? { ...task, waitingFor } : task;
}

function waitOf(pending: Pending): [string, NonNullable<TaskProgress['waitingFor']>][] {
  const limit = limitOfQueue(pending.activityOptions?.taskQueue?.name ?? '');
  if (limit === undefined || pending.state === started || !pending.activityId) return [];
  const until = millisecondsOf(pending.nextAttemptScheduleTime);
  const refused = pending.lastFailure?.applicationFailureInfo?.type === 'Throttled';
  if (until === undefined || until <= Date.now()) return [[pending.activityId, { limit, why: 'queued' }]];
  return [[pending.activityId, { limit, why: refused ? 'throttled' : 'retry', until }]];
}
