/** A run as people and programs see it, read from Temporal; an open run has progress, a closed one has a fan-in. */
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import type { Progress } from '../core/live/control.ts';
import { given } from '../core/given.ts';
import { fanIn as merge, type FanIn } from '../core/fan-in.ts';
import type { RunOutcome } from '../core/run.ts';
import { waitingAttribute } from '../core/end-attributes.ts';
import { partialMemo, partialOf } from '../core/outcome-memo.ts';
import { describeError } from '../core/task.ts';
import { boundedMs } from '../core/sleep.ts';
import { tenantMemo } from '../core/tenant.ts';
import { FanfoldError } from '../errors.ts';
import { orMismatch } from '../store/codecs.ts';
import { checkRunId } from './check-given.ts';
import type { PendingApproval } from './kind.ts';
import { mapKind, type Kinds } from './kinds.ts';
import { readApprovals, unansweredBy } from './pending.ts';
import type { RunSource } from './run-source.ts';
import { withItems } from './map-items.ts';
import { assertGoesOn } from './run-stuck.ts';
import { whereAnswered } from './live-names.ts';
import { askProgress, isWhole, readSettled } from './settled.ts';
import {
  askedMemo,
  redriveMemo,
  type FailedRun,
  type RunningRun,
  type RunStatus,
  type RunSummary,
  type RunView,
} from './run-view.ts';
import { stuckOf } from './stuck.ts';
import { withWaiting } from './waiting-reasons.ts';

export function statusOf(name: string): RunStatus {
  if (name === 'COMPLETED') return 'completed';
  if (name === 'CANCELLED' || name === 'CANCELED') return 'cancelled';
  return name === 'RUNNING' || name === 'CONTINUED_AS_NEW' || name === 'PAUSED' ? 'running' : 'failed';
}

/** @throws {FanfoldError} of type `RunNotFound` */
export async function readRun(source: RunSource, runId: string): Promise<RunView> {
  const client = source.temporal;
  const described = await describe(client, runId);
  const handle = client.workflow.getHandle(runId);
  const base = baseOf(described, source.kinds);
  const { status } = base;
  if (status === 'running') return { ...base, status, ...(await readRunning(source, base, described)) };
  try {
    const outcome = ((await handle.result()) ?? {}) as RunOutcome;
    const { fanIn: stated, answer, redriveOf, resultsInPages } = outcome;
    const isShort = resultsInPages && base.kind !== mapKind.name;
    const ended = isShort ? await withSettled(source, base, stated) : { fanIn: stated };
    return { ...base, status: 'completed', ...ended, ...given({ answer, redriveOf }) };
  } catch (error) {
    const ended = await readFailure(source, base, error);
    return { ...base, status: status === 'cancelled' ? status : 'failed', ...ended };
  }
}

/** How long a workflow task may fail before that is reported to who waits; a worker that is being replaced takes less. */
const stuckAfterMs = 5000;

/**
 * @throws {FanfoldError} of type `RunNotFound`, or `RunStuck` where its workflow task fails each time or no worker has the
 *   activity that it waits for; how a run ended is in its view, but that nobody could be asked is not
 */
export async function untilOver(client: Client, runId: string, everyMs = stuckAfterMs): Promise<void> {
  checkRunId(runId);
  try {
    let isOver = false;
    while (!isOver) isOver = await overWithin(client, runId, everyMs);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw runNotFound(runId);
    if (!(error instanceof WorkflowFailedError)) throw orMismatch(error);
  }
}

/** Each of the SDK's polls, of 20 s and more, leaves a listener at the signal it can be ended by: so a signal serves for a few only. */
const looksASignal = 20;

/** False where it still goes on after a while. @throws how it ended, or that it does not go on */
async function overWithin(client: Client, runId: string, everyMs: number): Promise<boolean> {
  const waiting = new AbortController();
  const over = client.withAbortSignal(waiting.signal, () => client.workflow.getHandle(runId).result());
  const settled = over.then(
    () => true,
    () => true,
  );
  try {
    for (let look = 0; look < looksASignal; look++) {
      if (await Promise.race([settled, delay(boundedMs(everyMs), false, { signal: waiting.signal })])) {
        await over;
        return true;
      }
      assertGoesOn(runId, await stuckOf(client, await describe(client, runId)), stuckAfterMs);
    }
    return false;
  } finally {
    waiting.abort();
  }
}

/** What the server alone says of a run. @throws {FanfoldError} of type `RunNotFound` */
export async function describeRun({ temporal, kinds }: RunSource, runId: string): Promise<RunSummary> {
  return baseOf(await describe(temporal, runId), kinds);
}

/**
 * Whose run it is, and whether it is of a kind that is known: other workflows of the namespace are not fanfold's to show.
 *
 * @throws {FanfoldError} of type `RunNotFound`
 */
export async function ownerOf(
  { temporal, kinds }: RunSource,
  runId: string,
): Promise<{ readonly isRun: boolean; readonly tenant: string | undefined }> {
  const { type, memo } = await describe(temporal, runId);
  return { isRun: kinds.ofWorkflow(type) !== undefined, tenant: textIn(memo, tenantMemo) };
}

async function describe(temporal: Client, runId: string): Promise<WorkflowExecutionDescription> {
  return temporal.workflow
    .getHandle(checkRunId(runId))
    .describe()
    .catch((error: unknown) => {
      throw error instanceof WorkflowNotFoundError ? runNotFound(runId) : orMismatch(error);
    });
}

type Told = Pick<WorkflowExecutionInfo, 'workflowId' | 'type' | 'status' | 'startTime' | 'closeTime' | 'memo'> &
  Partial<Pick<WorkflowExecutionInfo, 'typedSearchAttributes'>>;

/** What the server says of a run when it is asked once. */
function baseOf(info: Told, kinds: Kinds): RunSummary {
  return {
    runId: info.workflowId,
    kind: kinds.nameOf(info.type),
    status: statusOf(info.status.name),
    startedAt: info.startTime.getTime(),
    ...given({
      closedAt: info.closeTime?.getTime(),
      waits: info.closeTime ? undefined : waitsBy(info),
      asked: textIn(info.memo, askedMemo),
      tenant: textIn(info.memo, tenantMemo),
      redriveOf: textIn(info.memo, redriveMemo),
      partial: partialOf(info.memo?.[partialMemo]),
    }),
  };
}

/** Undefined where its namespace has no such attribute, too. */
function waitsBy({ typedSearchAttributes }: Told): true | undefined {
  const found = typedSearchAttributes?.getAll().find(({ key }) => key.name === waitingAttribute.name);
  return found?.value === true ? true : undefined;
}

/** What a memo says under a name, where that is a text. */
export function textIn(memo: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const text = memo?.[name];
  return typeof text === 'string' ? text : undefined;
}

/** The same whether there is none or it is not the asker's to see. */
export function runNotFound(runId: string): FanfoldError {
  return new FanfoldError('RunNotFound', `There is no run '${runId}'. 'fanfold runs' lists those there are`);
}

/** What is read of a run; undefined where there is none. */
export function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (error instanceof FanfoldError && error.type === 'RunNotFound') return undefined;
    throw error;
  });
}

/** Of no fan-out where the workflow has come to none; undefined where no worker answers in time. */
export function readProgress(source: RunSource, run: Asked, maxTasks?: number): Promise<Progress[] | undefined> {
  return openProgress(source, run, maxTasks).catch(() => undefined);
}

type Asked = Pick<RunSummary, 'runId' | 'kind'>;

async function openProgress(source: RunSource, run: Asked, maxTasks = 200): Promise<Progress[]> {
  return (await whereAnswered(askProgress(source, run, maxTasks))) ?? [];
}

async function readRunning(
  source: RunSource,
  { runId, kind }: RunSummary,
  described: WorkflowExecutionDescription,
): Promise<Pick<RunningRun, 'progress' | 'approvals' | 'stuck' | 'unanswered'>> {
  const { temporal: client, kinds } = source;
  const stuck = await stuckOf(client, described);
  // Nobody would answer.
  if (stuck?.reason === 'workflowTaskFails') return { stuck, unanswered: { type: 'RunStuck', message: stuck.message } };
  const pending = kinds.find(kind)?.pending;
  let seen: Progress[] | undefined;
  let approvals: PendingApproval[] = [];
  let unanswered: RunningRun['unanswered'];
  try {
    seen = await openProgress(source, { runId, kind });
    if (pending !== undefined) approvals = await readApprovals(client, runId, pending);
  } catch (error) {
    unanswered = unansweredBy(error);
  }
  const isMap = kind === mapKind.name;
  const shown = seen && (isMap ? withItems(client, described.raw, seen) : withWaiting(client, described, seen));
  const progress = await shown;
  return given({ progress, approvals: approvals.length > 0 ? approvals : undefined, stuck, unanswered });
}

async function readFailure(
  source: RunSource,
  view: RunSummary,
  thrown: unknown,
): Promise<Pick<FailedRun, 'fanIn' | 'error' | 'resultsInPages' | 'resultsProblem'>> {
  if (!(thrown instanceof WorkflowFailedError)) throw orMismatch(thrown);
  const { cause } = thrown;
  if (cause instanceof CancelledFailure) {
    const read = view.kind === mapKind.name ? readCounts : readSettled;
    const had = await whereAnswered(read(source, view)).then(
      (fanIn) => ({ fanIn }),
      (error: unknown) => ({ resultsProblem: unansweredBy(error) }),
    );
    return { ...given(had), error: { type: 'Cancelled', message: 'The run was cancelled' } };
  }
  const { name, message } = ofFanOut(cause) ?? describeError(cause ?? thrown);
  const details: unknown = cause instanceof ApplicationFailure ? cause.details?.[0] : undefined;
  const ended = isFanIn(details) ? await withSettled(source, view, details) : {};
  return { ...ended, error: { type: name, message } };
}

/** Of a fan-out's own failure the failure is the news; what its first task failed of is in its message. */
function ofFanOut(cause: Error | undefined): { name: string; message: string } | undefined {
  const { type, message } = cause instanceof ApplicationFailure ? cause : {};
  return type === 'TaskFailedError' && message !== undefined ? { name: type, message } : undefined;
}

function isFanIn(value: unknown): value is FanIn {
  return typeof value === 'object' && value !== null && 'results' in value && 'stoppedBy' in value;
}

/** With the results that its end does not carry; where they are not all to be had, it says so. */
async function withSettled(
  source: RunSource,
  view: RunSummary,
  stated: FanIn,
): Promise<{ readonly fanIn: FanIn; readonly resultsInPages?: true }> {
  if (isWhole(stated)) return { fanIn: stated };
  const settled = view.kind === mapKind.name ? undefined : await readSettled(source, view).catch(() => undefined);
  const isSame = settled?.successCount === stated.successCount && settled.failureCount === stated.failureCount;
  return isSame ? { fanIn: settled } : { fanIn: stated, resultsInPages: true };
}

/** What a map run had counted when it was cancelled. */
async function readCounts(source: RunSource, view: RunSummary): Promise<FanIn | undefined> {
  const [progress] = await openProgress(source, view);
  if (!progress) return undefined;
  const { total, succeeded, startedAt, endedAt = Date.now(), stoppedBy = 'cancelled' } = progress;
  const counts = {
    successCount: succeeded,
    failureCount: total - succeeded,
    successRatio: total === 0 ? 1 : succeeded / total,
  };
  return { ...merge([], { elapsedMs: endedAt - startedAt, stoppedBy }), ...counts };
}
