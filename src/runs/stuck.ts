/**
 * Whether a run that goes on cannot: its workflow task fails again and again, or nobody takes what it waits for.
 * Who waits for it learns of it, with the cause; `end-stuck.ts` ends what nothing mends.
 */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import proto from '../packages/temporal-proto.ts';
import { given } from '../core/given.ts';
import { describeError } from '../core/task.ts';
import { messageOf } from '../core/thrown.ts';
import { isFull } from './storage-full.ts';
import type { DescribedExecution } from '../store/executions.ts';
import { withoutCodecs } from '../store/references.ts';
import { isLimitServed } from '../limits/view.ts';
import { limitOfQueue } from '../limits/learned/settings.ts';
import { isPolled, queueOf, type Served } from './pollers.ts';
import { taskTooLong, type Stuck } from './run-stuck.ts';
import { millisecondsOf } from './timestamp.ts';

type Event = temporal.api.history.v1.IHistoryEvent;
type Pending = temporal.api.workflow.v1.IPendingActivityInfo;

const { enums } = proto.temporal.api;
const { WorkflowTaskFailedCause: causes, EventType: events } = enums.v1;
/** What the server does itself in the ordinary course of things. */
const ordinary = new Set([
  causes.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  causes.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE,
  causes.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
  causes.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
]);
/** After so long without anybody who takes it, it is asked whether there is anybody. */
const patienceMs = 5000;

/** @returns undefined where it goes on, or where nobody knows better */
export async function stuckOf(
  client: Client,
  { workflowId, runId, raw }: Pick<DescribedExecution, 'workflowId' | 'runId' | 'raw'>,
): Promise<Stuck | undefined> {
  const { pendingWorkflowTask: task, executionConfig } = raw;
  if (!task) return ofActivities(client, raw.pendingActivities ?? []);
  const attempt = task.attempt ?? 1;
  if (attempt > 1) return failing(client, { workflowId, runId }, attempt);
  const queue = executionConfig?.taskQueue?.name ?? '';
  return unattended(client, queue, 'questions', millisecondsOf(task.startedTime ?? task.scheduledTime));
}

/** Of queues on which its activities wait, those that are asked about. */
const mostQueues = 20;

/** Those that nobody has taken yet, each attempt anew: one that a worker gave back, or died with, waits as well. */
async function ofActivities(client: Client, pending: readonly Pending[]): Promise<Stuck | undefined> {
  const unknown = pending.find(isUnknown);
  if (unknown) return ofUnknown(unknown);
  const { PENDING_ACTIVITY_STATE_SCHEDULED: scheduled } = enums.v1.PendingActivityState;
  const queues = new Map<string, number>();
  for (const { state, activityOptions, scheduledTime, nextAttemptScheduleTime: next } of pending) {
    const name = activityOptions?.taskQueue?.name ?? '';
    const since = Math.max(millisecondsOf(scheduledTime) ?? Infinity, millisecondsOf(next) ?? 0);
    if (state === scheduled) queues.set(name, Math.min(since, queues.get(name) ?? Infinity));
  }
  const asked = [...queues].slice(0, mostQueues).map(([name, since]) => unattended(client, name, 'runs', since));
  return (await Promise.all(asked)).find((stuck) => stuck !== undefined);
}

/** Attempts after which no worker seems to have an activity, as in a deploy others do. */
const enough = 4;

/** As Temporal's worker says of an activity that it does not have. */
function isUnknown({ attempt, lastFailure }: Pending): boolean {
  const { type } = lastFailure?.applicationFailureInfo ?? {};
  const isSaid = lastFailure?.encodedAttributes || /not registered on this Worker/.test(lastFailure?.message ?? '');
  return attempt !== null && (attempt ?? 1) >= enough && type === 'NotFoundError' && Boolean(isSaid);
}

function ofUnknown({ activityType, activityOptions, attempt, scheduledTime, expirationTime }: Pending): Stuck {
  const queue = activityOptions?.taskQueue?.name ?? '';
  // The server keeps when its last attempt began, and when the last of all must end.
  const wholeMs = millisecondsOf(activityOptions?.scheduleToCloseTimeout) ?? 0;
  const endsAt = millisecondsOf(expirationTime);
  const since = wholeMs > 0 && endsAt !== undefined ? endsAt - wholeMs : millisecondsOf(scheduledTime);
  const message = `no worker of the task queue '${queue}' that took the activity '${activityType?.name}' has it: the agent or part that it is of belongs into their configuration, or an older version is still running`;
  return { reason: 'noWorker', since: since ?? Date.now(), attempts: attempt ?? 1, message };
}

async function failing(
  client: Client,
  execution: { readonly workflowId: string; readonly runId: string },
  attempts: number,
): Promise<Stuck | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution,
    maximumPageSize: 10,
  });
  for (const event of history?.events ?? []) {
    if (event.eventType === events.EVENT_TYPE_WORKFLOW_TASK_COMPLETED) return undefined;
    const message = await failureIn(client, event);
    if (message !== undefined)
      return { reason: 'workflowTaskFails', since: millisecondsOf(event.eventTime) ?? Date.now(), attempts, message };
  }
  return undefined;
}

async function failureIn(client: Client, event: Event): Promise<string | undefined> {
  const { workflowTaskFailedEventAttributes: failed, workflowTaskTimedOutEventAttributes: late } = event;
  if (late && late.timeoutType === enums.v1.TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE) return taskTooLong;
  if (!failed?.cause || ordinary.has(failed.cause)) return undefined;
  const message = await messageIn(client, failed.failure ?? {});
  return `${message}${remedy(message)}`;
}

/** Where a codec has encoded it, of the failure itself alone; that a run is stuck is known without its message too. */
async function messageIn(client: Client, failure: temporal.api.failure.v1.IFailure): Promise<string> {
  const { failureConverter, payloadConverter } = client.options.loadedDataConverter;
  const message = (of: typeof failure): string =>
    describeError(failureConverter.failureToError(of, payloadConverter)).message;
  const { encodedAttributes } = failure;
  if (!encodedAttributes) return message(failure);
  try {
    const plain = await withoutCodecs(client.options.loadedDataConverter, encodedAttributes);
    return message({
      ...failure,
      ...given({ encodedAttributes: plain }),
      cause: null,
      applicationFailureInfo: null,
    });
  } catch (error) {
    return `its workflow task fails, and why cannot be decoded here (${messageOf(error)})`;
  }
}

function remedy(message: string): string {
  if (/no such function is exported/i.test(message))
    return ` – the workers of its queue do not have this workflow: give them \`plugins: [fanfold()]\` of fanfold/worker, or export it from their workflows`;
  if (/TMPRL1100|nondeterminis/i.test(message))
    return ' – its code was changed while it ran: run the old code until it ends, or guard the change with `patched`';
  if (isFull(message))
    return ' – the disk of the store is full: make room there, or give it a larger one by FANFOLD_STORE';
  return '';
}

async function unattended(
  client: Client,
  taskQueue: string,
  served: Served,
  since = Infinity,
): Promise<Stuck | undefined> {
  if (taskQueue === '' || Date.now() - since < patienceMs) return undefined;
  const limit = limitOfQueue(taskQueue);
  // The server takes a poller that is gone for one for over a minute, and the processes of a limit know within seconds.
  const isKnown = limit === undefined ? undefined : await isLimitServed(client, taskQueue);
  if (isKnown ?? (await isPolled(queueOf(client, taskQueue), served))) return undefined;
  const message =
    limit === undefined
      ? `no worker polls the task queue '${taskQueue}': start one, or look at FANFOLD_TASK_QUEUE on both sides`
      : `no worker serves the limit '${limit}': it must be in the configuration of the workers`;
  return { reason: 'noWorker', since, attempts: 0, message };
}
