/** The typed client: start runs, watch them, steer them, take their results; every run is idempotent by its id. */
import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { readConfig } from './config.ts';
import type { Progress } from './core/live/control.ts';
import type { Duration } from './core/duration.ts';
import type { ReconciliationAnswer, SignOff, SignOffRequest } from './agents/reconcile/pure/types.ts';
import type { RunKind, RunOptions } from './core/run.ts';
import type { TaskResult } from './core/task.ts';
import type { MapOptions, MapSource } from './core/map/types.ts';
import { configuredLimits, type LimitView } from './limits/view.ts';
import { connect, type ConnectOptions } from './runs/connect.ts';
import { deadLetters, mapDeadLetters, type DeadLetter } from './runs/dead-letters.ts';
import { FanfoldError } from './errors.ts';
import { mapResults, uploadItems, withResults } from './runs/map.ts';
import { listRuns } from './runs/list.ts';
import { redriveInput } from './runs/redrive.ts';
import { persistently, refused } from './runs/update.ts';
import { startAndSee, startRun, type RunInputs, type Started } from './runs/start.ts';
import { runPrefix } from './store/keys.ts';
import { openStore } from './store/open.ts';
import { openExternalStorage } from './store/payloads.ts';
import type { Store } from './store/store.ts';
import { describeRun, readProgress, readRun, settledResults, type RunView, untilOver } from './runs/view.ts';

export { openExternalStorage, type ExternalStorageOptions } from './store/payloads.ts';
export { FanfoldError, type FanfoldErrorType } from './errors.ts';
export type { AgentOptions, SupportAnswer, SupportInput } from './agents/support/pure/types.ts';
export type { PendingApproval } from './agents/loop/pure/state.ts';
export type { LimitView } from './limits/view.ts';
export type { DeadLetter } from './runs/dead-letters.ts';
export type { RunInputs, Started } from './runs/start.ts';
export type { RunStatus, RunView } from './runs/view.ts';
export type { Finding, Severity } from './agents/review/pure/findings.ts';
export type { ReviewInput, ReviewReport } from './agents/review/pure/types.ts';
export type { MapInput, MapOptions, MapSource } from './core/map/types.ts';
export type { Store } from './store/store.ts';
export type {
  ReconciliationAnswer,
  ReconciliationReport,
  SignOff,
  SignOffRequest,
  SourceFile,
} from './agents/reconcile/pure/types.ts';
export type {
  ReconcileInput,
  ResearchInput,
  RunKind,
  RunOptions,
  RunOutcome,
  RunTasksInput,
  TaskSpec,
} from './core/run.ts';

export interface FanfoldClientOptions {
  /** A Temporal client; see {@link FanfoldClient.connect} for one from the environment. */
  readonly client: Client;
  /** @default `FANFOLD_TASK_QUEUE` or `fanfold` */
  readonly taskQueue?: string;
  /** Where the pages of map runs are; the workers' own. @default what `FANFOLD_STORE` and `FANFOLD_HOME` say */
  readonly store?: Store;
}

export interface ClientConnectOptions extends ConnectOptions {
  /** The workers' own. @default what `FANFOLD_STORE` and `FANFOLD_HOME` say */
  readonly store?: Store;
}

/** Which fan-out of a run is meant. @default the first that is still running */
export interface FanOutName {
  readonly name?: string;
}

/** Who decides, and why; both are kept with the run. */
export interface ApprovalDecision {
  readonly by?: string;
  readonly reason?: string;
}

export class FanfoldClient {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly store: Store;

  constructor({
    client,
    taskQueue = readConfig().taskQueue,
    store = openStore(readConfig().home),
  }: FanfoldClientOptions) {
    this.temporal = client;
    this.taskQueue = taskQueue;
    this.store = store;
  }

  /** Connects as the environment says (`TEMPORAL_ADDRESS`, …), or to `address`. @throws {FanfoldError} `Unreachable` */
  static async connect({ store, ...options }: ClientConnectOptions = {}): Promise<FanfoldClient> {
    const client = await connect({ externalStorage: openExternalStorage({ store }), ...options });
    return new FanfoldClient({ client, ...(store ? { store } : {}) });
  }

  async close(): Promise<void> {
    await this.temporal.connection.close();
  }

  /** Starts a run, or joins the one that has the id. @throws {FanfoldError} when the input cannot be meant */
  start<K extends RunKind>(kind: K, input: RunInputs[K], { id }: { id?: string } = {}): Promise<Started> {
    return startRun(this.temporal, this.taskQueue, kind, input, id);
  }

  /** Starts a run and waits for its end. */
  async run<K extends RunKind>(kind: K, input: RunInputs[K], options: { id?: string } = {}): Promise<RunView> {
    const { runId } = await this.start(kind, input, options);
    return this.result(runId);
  }

  /** The run once it is over, however it ended. */
  async result(runId: string): Promise<RunView> {
    await untilOver(this.temporal, runId);
    return this.get(runId);
  }

  /** The run as it is now. Of a map run with many tasks the fan-in has no results: {@link results} has them. */
  async get(runId: string): Promise<RunView> {
    const view = await readRun(this.temporal, runId);
    return view.kind === 'map' && view.fanIn ? withResults(this.temporal, this.store, view) : view;
  }

  /** Runs of fanfold's kinds, newest first. */
  list(limit = 50): AsyncGenerator<RunView> {
    return listRuns(this.temporal, limit);
  }

  /**
   * Starts a run, or joins the one that has the id, and has its first progress in the same call.
   *
   * @throws {FanfoldError} as `start` does
   */
  async startAndSee<K extends RunKind>(
    kind: K,
    input: RunInputs[K],
    { id }: { id?: string } = {},
  ): Promise<{ runId: string; progress: Progress[] }> {
    return startAndSee(this.temporal, this.taskQueue, kind, input, id);
  }

  /** Each named limit of `fanfold.config.ts`, as it is now. */
  limits(): Promise<LimitView[]> {
    return configuredLimits(this.temporal, this.taskQueue);
  }

  /** The tasks of a run that is over and have no result, of a map run the first thousand, with their input, errors, attempts and cost. */
  async deadLetters(runId: string): Promise<DeadLetter[]> {
    const view = await readRun(this.temporal, runId);
    if (view.kind !== 'map') return deadLetters(this.temporal, view);
    return mapDeadLetters(mapResults(this.temporal, this.store, view));
  }

  /** Undefined where no worker answers. */
  progress(runId: string, maxTasks?: number): Promise<Progress[] | undefined> {
    return readProgress(this.temporal, runId, maxTasks);
  }

  /**
   * Each settled task in the order they settled, from position `after` on. Of a map run in the order of the items, with
   * a page of them in memory at a time; while it goes on, as far as all before them have settled.
   */
  async *results(runId: string, after = 0): AsyncGenerator<TaskResult> {
    const base = await describeRun(this.temporal, runId);
    if (base.kind !== 'map') {
      yield* settledResults(this.temporal, runId, after);
      return;
    }
    const view = base.status === 'running' ? base : await readRun(this.temporal, runId);
    for await (const { result } of mapResults(this.temporal, this.store, view, after)) yield result;
  }

  /**
   * Starts a run of one registered activity over items: any iterable, which goes into the store a page at a time, or a
   * source that the workers read themselves.
   *
   * @throws {FanfoldError} as `start` does
   */
  async map(
    activity: string,
    items: AsyncIterable<unknown> | Iterable<unknown> | MapSource,
    { id = `map-${randomUUID().slice(0, 8)}`, options = {} }: { id?: string; options?: MapOptions } = {},
  ): Promise<Started> {
    const prefix = runPrefix(this.temporal.options.namespace, id);
    const source = 'kind' in items ? items : await uploadItems(this.store, prefix, items);
    return this.start('map', { activity, source, options }, { id });
  }

  /** The run each time it is looked at, until it is over. */
  async *watch(runId: string, everyMs = 250): AsyncGenerator<RunView, void, undefined> {
    for (;;) {
      const view = await this.get(runId);
      yield view;
      if (view.status !== 'running') return;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  /** Go on with what there is. */
  settle(runId: string, target: FanOutName = {}): Promise<Progress> {
    return this.#update(runId, 'settleNow', target);
  }

  extend(runId: string, by: Duration, target: FanOutName = {}): Promise<Progress> {
    return this.#update(runId, 'extendDeadline', { by, ...target });
  }

  /** Cancels the run, or one task of it. */
  async cancel(runId: string, task?: string): Promise<void> {
    if (task !== undefined) await this.#update(runId, 'cancelTask', { id: task });
    else await this.#asking(runId, () => this.#handle(runId).cancel());
  }

  add(runId: string, items: readonly unknown[], target: FanOutName = {}): Promise<Progress> {
    return this.#update(runId, 'addTasks', { items, ...target });
  }

  setConcurrency(runId: string, concurrency: number, target: FanOutName = {}): Promise<Progress> {
    return this.#update(runId, 'setConcurrency', { concurrency, ...target });
  }

  setMinimum(runId: string, minimum: FanOutName & { ratio?: number; successes?: number }): Promise<Progress> {
    return this.#update(runId, 'setMinimum', minimum);
  }

  /** The report of a reconciliation, as soon as it is made; a worker must answer. */
  reconciliation(runId: string): Promise<ReconciliationAnswer | undefined> {
    return this.#asking(runId, () => this.#handle(runId).query<ReconciliationAnswer | undefined>('report'));
  }

  /** Signs the report of a reconciliation that waits for it. @throws {FanfoldError} `Refused` before there is one, and once it is signed */
  signOff(runId: string, request: SignOffRequest): Promise<SignOff> {
    return this.#update<SignOff>(runId, 'signOff', request);
  }

  /** Yes to a call that waits for a person. @throws {FanfoldError} of type `Refused` where none of that id waits */
  async approve(runId: string, callId: string, decision: ApprovalDecision = {}): Promise<void> {
    await this.#update(runId, 'approve', { callId, ...decision });
  }

  /** No to a call that waits for a person; the agent hears the reason. @throws as `approve` does */
  async reject(runId: string, callId: string, decision: ApprovalDecision = {}): Promise<void> {
    await this.#update(runId, 'reject', { callId, ...decision });
  }

  /** A new run of only what failed, was cancelled or never started in an earlier one; its fan-in is of the whole. */
  async redrive(runId: string, { id, options }: { id?: string; options?: RunOptions } = {}): Promise<Started> {
    const { kind, input } = await redriveInput(this.temporal, await this.get(runId), options);
    return this.start(kind, input, id === undefined ? {} : { id });
  }

  #handle(runId: string): WorkflowHandle {
    return this.temporal.workflow.getHandle(runId);
  }

  /** One update id for all tries, so that a change is made once however often it is asked for. */
  #update<R = Progress>(runId: string, name: string, argument: object): Promise<R> {
    const updateId = randomUUID();
    const ask = () => this.#handle(runId).executeUpdate<R, [object]>(name, { args: [argument], updateId });
    return this.#asking(runId, () => persistently(ask));
  }

  async #asking<R>(runId: string, ask: () => Promise<R>): Promise<R> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) {
        const view = await this.get(runId);
        throw new FanfoldError('RunClosed', `Run '${runId}' is over (${view.status})`);
      }
      if (error instanceof WorkflowUpdateFailedError) throw refused(error);
      throw error;
    }
  }
}
