/**
 * A server, a client of it and, where nobody else does the work, a worker in this very process.
 * A worker that only answers questions takes no activities, as it would be gone before they end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import { readConfig } from '../config.ts';
import { given } from '../core/given.ts';
import { describeError } from '../core/task.ts';
import { acquireServer, type ServerLease } from '../dev-server/embedded.ts';
import { FanfoldError } from '../errors.ts';
import { asFaces } from '../runs/face.ts';
import { asKinds, type Kind } from '../runs/kind.ts';
import { readSettings, type Settings } from '../settings.ts';
import { clientTracing, endTracing, startTracing } from '../packages/tracing.ts';
import { connectConfig } from '../packages/temporal-profile.ts';
import type { FanfoldWorker } from '../limits/workers.ts';
import type { RunsClient } from '../runs/client.ts';
import { setUpNamespace } from '../runs/namespace.ts';
import { isCommandQueue, queueOfRun } from '../runs/run-queue.ts';
import { equipment } from './equipment.ts';
import { log } from './exit.ts';
import { isServed, type Served } from '../runs/pollers.ts';
import { describeExecution, isNotFound } from '../store/executions.ts';
import { withoutVersion } from '../worker/deployment.ts';
import { onlyAnswers } from '../worker/only-answers.ts';
import type { LoadedProgram } from './program.ts';
import { hasLeft, ownQueue } from './own-queue.ts';
import { quietLogs } from './quiet-logs.ts';

export interface SessionOptions {
  readonly address?: string | undefined;
  readonly namespace?: string | undefined;
  /** For whoever makes the namespace. @default false */
  readonly mayLackNamespace?: boolean;
  say(message: string): void;
}

interface WorkerTimes extends Pick<
  WorkerOptions,
  'shutdownGraceTime' | 'shutdownForceTime' | 'interceptors' | 'workerDeploymentOptions'
> {
  /** Without the activities that are for trials. */
  readonly production?: boolean;
}

interface RunningWorker {
  readonly worker: FanfoldWorker;
  readonly ended: Promise<void>;
  /** Once it has ended by itself: why. */
  reason?: string;
}

/** @throws where the server does not have the namespace */
export async function openSession({
  address,
  namespace,
  mayLackNamespace = false,
  say,
}: SessionOptions): Promise<Session> {
  const { home } = readConfig();
  await startTracing((problem) => log({ level: 'warn', message: problem }));
  const server = await acquireServer({ home, address, namespace, onMessage: say });
  try {
    const settings = await readSettings();
    const known = ownKinds(settings);
    const { address: found, namespace: named } = server;
    const client = await equipment().connect({
      address: found,
      namespace: named,
      kinds: known,
      ...given({ dataConverter: settings.dataConverter, budgets: settings.budgets }),
    });
    const session = new Session(client, server, known);
    if (server.embedded && named !== 'default') await setUpNamespace(client.temporal, 0);
    if (!server.embedded && !mayLackNamespace) await assertNamespace(session);
    return session;
  } catch (error) {
    await server.release();
    throw error;
  }
}

/** Else what waits for the server, or asks nothing of it, would go on as if it were there. @throws where the server does not have it */
async function assertNamespace(session: Session): Promise<void> {
  await session.askServer().catch((error: unknown) => {
    // Whatever else it says, it says to what is asked next.
    if (isNotFound(error)) throw error;
  });
}

/** Kinds of one's own, by themselves or with a face. */
function ownKinds({ kinds = [], faces = [] }: Settings): readonly Kind[] {
  return [...new Set([...asKinds(kinds), ...asFaces(faces).map(({ kind }) => kind)])];
}

export class Session {
  readonly server: ServerLease;
  #client: RunsClient;
  #activities: LoadedProgram['activities'] = {};
  /** By what they serve, and the task queue. */
  readonly #workers = new Map<string, RunningWorker>();
  #connection: Promise<NativeConnection> | undefined;

  readonly #kinds: readonly Kind[];
  #metricsAddress: string | undefined;

  constructor(client: RunsClient, server: ServerLease, kinds: readonly Kind[]) {
    this.#client = client;
    this.server = server;
    this.#kinds = kinds;
  }

  get client(): RunsClient {
    return this.#client;
  }

  /** From now on this session is of the program's own queue, and a worker here brings its function. */
  async serve({ taskQueue, activities }: LoadedProgram): Promise<void> {
    this.#activities = activities;
    await this.#moveTo(taskQueue);
  }

  /** From now on runs of this session begin where their work is done: where nobody serves the queue, by commands alone. */
  async beginWhereServed(): Promise<void> {
    const { taskQueue } = this.client;
    if (this.#mayServe(taskQueue) || (await isServed(this.client.temporal, taskQueue, 'runs'))) return;
    await this.#moveTo(ownQueue(taskQueue));
  }

  /** From now on this session looks at the queue of commands, where they alone have a worker. */
  async lookWhereServed(): Promise<void> {
    const { taskQueue } = this.client;
    const own = ownQueue(taskQueue);
    if (
      !(await isServed(this.client.temporal, taskQueue, 'runs')) &&
      (await isServed(this.client.temporal, own, 'runs'))
    )
      await this.#moveTo(own);
  }

  async #moveTo(taskQueue: string): Promise<void> {
    const { temporal: client, store, budgets } = this.client;
    this.#client = await equipment().clientOf({ client, taskQueue, store, kinds: this.#kinds, budgets });
  }

  /** What else begins on a queue that all share, a command may lack the means of; fanfold's own server is this home's alone. */
  #mayServe(taskQueue: string): boolean {
    const isOfProgram = Object.keys(this.#activities).length > 0 && taskQueue === this.client.taskQueue;
    return this.server.embedded || isOfProgram || isCommandQueue(taskQueue);
  }

  /** Serves the queue of commands too where open runs are left on it: a command of this folder was killed, and none may follow. */
  async serveLeftByCommands(times: WorkerTimes = {}): Promise<void> {
    const own = ownQueue(this.client.taskQueue);
    if (await hasLeft(this.client.temporal, own))
      await this.startWorker('runs', { ...times, ...withoutVersion(readConfig()) }, own);
  }

  /** Where a person sees the run; only fanfold's own server says. */
  pageOf(runId: string): string | undefined {
    const { uiUrl, namespace } = this.server;
    return uiUrl === undefined ? undefined : `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(runId)}`;
  }

  /**
   * Returns once somebody serves the queue, another process or a worker here, or where only a worker that stays may.
   *
   * @returns whether anybody does
   * @throws {FanfoldError} of type `Unreachable` where the worker here has ended, as nobody would go on with the run
   */
  async needWorker(served: Served, taskQueue = this.client.taskQueue): Promise<boolean> {
    const own = this.#workers.get(`runs ${taskQueue}`) ?? this.#workers.get(`${served} ${taskQueue}`);
    if (own?.reason !== undefined)
      throw new FanfoldError('Unreachable', `The worker of this command has ended: ${own.reason}`);
    if (own || (await isServed(this.client.temporal, taskQueue, served))) return true;
    if (served === 'runs' && !this.#mayServe(taskQueue)) return false;
    const alone = served === 'runs' || isCommandQueue(taskQueue) ? withoutVersion(readConfig()) : {};
    // It ends with this command, so nothing of its work is waited for; the next command goes on with it.
    await this.startWorker(served, { shutdownGraceTime: 0, shutdownForceTime: '2s', ...alone }, taskQueue);
    return true;
  }

  /** Somebody answers on the queue, and does the work of its runs where a command may. @returns whether anybody does the work */
  async attendQueue(queue: string): Promise<boolean> {
    if (await this.needWorker('runs', queue)) return true;
    await this.needWorker('questions', queue);
    return false;
  }

  /** The task queue that the run is on; undefined where there is no such run. */
  async queueOf(runId: string): Promise<string | undefined> {
    return queueOfRun(await describeExecution(this.client.temporal, runId));
  }

  /** From now on the runtime of this process shows its metrics at `host:port`; to be called before its first worker. */
  collectMetrics(address: string): void {
    this.#metricsAddress = address;
  }

  /** @throws where the server does not answer in time, or does not have the namespace */
  async askServer(): Promise<void> {
    const { temporal } = this.client;
    const { namespace } = temporal.options;
    await temporal.withDeadline(Date.now() + patienceMs, () =>
      temporal.workflowService.describeNamespace({ namespace }),
    );
  }

  /** Why a worker of this process has ended by itself; undefined while none has. */
  get workerProblem(): string | undefined {
    const ended = [...this.#workers.values()].find(({ reason }) => reason !== undefined);
    return ended && `The worker has ended: ${ended.reason}`;
  }

  /** Why it takes no work at the moment; undefined where it does. */
  get workerUnready(): string | undefined {
    const states = [...this.#workers.values()].map(({ worker }) => worker.getState());
    const other = states.find((state) => state !== 'RUNNING');
    return states.length === 0 ? 'The worker has not begun' : other && `The worker is ${other.toLowerCase()}`;
  }

  async startWorker(
    served: Served,
    { production = false, ...times }: WorkerTimes = {},
    taskQueue = this.client.taskQueue,
  ): Promise<void> {
    const connection = await (this.#connection ??= connect(this.server.address, this.#metricsAddress));
    const worker = await equipment().createWorker({
      connection,
      namespace: this.server.namespace,
      taskQueue,
      activities: this.#activities,
      demo: served === 'runs' && !production,
      onMessage: (message) => log({ level: 'warn', message }),
      worker: { ...(served === 'questions' ? onlyAnswers : {}), ...times },
    });
    // One that only answers questions serves none of them, and another queue is not that of what begins here.
    if (served === 'runs' && taskQueue === this.client.taskQueue) {
      const { namespace, dataConverter } = this.client.temporal.options;
      this.client.servedBy(
        worker,
        new Client({ connection, namespace, ...given({ dataConverter }), ...clientTracing() }),
      );
    }
    const ended = worker.run();
    const running: RunningWorker = { worker, ended };
    ended.then(
      () => (running.reason = 'it was told to stop'),
      (error: unknown) => (running.reason = describeError(error).message),
    );
    this.#workers.set(`${served} ${taskQueue}`, running);
    // What is told from here on holds: it takes work, at limits that others know of.
    while (running.reason === undefined && worker.getState() === 'INITIALIZED') await sleep(lookMs);
  }

  /** Resolves or rejects when a worker of this process ends by itself. */
  async workerEnds(): Promise<void> {
    await Promise.race([...this.#workers.values()].map(({ ended }) => ended));
  }

  /** Workers finish what they have, as far as their times allow. */
  async drain(): Promise<void> {
    const ends = [...this.#workers.values()].map(({ worker, ended }) => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      return ended.catch(() => {});
    });
    await Promise.all(ends);
    this.#workers.clear();
  }

  async close(): Promise<void> {
    await this.drain();
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
    await this.client.close();
    await endTracing();
    await this.server.release();
  }
}

/** How long the server may take to say that it is there. */
const patienceMs = 2000;
/** Between two looks whether a worker has begun. */
const lookMs = 10;

let installed = false;

async function connect(address: string, metricsAddress: string | undefined): Promise<NativeConnection> {
  if (!installed) quietLogs(metricsAddress);
  installed = true;
  const { connectionOptions } = connectConfig();
  return NativeConnection.connect({ ...connectionOptions, address });
}
