/** The typed client: start runs, watch them, change them while they run, take their results; every run is idempotent by its id. */
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Progress } from '../core/live/control.ts';
import { given } from '../core/given.ts';
import type { Duration } from '../core/duration.ts';
import type { RunContext } from '../core/run.ts';
import type { RunOptions } from '../core/run-options.ts';
import type { TaskResult } from '../core/task.ts';
import type { MapInput, MapOptions, MapSource } from '../core/map/types.ts';
import { limitsOf, type LimitView } from './cluster-limits.ts';
import type { TenantBudgets } from '../limits/learned/tenant-budget.ts';
import { deadLettersPage, type DeadLetter, type DeadLettersAsked, type DeadLettersPage } from './dead-letters.ts';
import { FanfoldError } from '../errors.ts';
import { isSource, mapResults, uploadItems, withResults } from './map.ts';
import { lostPages } from './map-complete.ts';
import { listRuns, type RunFilter } from './list.ts';
import { redriveInput, tracedRedrive } from './redrive.ts';
import { askingOpen, persistently, refusedItem } from './update.ts';
import { converse } from './converse.ts';
import type { Started } from './join.ts';
import type { Kind } from './kind.ts';
import { Kinds, mapKind } from './kinds.ts';
import { liveName, own, type FanOutName } from './live-names.ts';
import { see } from './see.ts';
import type { ServedNames } from '../core/task-spec.ts';
import { sayable } from './as-json.ts';
import { checkGiven, checkRunId, checkShape } from './check-given.ts';
import { startRun, type RunId, type RunsClientOptions, type StartOptions } from './start.ts';
import { codedStore } from '../store/coded.ts';
import type { Store } from '../store/store.ts';
import { settledResults } from './settled.ts';
import { describeRun, readProgress, readRun, untilOver } from './view.ts';
import { watched } from './watch.ts';
import { completedOrThrow, type CompletedRun, type RunSummary, type RunView } from './run-view.ts';

/** @typeParam Inputs what each kind takes, by its name */
export class RunsClient<Inputs extends object = object> {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly store: Store;
  readonly kinds: Kinds;
  readonly budgets: TenantBudgets;
  #starting: Pick<StartOptions, 'served' | 'starter'>;

  constructor({ temporal, taskQueue, store, kinds, budgets = {} }: RunsClientOptions) {
    this.temporal = temporal;
    this.budgets = budgets;
    this.#starting = { starter: temporal };
    this.taskQueue = taskQueue;
    // What the workers' codecs have encoded is read through the client's own.
    this.store = codedStore(store, temporal.options.loadedDataConverter);
    this.kinds = new Kinds(kinds);
  }

  /**
   * Knows a worker of this process from now on, so that a run of tasks or a map run which names what it does not serve is
   * refused at once; without one such a run begins and fails. Not for a queue whose workers serve different activities.
   *
   * @param starter a client of the same server on the worker's connection: what it starts begins with the server's answer,
   *   and need not wait until the worker asks; a client that is made on such a connection itself needs none
   * @example client.servedBy(await createWorker({ connection, activities: { score } }), new Client({ connection }));
   */
  servedBy({ served }: { readonly served: ServedNames | undefined }, starter?: Client): void {
    this.#starting = { served, starter: starter ?? this.temporal };
  }

  async close(): Promise<void> {
    await this.temporal.connection.close();
  }

  /**
   * Starts a run, or joins the one that has the id.
   *
   * @param kind a kind, or the name of one that this client knows
   * @throws {FanfoldError} of type `InvalidInput` or `InvalidOptionsError`, naming the field, and then nothing is started
   * @example await client.start('tasks', { tasks: [{ id: 'a', activity: 'score', input: 1 }] }, { id: 'today' });
   */
  start<K extends keyof Inputs & string>(kind: K, input: Inputs[K], options?: RunId): Promise<Started>;
  start<I extends RunContext>(kind: Kind<I>, input: I, options?: RunId): Promise<Started>;
  start(kind: string, input: RunContext, options?: RunId): Promise<Started>;
  async start(kind: string | Kind, input: RunContext, options: RunId = {}): Promise<Started> {
    checkGiven(options, ['id'], '`start`');
    return this.#start(this.kinds.asked(kind), input, options);
  }

  /** Starts a run and waits for its end. @throws {FanfoldError} as {@link start} does */
  run<K extends keyof Inputs & string>(kind: K, input: Inputs[K], options?: RunId): Promise<RunView>;
  run<I extends RunContext>(kind: Kind<I>, input: I, options?: RunId): Promise<RunView>;
  run(kind: string, input: RunContext, options?: RunId): Promise<RunView>;
  async run(kind: string | Kind, input: RunContext, options: RunId = {}): Promise<RunView> {
    const { runId } = await this.start(kind as string, input, options);
    return this.result(runId);
  }

  /**
   * As {@link run}, for who can do nothing with less than was asked for.
   *
   * @throws {RunFailedError} where the run fails or is cancelled, with its view; `isInsufficientResults` takes it
   * @throws {FanfoldError} as {@link start} does
   * @example const { fanIn } = await client.runOrThrow('tasks', { tasks, options: { minSuccessRatio: 0.8 } });
   */
  runOrThrow<K extends keyof Inputs & string>(kind: K, input: Inputs[K], options?: RunId): Promise<CompletedRun>;
  runOrThrow<I extends RunContext>(kind: Kind<I>, input: I, options?: RunId): Promise<CompletedRun>;
  runOrThrow(kind: string, input: RunContext, options?: RunId): Promise<CompletedRun>;
  async runOrThrow(kind: string | Kind, input: RunContext, options?: RunId): Promise<CompletedRun> {
    return completedOrThrow(await this.run(kind as string, input, options));
  }

  /** As {@link result}. @throws {RunFailedError} where it did not complete */
  async resultOrThrow(runId: string): Promise<CompletedRun> {
    return completedOrThrow(await this.result(runId));
  }

  /** The run once it is over, however it ended. */
  async result(runId: string): Promise<RunView> {
    await untilOver(this.temporal, runId);
    return this.get(runId);
  }

  /** The run as it is now. Of a map run with many tasks the fan-in has no results: {@link results} has them. */
  async get(runId: string): Promise<RunView> {
    const view = await readRun(this, runId);
    return view.kind === mapKind.name && view.fanIn ? withResults(this.temporal, this.store, view) : view;
  }

  /**
   * Runs of fanfold's kinds, newest first, each without its outcome.
   *
   * @example for await (const { runId, status } of client.list(20, { tenant: 'acme' })) console.log(runId, status);
   */
  list(limit = 50, filter: RunFilter = {}): AsyncGenerator<RunSummary> {
    checkGiven(filter, ['tenant', 'before', 'since', 'kind', 'which', 'redriveOf'], '`list`');
    return listRuns(this, limit, filter);
  }

  /** Each named limit of `fanfold.config.ts`, and each that workers serve, as it is now. */
  limits(): Promise<LimitView[]> {
    return limitsOf(this.temporal, this.taskQueue);
  }

  /** The tasks of a run that is over and have no result, with their input, errors, attempts and cost. @throws {FanfoldError} of type `RunOpen` */
  async deadLetters(runId: string): Promise<DeadLetter[]> {
    return [...(await deadLettersPage(this, runId, { limit: Infinity })).deadLetters];
  }

  /** As {@link deadLetters}, so many at a time. */
  deadLettersPage(runId: string, asked: DeadLettersAsked = {}): Promise<DeadLettersPage> {
    return deadLettersPage(this, runId, asked);
  }

  /** Undefined where no worker answers. */
  async progress(runId: string, maxTasks?: number): Promise<Progress[] | undefined> {
    return readProgress(this, await describeRun(this, runId), maxTasks);
  }

  /**
   * Each settled task in the order they settled, from position `after` on. Of a map run in the order of the items, with
   * a page of them in memory at a time; while it goes on, as far as all before them have settled.
   */
  async *results(runId: string, after = 0): AsyncGenerator<TaskResult> {
    const base = await describeRun(this, runId);
    if (base.kind === mapKind.name) {
      const view = base.status === 'running' ? base : await readRun(this, runId);
      for await (const { result } of mapResults(this.temporal, this.store, view, after)) yield result;
    } else yield* settledResults(this, base, after);
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
    how: { id?: string; options?: MapOptions } = {},
  ): Promise<Started> {
    checkGiven(how, ['id', 'options'], '`map`');
    const { id = `map-${randomUUID().slice(0, 8)}`, options = {} } = how;
    if (isSource(items)) return this.start(mapKind, { activity, source: items, options }, { id });
    const { source, sha256 } = await uploadItems(this.store, this.temporal.options.namespace, id, items);
    // Each upload has a name of its own; runs differ by what was uploaded.
    const fingerprint = { activity, items: sha256 };
    return this.#start<MapInput>(mapKind, { activity, source, options }, { id, fingerprint });
  }

  /** The run each time it is looked at, until it is over; beyond its first seconds by two calls a second to the server. */
  watch(runId: string, everyMs = 250): AsyncGenerator<RunView, void, undefined> {
    return watched(this.temporal, runId, () => this.get(runId), everyMs);
  }

  /** Go on with what there is. */
  settle(runId: string, target: FanOutName = {}): Promise<Progress> {
    return this.#change(runId, 'settleNow', target);
  }

  extend(runId: string, by: Duration, target: FanOutName = {}): Promise<Progress> {
    return this.#change(runId, 'extendDeadline', { by, ...target });
  }

  /** Cancels the run, or one task of it. */
  async cancel(runId: string, task?: string): Promise<void> {
    if (task !== undefined) await this.#change(runId, 'cancelTask', { id: task });
    else await askingOpen(this, runId, () => this.#handle(runId).cancel());
  }

  /**
   * Adds tasks to a fan-out that goes on and takes some: a run of tasks takes what it could have begun with, a map run
   * items, an agent's fan-out nothing.
   *
   * @throws {FanfoldError} `InvalidOptionsError` naming the item and its field, `Refused` where the fan-out takes none
   * @example await client.add('today', [{ id: 'late', activity: 'score', input: 7 }]);
   */
  add(runId: string, items: readonly unknown[], target: FanOutName = {}): Promise<Progress> {
    return this.#change(runId, 'addTasks', { items, ...target }).catch(refusedItem);
  }

  setConcurrency(runId: string, concurrency: number, target: FanOutName = {}): Promise<Progress> {
    return this.#change(runId, 'setConcurrency', { concurrency, ...target });
  }

  async setMinimum(runId: string, minimum: FanOutName & { ratio?: number; successes?: number }): Promise<Progress> {
    checkGiven(minimum, ['ratio', 'successes', 'name'], '`setMinimum`');
    return this.#change(runId, 'setMinimum', minimum);
  }

  /**
   * Says a person's word to a run that goes on, such as `approve`, `reject` or `sign-off`.
   *
   * @throws {FanfoldError} `InvalidInput` where the run's kind has no such word or the body is not as it should be,
   *   `Refused` where the run does not take it now, `RunClosed` once it is over
   * @example await client.say(runId, 'approve', { callId: 'refund-1', by: 'Ada' });
   */
  async say<R = unknown>(runId: string, word: string, body: object = {}): Promise<R> {
    const { kind } = await describeRun(this, runId);
    const found = own(this.kinds.find(kind)?.words, word);
    if (!found) throw new FanfoldError('InvalidInput', `A run of kind '${kind}' hears no '${word}'`, 'word');
    checkShape(found.body, body);
    return this.#update<R>(runId, found.update, body);
  }

  /**
   * What a run shows of itself, such as the `reconciliation` that waits to be signed, or its answer in a form of its kind,
   * such as `sarif`, as text; undefined as long as there is none.
   *
   * @throws {FanfoldError} `InvalidInput` where its kind has nothing of that name, `RunFailed` where it has no answer to write
   */
  see<R = unknown>(runId: string, name: string): Promise<R | undefined> {
    return see(this, runId, name) as Promise<R | undefined>;
  }

  /**
   * Says a message in a thread, whose newest run has its id: the answer to what that has asked back, or the next run, which
   * is told what was said before. A `messageId` that was sent before starts nothing again.
   *
   * @throws {FanfoldError} of type `Refused` while the last message is being answered, else as {@link start} does
   * @example await client.converse('chat-7', desk.kind, { agent: 'desk', message: 'And the other order?' });
   */
  converse<I extends RunContext>(thread: string, kind: Kind<I>, input: I, how: { messageId?: string } = {}) {
    checkGiven(how, ['messageId'], '`converse`');
    return converse(this, thread, kind, input, {
      ...how,
      begin: (next: I) => this.#start(kind, next, { id: thread, thread: how }),
    });
  }

  /** A new run of what failed, was cancelled or never started in an earlier one; its fan-in is of the whole, with what is lost as lost. */
  async redrive(runId: string, how: { id?: string; options?: RunOptions } = {}): Promise<Started> {
    checkGiven(how, ['id', 'options'], '`redrive`');
    const { kind, input } = await redriveInput(this, await this.get(runId), how.options);
    const lost = kind === mapKind ? await lostPages(this.temporal, this.store, await readRun(this, runId)) : {};
    return tracedRedrive(this.temporal, runId, () => this.start(kind, { ...input, ...lost }, given({ id: how.id })));
  }

  #start<I extends RunContext>(kind: Kind<I>, input: I, options: Pick<StartOptions, 'id' | 'fingerprint' | 'thread'>) {
    const here = { store: this.store, budgets: this.budgets, ...this.#starting };
    return startRun(this.temporal, this.taskQueue, kind, input, { ...options, ...here });
  }

  #handle(runId: string): WorkflowHandle {
    return this.temporal.workflow.getHandle(checkRunId(runId));
  }

  /** By the name that the change has in a run of its kind. */
  async #change(runId: string, name: string, argument: object): Promise<Progress> {
    const { kind } = await describeRun(this, runId);
    return this.#update(runId, liveName(this.kinds, kind, name), argument);
  }

  /** One update id for all tries, so that a change is made once however often it is asked for. */
  #update<R = Progress>(runId: string, name: string, argument: object): Promise<R> {
    const asked = { args: [sayable(argument, '')] as [object], updateId: randomUUID() };
    return askingOpen(this, runId, () =>
      persistently(() => this.#handle(runId).executeUpdate<R, [object]>(name, asked)),
    );
  }
}
