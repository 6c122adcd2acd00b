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
import { limitOfQueue } from '../limits/learned/settings.ts';
import { isServed, type AskedQueues, type Served } from './pollers.ts';
import { isCommandQueue } from './run-queue.ts';
import { taskTooLong, type Stuck } from './run-stuck.ts';
import { millisecondsOf } from './timestamp.ts';

type Event = temporal.api.history.v1.IHistoryEvent;
type Pending = temporal.api.workflow.v1.IPendingActivityInfo;

const { enums } = proto.temporal.api;
const { WorkflowTaskFailedCause: causes, EventType: events } = enums.v1;
const { PENDING_ACTIVITY_STATE_SCHEDULED: scheduled, PENDING_ACTIVITY_STATE_STARTED: running } =
  enums.v1.PendingActivityState;
/** What the server does itself in the ordinary course of things. */
const ordinary = new Set([
  causes.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  causes.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE,
  causes.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
  causes.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
]);
/** After so long without anybody who takes it, it is asked whether there is anybody. */
const patienceMs = 5000;
/** One that runs says so more often. */
const lateMs = 60_000;

/**
 * @param asked by a look at many runs, which gives the same to each
 * @returns undefined where it goes on, or where nobody knows better
 */
export async function stuckOf(
  client: Client,
  { workflowId, runId, raw }: Pick<DescribedExecution, 'workflowId' | 'runId' | 'raw'>,
  asked: AskedQueues = new Map(),
): Promise<Stuck | undefined> {
  const { pendingWorkflowTask: task, executionConfig } = raw;
  if (!task) return ofActivities(client, raw.pendingActivities ?? [], asked);
  const attempt = task.attempt ?? 1;
  if (attempt > 1) return failing(client, { workflowId, runId }, attempt);
  const queue = executionConfig?.taskQueue?.name ?? '';
  return unattended(client, queue, 'questions', millisecondsOf(task.startedTime ?? task.scheduledTime), asked);
}

/** Of queues on which its activities wait, and of activities that may be unknown, those that are asked about. */
const mostQueues = 20;

/** Those that nobody has taken yet, each attempt anew: one that a worker gave back, or died with, waits as well. */
async function ofActivities(
  client: Client,
  pending: readonly Pending[],
  asked: AskedQueues,
): Promise<Stuck | undefined> {
  const unknown = await unknownOf(client, pending);
  if (unknown) return ofUnknown(unknown);
  const answers = [...waitingAt(pending)]
    .slice(0, mostQueues)
    .map(([name, since]) => unattended(client, name, 'runs', since, asked));
  return (await Promise.all(answers)).find((stuck) => stuck !== undefined);
}

/** The queues on which something waits that nobody has taken, and since when. */
function waitingAt(pending: readonly Pending[]): ReadonlyMap<string, number> {
  const queues = new Map<string, number>();
  const nameOf = ({ activityOptions }: Pending): string => activityOptions?.taskQueue?.name ?? '';
  for (const each of pending) {
    const since = Math.max(
      millisecondsOf(each.scheduledTime) ?? Infinity,
      millisecondsOf(each.nextAttemptScheduleTime) ?? 0,
    );
    if (each.state === scheduled) queues.set(nameOf(each), Math.min(since, queues.get(nameOf(each)) ?? Infinity));
  }
  // A worker all of whose slots are taken asks for no more.
  for (const each of pending) if (runsByNow(each)) queues.delete(nameOf(each));
  return queues;
}

/** By what its worker has said lately: that of one that died may be said to run for as long as it may take. */
function runsByNow({ state, lastHeartbeatTime, lastStartedTime }: Pending): boolean {
  return state === running && Date.now() - (millisecondsOf(lastHeartbeatTime ?? lastStartedTime) ?? 0) < lateMs;
}

/** Attempts after which no worker seems to have an activity, as in a deploy others do. */
const enough = 4;

/** One that no worker has that took it; undefined while another runs, as the run goes on by that. */
async function unknownOf(client: Client, pending: readonly Pending[]): Promise<Pending | undefined> {
  if (pending.some(({ state }) => state === running)) return undefined;
  const kinds = new Map<string, Pending>();
  for (const each of pending)
    if (mayBeUnknown(each)) kinds.set(`${each.activityOptions?.taskQueue?.name} ${each.activityType?.name}`, each);
  for (const each of [...kinds.values()].slice(0, mostQueues)) {
    const message = await messageIn(client, each.lastFailure ?? {});
    // As Temporal's worker says of an activity that it does not have; one of the user's own may be of the same type.
    if (/not registered on this Worker/.test(message)) return each;
  }
  return undefined;
}

/** By what no codec encodes. */
function mayBeUnknown({ state, attempt, lastFailure }: Pending): boolean {
  const isAgain = attempt !== null && (attempt ?? 1) >= enough;
  return state === scheduled && isAgain && lastFailure?.applicationFailureInfo?.type === 'NotFoundError';
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
  since: number | undefined,
  asked: AskedQueues,
): Promise<Stuck | undefined> {
  if (taskQueue === '' || since === undefined || Date.now() - since < patienceMs) return undefined;
  const limit = limitOfQueue(taskQueue);
  if (await isServed(client, taskQueue, served, asked)) return undefined;
  return { reason: 'noWorker', since, attempts: 0, message: whereNobody(taskQueue, limit) };
}

function whereNobody(taskQueue: string, limit: string | undefined): string {
  // Workers of other folders do not serve it, nor its limits.
  if (isCommandQueue(taskQueue))
    return 'the command that did its work has ended: `fanfold watch` with its id, or a worker started in its folder, goes on with it';
  if (limit !== undefined) return `no worker serves the limit '${limit}': start one that has it in its configuration`;
  return `no worker polls the task queue '${taskQueue}': start one, or look at FANFOLD_TASK_QUEUE on both sides`;
}
