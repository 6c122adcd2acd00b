/**
 * A worker for each limit, with a task queue of its own, beside the one for everything else; together they run as one.
 * Each polls with two pollers only, since a permit that a poll has cannot be called back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inTime } from './in-time.ts';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { ServedNames } from '../core/task-spec.ts';
import { limitQueue, type Limits, type LimitSettings } from './learned/settings.ts';
import { Adopter, type Beside } from './adopted.ts';
import { underLimit } from './call.ts';
import type { ClusterLimits } from './cluster.ts';
import { Limiter } from './limiter.ts';
import { TableOutage } from './outage.ts';
import { queuedAt } from './queue.ts';
import { serverRate } from './server-rate.ts';
import type { LimitTable } from './table.ts';

export interface LimitWorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The task queue of everything else, after which those of the limits are named. */
  readonly taskQueue: string;
  readonly activities: object;
  readonly table: LimitTable;
  readonly cluster: ClusterLimits;
  readonly onMessage: (message: string) => void;
  /** What these workers share with the one for everything else. */
  readonly shared: Partial<WorkerOptions>;
}

const pollers = 2;
const fixed = (numSlots: number) => ({ type: 'fixed-size', numSlots }) as const;

/** After so long nobody counts on what was learned of a queue that nobody serves. */
const unservedMs = 7 * 86_400_000;

/** A worker begins no later for a table that does not answer. */
const patienceMs = 1000;

/** One for each limit, and one that serves what waits at limits with which nobody is configured any more. */
export async function limitWorkers(limits: Limits, options: LimitWorkersOptions): Promise<Beside[]> {
  const { table, cluster, taskQueue, namespace, connection, onMessage } = options;
  const outage = new TableOutage(onMessage);
  // A table that cannot be read is told by each limit's own worker.
  if (Object.keys(limits).length > 0) table.removeUnserved(Date.now() - unservedMs).catch(() => {});
  const one = ([name, settings]: [string, LimitSettings]): Promise<Beside> =>
    createOne({ name, settings, adopted: false, outage }, options);
  const adopter = new Adopter({
    cluster,
    onMessage,
    queued: (name) => queuedAt(connection.workflowService, namespace, limitQueue(taskQueue, name)),
    serve: (name, settings) => createOne({ name, settings, adopted: true, outage }, options),
  });
  return [...(await Promise.all(Object.entries(limits).map(one))), adopter];
}

interface ServedLimit {
  readonly name: string;
  readonly settings: LimitSettings;
  readonly adopted: boolean;
  readonly outage: TableOutage;
}

async function createOne(
  { name, settings, adopted, outage }: ServedLimit,
  { connection, namespace, taskQueue, activities, table, onMessage, shared }: LimitWorkersOptions,
): Promise<Beside> {
  const queue = limitQueue(taskQueue, name);
  const reportRate = serverRate(connection.workflowService, { namespace, queue, onMessage });
  const limiter = new Limiter({ queue, settings, table, reportRate, outage, adopted });
  const { activity: interceptors = [], ...rest } = shared.interceptors ?? {};
  const worker = await Worker.create({
    ...shared,
    connection,
    namespace,
    taskQueue: queue,
    activities,
    interceptors: { ...rest, activity: [...interceptors, () => ({ inbound: underLimit(limiter) })] },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: pollers },
    tuner: {
      workflowTaskSlotSupplier: fixed(2),
      localActivityTaskSlotSupplier: fixed(1),
      nexusTaskSlotSupplier: fixed(1),
      activityTaskSlotSupplier: {
        type: 'custom',
        reserveSlot: async (_context, signal) => {
          await limiter.reserve(signal);
          return {};
        },
        tryReserveSlot: () => null,
        markSlotUsed: () => {},
        releaseSlot: () => limiter.release(),
      },
    },
  });
  // Other workers know of the limit before this one takes a run: the worker's own part begins once all of these are there.
  await inTime(limiter.start(), patienceMs);
  return besideOf(worker, limiter);
}

function besideOf(worker: Worker, limiter: Limiter): Beside {
  let isStopped = false;
  return {
    async run() {
      try {
        // Told to stop before it had begun.
        if (!isStopped) await worker.run();
      } finally {
        await limiter.stop();
      }
    },
    stop() {
      isStopped = true;
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

/**
 * What `createWorker` makes: one thing to run and to shut down, however many workers it is made of.
 *
 * @example const worker: FanfoldWorker = await createWorker({ connection }); await worker.run();
 */
export class FanfoldWorker {
  readonly #main: Worker;
  readonly #beside: readonly Beside[];
  readonly #runMain: () => Promise<void>;

  /** What runs of data may name on it; undefined where that is not known. */
  readonly served: ServedNames | undefined;

  /** @param runMain how the one for everything else is run, where not by itself */
  constructor(
    main: Worker,
    beside: readonly Beside[] = [],
    runMain: () => Promise<void> = () => main.run(),
    served?: ServedNames,
  ) {
    this.#main = main;
    this.served = served;
    this.#beside = beside;
    this.#runMain = runMain;
  }

  get options(): Worker['options'] {
    return this.#main.options;
  }

  getState(): ReturnType<Worker['getState']> {
    return this.#main.getState();
  }

  /** Resolves once all of it has drained. @throws what the first of its workers that fails throws, once the others have drained */
  async run(): Promise<void> {
    const ends = [this.#runMain(), ...this.#beside.map((each) => each.run())];
    // One that ends by itself takes the others with it: half a worker would leave tasks waiting.
    for (const end of ends) end.then(this.stop, this.stop);
    const failed = (await Promise.allSettled(ends)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** Runs until the work is done, and drains. @throws what the work throws, or a worker that failed meanwhile */
  async runUntil<R>(work: Promise<R> | (() => Promise<R>)): Promise<R> {
    const running = this.run();
    const done = typeof work === 'function' ? work() : work;
    try {
      return await Promise.race([done, running.then(() => sleep(5000)).then(() => endedFirst())]);
    } finally {
      this.stop();
      await running;
    }
  }

  /** Begins to drain; {@link run} resolves when that is done. */
  shutdown(): void {
    this.#main.shutdown();
    this.stop();
  }

  /** Begins to drain those that still run. */
  readonly stop = (): void => {
    if (this.#main.getState() === 'RUNNING') this.#main.shutdown();
    for (const each of this.#beside) each.stop();
  };
}

function endedFirst(): never {
  throw new Error('The worker was shut down before the work was done');
}
