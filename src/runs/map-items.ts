/**
 * The items of a map run as they are now: its workflow has only counts, so what runs and what has just settled is read from
 * where it happens, from the heartbeats of its units and from the workflows of its pages.
 */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { given } from '../core/given.ts';
import type { Progress, TaskProgress } from '../core/live/control.ts';
import { branchItemsQuery, type BranchItem } from '../core/map/types.ts';
import { checkpointIn, type Entry, type PackCheckpoint } from '../core/travel/pack.ts';
import { oneLine } from '../core/text/controls.ts';
import proto from '../packages/temporal-proto.ts';
import { describeExecution } from '../store/executions.ts';
import { isOpenLine, type ResultLine } from '../store/pages/results.ts';
import { decodePayload } from '../store/references.ts';
import { reasonsOf, withReason } from './waiting-reasons.ts';

type Pending = temporal.api.workflow.v1.IPendingActivityInfo;
type Raw = WorkflowExecutionDescription['raw'];

const started = proto.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;

/** Of a list that is looked at again and again. */
const mostListed = 200;
const longestMessage = 200;
/** A look must not wait long for a worker that is away. */
const answerMs = 1000;

/** The same progress with the items that run, the longest first, those that failed, and those that settled lately. */
export async function withItems(client: Client, raw: Raw, progress: readonly Progress[]): Promise<Progress[]> {
  const [items, ...rest] = progress;
  if (!items || items.stoppedBy) return [...progress];
  const found = await Promise.all([
    ...(raw.pendingActivities ?? []).map((pending) => itemsOfUnit(client, pending)),
    itemsOfBranch(client, oldestBranchOf(raw)),
  ]);
  return [{ ...items, tasks: listed([...found.flat(), ...items.tasks]) }, ...rest];
}

/** Of the workflows of pages the one that the run waits for longest: each costs the server two calls a look. */
function oldestBranchOf({ pendingChildren }: Raw): string | undefined {
  const [oldest] = (pendingChildren ?? [])
    .filter(({ workflowTypeName }) => workflowTypeName === 'mapBranch')
    .toSorted((a, b) => Number(a.initiatedId ?? 0) - Number(b.initiatedId ?? 0));
  return oldest?.workflowId || undefined;
}

/** By its last heartbeat; nothing where it has none, or one that cannot be read here. */
async function itemsOfUnit(client: Client, { heartbeatDetails, state, attempt }: Pending): Promise<TaskProgress[]> {
  const [payload] = heartbeatDetails?.payloads ?? [];
  if (!payload) return [];
  try {
    const checkpoint = checkpointIn(await decodePayload<unknown>(client.options.loadedDataConverter, payload));
    if (!checkpoint) return [];
    const running = state === started ? runningIn(checkpoint, attempt ?? 1) : [];
    return [...running, ...checkpoint.recent.flatMap(settledIn)];
  } catch {
    return [];
  }
}

/** What an attempt said that is gone runs no more. */
function runningIn({ now }: PackCheckpoint, attempt: number): TaskProgress[] {
  if (now?.attempt !== attempt) return [];
  return now.items.map(([id, startedAt, attempts]) => ({
    id,
    state: 'running',
    startedAt,
    ...given({ retry: attempts > 1 ? { attempt: attempts } : undefined }),
  }));
}

function settledIn([, , line]: Entry): TaskProgress[] {
  const result = JSON.parse(line) as ResultLine;
  if (isOpenLine(result)) return [];
  const { id, startedAt, durationMs, success } = result;
  const message = success ? undefined : oneLine(result.error.message, longestMessage);
  const state = success ? 'succeeded' : 'failed';
  return [{ id, state, durationMs, ...given({ startedAt, message }) }];
}

/** Of a page whose tasks are an activity each; nothing from a worker of an earlier version, or one that is away. */
async function itemsOfBranch(client: Client, workflowId: string | undefined): Promise<TaskProgress[]> {
  if (workflowId === undefined) return [];
  const asked = client.withDeadline(Date.now() + answerMs, () =>
    client.workflow.getHandle(workflowId).query<BranchItem[], [number]>(branchItemsQuery, mostListed),
  );
  const [described, items] = await Promise.all([
    describeExecution(client, workflowId).catch(() => undefined),
    asked.catch(() => []),
  ]);
  const reasons = described && reasonsOf(described.raw);
  return items.map(({ activityId, ...task }) => withReason(task, reasons?.get(activityId)));
}

const order = { running: 0, failed: 1, succeeded: 2, queued: 3 } as const;

/** Of one of which it is not known, after all others. */
function startOf({ startedAt = Number.MAX_SAFE_INTEGER }: TaskProgress): number {
  return startedAt;
}

/** Each once, and no more than a reader has use for. */
function listed(tasks: readonly TaskProgress[]): TaskProgress[] {
  const once = new Map<string, TaskProgress>();
  for (const task of tasks) if (!once.has(task.id)) once.set(task.id, task);
  return [...once.values()]
    .toSorted((a, b) => order[a.state] - order[b.state] || startOf(a) - startOf(b))
    .slice(0, mostListed);
}
