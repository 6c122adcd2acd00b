/** A run as people and programs see it: what it has depends on how it stands, so narrow on `status`. */
import type { FanIn } from '../core/fan-in.ts';
import type { Progress } from '../core/live/control.ts';
import type { PartialOutcome } from '../core/outcome-memo.ts';
import { FanfoldError } from '../errors.ts';
import type { RunCosts } from '../limits/costs/view.ts';
import type { PendingApproval } from './kind.ts';
import type { Stuck } from './run-stuck.ts';

/** Under which name a run's memo says whose failed tasks it does again. */
export const redriveMemo = 'fanfold.redriveOf';

/** Under which name a run's memo says what it was asked. */
export const askedMemo = 'fanfold.asked';

/**
 * How a run stands.
 *
 * @example const isOver = (status: RunStatus) => status !== 'running';
 */
export type RunStatus = 'completed' | 'failed' | 'cancelled' | 'running';

/**
 * A run without its outcome, as a list has it. Plain JSON.
 *
 * @example const line = ({ runId, kind, status }: RunSummary) => `${runId}: ${kind}, ${status}`;
 */
export interface RunSummary {
  readonly runId: string;
  /** One of fanfold's kinds, or the type of a workflow of one's own. */
  readonly kind: string;
  readonly status: RunStatus;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly closedAt?: number;
  /** What it was asked, as its kind says it in one line of at most 200 characters; absent of runs from before it was noted. */
  readonly asked?: string;
  /** Whose run it is, where it was started as a tenant's. */
  readonly tenant?: string;
  /** The run whose failed tasks this one does again. */
  readonly redriveOf?: string;
  /** Where it completed and some of its tasks have no result; absent of runs from before it was noted, and of those that did all. */
  readonly partial?: PartialOutcome;
  /** Something of it waits for a person, where its namespace has the search attribute, and in a list that was asked for it. */
  readonly waits?: true;
  /** What it has cost so far, where it called a model and whoever answers can read that. */
  readonly costs?: RunCosts;
  /** How many of its calls wait for a person, in a list of the service that was asked for it; absent where that is not known. */
  readonly waitingCalls?: number;
  /** Why what was noted with it cannot be decoded here, where it cannot: in a list, whose other runs are as they are. */
  readonly unreadable?: { readonly type: string; readonly message: string };
}

/**
 * A run that goes on.
 *
 * @example const waits = ({ approvals = [] }: RunningRun) => approvals.length > 0;
 */
export interface RunningRun extends RunSummary {
  readonly status: 'running';
  /** Of each fan-out, if a worker answers. */
  readonly progress?: readonly Progress[];
  /** What waits for a person; absent where nothing does, or where `unanswered` says why that is not known. */
  readonly approvals?: readonly PendingApproval[];
  /** Why what is absent of these is not known, where it is not. */
  readonly unanswered?: { readonly type: string; readonly message: string };
  /** Why the run cannot go on, where it cannot. */
  readonly stuck?: Stuck;
  readonly fanIn?: never;
  readonly answer?: never;
  readonly error?: never;
  readonly resultsInPages?: never;
  readonly resultsProblem?: never;
}

interface RunEnd extends RunSummary {
  /** `fanIn` has only its counts; the results are asked for page by page. */
  readonly resultsInPages?: true;
  /** Why its results cannot be read, where they cannot: its counts, if there are any, are all that is known here. */
  readonly resultsProblem?: { readonly type: string; readonly message: string };
  readonly progress?: never;
  readonly approvals?: never;
  readonly unanswered?: never;
  readonly stuck?: never;
}

/**
 * A run that did what it was asked: its fan-in respects its own minimum.
 *
 * @example const hits = ({ fanIn }: CompletedRun) => fanIn.mergedResults;
 */
export interface CompletedRun extends RunEnd {
  readonly status: 'completed';
  /** Every run of a kind has one; a workflow of one's own that is of no kind has it where it returns one. */
  readonly fanIn: FanIn;
  /** What the run's kind makes of it, such as an agent's report. */
  readonly answer?: unknown;
  readonly error?: never;
}

/**
 * A run that failed, for its minimum or for a fault.
 *
 * @example const why = ({ error: { type, message } }: FailedRun) => `${type}: ${message}`;
 */
export interface FailedRun extends RunEnd {
  readonly status: 'failed';
  /** What had come back; absent where it failed before its fan-out was over. */
  readonly fanIn?: FanIn;
  readonly error: { readonly type: string; readonly message: string };
  readonly answer?: never;
}

/**
 * A run that was cancelled.
 *
 * @example const kept = ({ fanIn }: CancelledRun) => fanIn?.mergedResults ?? [];
 */
export interface CancelledRun extends RunEnd {
  readonly status: 'cancelled';
  /** What had come back; absent where no worker answers. */
  readonly fanIn?: FanIn;
  readonly error: { readonly type: string; readonly message: string };
  readonly answer?: never;
}

/**
 * Plain JSON; the answer to `GET /runs/{id}` and to `--json`.
 *
 * @example const view: RunView = await client.result(runId); if (view.status === 'completed') show(view.fanIn.mergedResults);
 */
export type RunView = RunningRun | CompletedRun | FailedRun | CancelledRun;

/**
 * A run that was waited for did not complete. Its cause has the type and the fan-in of the run's own error, so that
 * `isInsufficientResults` and `fanInOf` take it.
 *
 * @example
 * try {
 *   await client.runOrThrow('tasks', { tasks, options: { minSuccessRatio: 0.8 } });
 * } catch (error) {
 *   if (!(error instanceof RunFailedError)) throw error;
 *   show(error.view.error.type, error.view.fanIn?.failedTasks);
 * }
 */
export class RunFailedError extends FanfoldError {
  readonly view: FailedRun | CancelledRun;
  override readonly cause: Error;

  constructor(view: FailedRun | CancelledRun) {
    const { runId, status, error, fanIn } = view;
    super('RunFailed', `Run '${runId}' ${status === 'failed' ? 'failed' : 'was cancelled'}: ${error.message}`);
    this.view = view;
    this.cause = Object.assign(new Error(error.message), { name: error.type, fanIn });
  }
}

/** @throws {RunFailedError} where the run did not complete */
export function completedOrThrow(view: RunView): CompletedRun {
  if (view.status === 'completed') return view;
  // Who waited for its end gets no run that goes on.
  if (view.status === 'running') throw new FanfoldError('RunOpen', `Run '${view.runId}' still goes on`);
  throw new RunFailedError(view);
}
