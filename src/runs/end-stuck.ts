/**
 * Ends runs that cannot go on: whose workflow task has timed out so and so often, or failed where that is asked for.
 * Only runs of known kinds are ended, and unless it is asked for none that a deploy, room on a disk or a setting
 * would let go on, since a run that is ended goes on no more.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { truncate } from '../core/bounded.ts';
import { oneLine } from '../core/text/controls.ts';
import { messageOf } from '../core/thrown.ts';
import proto from '../packages/temporal-proto.ts';
import { describeExecution, executionsOf, type DescribedExecution } from '../store/executions.ts';
import { taskTooLong, type Stuck } from './run-stuck.ts';
import { stuckOf } from './stuck.ts';
import type { RunSource } from './run-source.ts';
import { isOfKinds } from './visibility.ts';
import { many } from '../core/text/span.ts';

export interface EndStuckOptions {
  /** So many attempts of one workflow task end its run. */
  readonly after: number;
  /** Also where it fails in time: a deploy, room on the disk or a setting may let the run go on. @default false */
  readonly any?: boolean | undefined;
}

/** Runs that one look asks about; the next look goes on behind them. */
const runsOfLook = 100;
const lookEveryMs = 5000;
/** What is said of an end, also by whoever reads it later. */
const longestReason = 1000;
/**
 * One that computes without end holds its thread until the worker's own limit of ten minutes, whether it is ended or not,
 * and makes the tasks of others late; those are given the time to go on before the next is ended for that.
 */
const quietMs = 15 * 60_000;

/** Looks again and again until it is aborted, and says what it ended. @throws nothing */
export async function endStuckRuns(
  source: RunSource,
  options: EndStuckOptions,
  { signal, onMessage }: { readonly signal: AbortSignal; readonly onMessage: (message: string) => void },
): Promise<void> {
  const runs = new StuckRuns(source, options);
  while (!signal.aborted) {
    try {
      for (const ended of await runs.look()) onMessage(ended);
    } catch (error) {
      // What is asked for while the connection closes fails.
      if (signal.aborted) return;
      onMessage(`Runs that cannot go on were not looked for: ${oneLine(messageOf(error), 300)}`);
    }
    await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

interface StuckRun {
  readonly described: DescribedExecution;
  readonly stuck: Stuck;
}

/** What looks have in common: where the last one stopped, and when one was ended for being late. */
export class StuckRuns {
  readonly #source: RunSource;
  readonly #options: EndStuckOptions;
  #open: AsyncGenerator<string> | undefined;
  #quietUntil = 0;

  constructor(source: RunSource, options: EndStuckOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** @returns of each run that it ended, why */
  async look(): Promise<string[]> {
    const ids = await this.#next();
    const found = await Promise.all(ids.map((id) => stuckRun(this.#source, id, this.#options.after)));
    const ended: string[] = [];
    // The first to have been late is the one that made others late.
    for (const each of found.flatMap((one) => one ?? []).toSorted((a, b) => a.stuck.since - b.stuck.since))
      if (await this.#isToEnd(each)) ended.push(await end(this.#source, each));
    return ended;
  }

  async #next(): Promise<string[]> {
    const ids: string[] = [];
    this.#open ??= openRuns(this.#source);
    try {
      while (ids.length < runsOfLook) {
        const { value, done } = await this.#open.next();
        if (done) break;
        ids.push(value);
      }
    } finally {
      if (ids.length < runsOfLook) this.#open = undefined;
    }
    return ids;
  }

  async #isToEnd({ described, stuck }: StuckRun): Promise<boolean> {
    const { any = false } = this.#options;
    if (stuck.message !== taskTooLong) return any;
    if (Date.now() < this.#quietUntil) return false;
    if (!any && !(await isHeldAgain(this.#source.temporal, described))) return false;
    this.#quietUntil = Date.now() + quietMs;
    return true;
  }
}

async function* openRuns({ temporal, kinds }: RunSource): AsyncGenerator<string> {
  const query = `${isOfKinds(kinds)} AND ExecutionStatus = 'Running'`;
  for await (const { id } of executionsOf(temporal, query, runsOfLook)) yield id;
}

async function stuckRun(
  { temporal, kinds }: RunSource,
  workflowId: string,
  after: number,
): Promise<StuckRun | undefined> {
  const described = await describeExecution(temporal, workflowId);
  // Gone since it was listed.
  if (!described) return undefined;
  if (kinds.ofWorkflow(described.type) === undefined || attemptOf(described) < after) return undefined;
  const stuck = await stuckOf(temporal, described);
  return stuck?.reason === 'workflowTaskFails' ? { described, stuck } : undefined;
}

/** The execution that was looked at, and no later one of its id. */
async function end({ temporal }: RunSource, { described, stuck }: StuckRun): Promise<string> {
  const { workflowId, runId } = described;
  const reason = truncate(`Given up after ${many(stuck.attempts, 'attempt')}: ${stuck.message}`, longestReason);
  await temporal.workflow.getHandle(workflowId, runId).terminate(reason);
  return `The run '${oneLine(workflowId, 250)}' was ended: ${oneLine(reason, 500)}`;
}

const watchMs = 9000;
const watchEveryMs = 250;

/**
 * Whether a worker takes such a task again and holds it for half of its time: the server notes only why the first attempt
 * failed, and one whose first worker was killed may fail for what a deploy mends ever since.
 */
async function isHeldAgain(temporal: Client, { workflowId, runId, raw }: DescribedExecution): Promise<boolean> {
  const halfMs = (Number(raw.executionConfig?.defaultWorkflowTaskTimeout?.seconds ?? 0) * 1000 || 10_000) / 2;
  let held: { readonly attempt: number; readonly since: number } | undefined;
  for (const began = Date.now(); Date.now() - began < watchMs; await delay(watchEveryMs, undefined, { ref: false })) {
    const described = await describeExecution(temporal, workflowId, runId);
    if (!described) return false;
    const attempt = attemptOf(described);
    if (described.raw.pendingWorkflowTask?.state !== started) held = undefined;
    else if (held?.attempt !== attempt) held = { attempt, since: Date.now() };
    else if (Date.now() - held.since >= halfMs) return true;
  }
  return false;
}

const started = proto.temporal.api.enums.v1.PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED;

function attemptOf({ raw }: DescribedExecution): number {
  return raw.pendingWorkflowTask?.attempt ?? 0;
}
