/**
 * A worker process: registers fanfold's workflows and activities and drains on a signal.
 * The surprising rule: it heartbeats for every activity, so a killed worker is noticed in seconds, not minutes.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import type { ExternalStorage } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createActivities, type ActivitiesOptions } from './activities.ts';
import { createAgentActivities } from './agents/loop/activities/index.ts';
import { createCached } from './activities/cache/index.ts';
import { resultStore } from './activities/cache/store.ts';
import { createLocalPack, createPack } from './activities/travel/pack.ts';
import { createMap } from './activities/map/index.ts';
import { createPaces } from './activities/travel/latency.ts';
import { createReviewActivities } from './agents/review/activities/index.ts';
import { createSupport } from './agents/support/activities/index.ts';
import { readConfig } from './config.ts';
import { openStore } from './store/open.ts';
import { maxStoredBytes, openExternalStorage } from './store/payloads.ts';
import type { Store } from './store/store.ts';
import type { WorkerFacts } from './core/travel/local.ts';
import { journalIn } from './worker/journal.ts';
import { adoptOrphans } from './worker/orphans.ts';
import { checkSettings, readSettings, type Limits } from './limits/settings.ts';
import { limitTable } from './limits/table.ts';
import { FanfoldWorker, limitWorkers } from './limits/workers.ts';

export { openExternalStorage, type ExternalStorageOptions } from './store/payloads.ts';

export interface CreateWorkerOptions extends ActivitiesOptions {
  readonly connection: NativeConnection;
  readonly namespace?: string;
  /** @default `FANFOLD_TASK_QUEUE` or `fanfold` */
  readonly taskQueue?: string;
  /** Activities of one's own, by name; `runTasks` can call each. */
  readonly activities?: Record<string, (...args: never[]) => unknown>;
  /** A module that exports one's own workflows and fanfold's. @default fanfold's alone */
  readonly workflowsPath?: string;
  /**
   * Where the pages of map runs and payloads too large for a history are; clients must see the same.
   *
   * @default what `FANFOLD_STORE` and `home` say
   */
  readonly store?: Store;
  /** Another place for large payloads than the store; its clients need the same. */
  readonly externalStorage?: ExternalStorage;
  /** Anything else that Temporal's worker takes. */
  readonly worker?: Partial<WorkerOptions>;
  /** The named limits. @default those of `fanfold.config.ts` or `.json` */
  readonly limits?: Limits;
  /** Told what an operator should know. @default written to stderr */
  readonly onMessage?: (message: string) => void;
}

export { defineConfig, type FanfoldSettings, type LimitSettings } from './limits/learned/settings.ts';
export { FanfoldWorker } from './limits/workers.ts';

/** A Temporal worker that serves fanfold's workflows and activities, and one's own beside them. */
export async function createWorker(options: CreateWorkerOptions): Promise<FanfoldWorker> {
  const config = readConfig();
  const paces = createPaces();
  const own = createActivities(options);
  const activities = paces.timed({ ...own, ...options.activities });
  const named = Object.keys(options.activities ?? {}).filter((name) => !Object.hasOwn(own, name));
  const names = [...openActivities, ...named].toSorted();
  const home = options.home ?? config.home;
  Object.assign(activities, createCached({ ...activities }, resultStore(home, process.env['DATABASE_URL'])));
  // From here on, what runs of tasks may not name.
  Object.assign(activities, { ...createReviewActivities(), ...activities });
  const store = options.store ?? openStore(home);
  Object.assign(activities, createPack({ ...activities }, store), createLocalPack({ ...activities }));
  Object.assign(activities, createMap({ ...activities }, store));
  const inFlight = join(home, 'workers');
  const journal = journalIn(inFlight);
  adoptOrphans(inFlight, options.connection);
  // After the names are known: what an agent does, a run of tasks as data must not do around its guardrails.
  Object.assign(
    activities,
    createAgentActivities({ support: createSupport({ home, environment: process.env }) }, process.env),
  );
  const { limits } = options.limits
    ? checkSettings({ limits: options.limits }, '`limits`')
    : await readSettings(process.env);
  const knownActivities = async (): Promise<WorkerFacts> => ({
    names,
    paces: paces.seen(),
    maxPayloadBytes: maxStoredBytes,
    limits: Object.keys(limits),
  });
  const { connection, namespace = 'default', taskQueue = config.taskQueue } = options;
  const interceptors = { activity: [() => ({ inbound: autoHeartbeat }), () => ({ inbound: journalled(journal) })] };
  const dataConverter = {
    externalStorage: options.externalStorage ?? openExternalStorage({ home, store: options.store }),
    ...options.worker?.dataConverter,
  };
  const main = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities: { ...activities, knownActivities },
    ...workflowCode(options),
    // A killed worker's workflows go to its successor after this; the default is ten seconds.
    stickyQueueScheduleToStartTimeout: '1s',
    maxConcurrentActivityTaskExecutions: 200,
    interceptors,
    ...common,
    ...options.worker,
    dataConverter,
  });
  // Who only answers questions takes no activities, so none under a limit either.
  if (options.worker?.enableNonLocalActivities === false) return new FanfoldWorker(main, []);
  const table = limitTable(home, process.env['DATABASE_URL']);
  const shared = { ...common, ...sharedOptions(options.worker), interceptors, dataConverter };
  const onMessage = options.onMessage ?? ((message: string) => process.stderr.write(`fanfold: ${message}\n`));
  const given = { connection, namespace, taskQueue, activities, table, onMessage, shared };
  return new FanfoldWorker(main, await limitWorkers(limits, given));
}

/** Those of fanfold's own that a run may name as data; the rest are parts of its agents, and may read what runs may not. */
const openActivities = ['echo', 'searchSource', 'wait'] as const;

/** How every worker of fanfold behaves. */
const common = {
  // What a dead pack redoes is what it finished since its last heartbeat.
  maxHeartbeatThrottleInterval: '200ms',
  defaultHeartbeatThrottleInterval: '200ms',
  shutdownGraceTime: '10s',
  shutdownForceTime: '15s',
} satisfies Partial<WorkerOptions>;

/** What a caller says of its worker and is meant for those of the limits too: how many tasks at once is not. */
function sharedOptions(given: Partial<WorkerOptions> = {}): Partial<WorkerOptions> {
  const kept = ['identity', 'shutdownGraceTime', 'shutdownForceTime', 'plugins', 'debugMode'] as const;
  return Object.fromEntries(kept.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
}

/** The bundle that the build made, if it is there: it spares each start the seconds of bundling. */
export function workflowCode({ workflowsPath, worker }: Pick<CreateWorkerOptions, 'workflowsPath' | 'worker'>) {
  if (worker?.workflowBundle) return {};
  if (workflowsPath !== undefined) return { workflowsPath };
  const codePath = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return { workflowsPath: fileURLToPath(new URL(`./workflows/index.${extension}`, import.meta.url)) };
}

/** Notes each attempt in the file by which another process can tell what this one ran when it was killed. */
function journalled(journal: ReturnType<typeof journalIn>): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const { info } = Context.current();
      const { workflowExecution: execution } = info;
      // Of an attempt that is the last one only a timeout brings out what its heartbeat told.
      const isLast = info.attempt >= (info.retryPolicy?.maximumAttempts || Infinity);
      if (!journal || info.isLocal || !execution || isLast) return next(input);
      const token = Buffer.from(info.taskToken).toString('base64');
      const ended = journal.begin({ namespace: info.namespace, ...execution, token });
      try {
        return await next(input);
      } finally {
        ended();
      }
    },
  };
}

/** Beats while an activity runs, with the details it gave last, so that they are not lost. */
export const autoHeartbeat: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    const context = Context.current();
    const { heartbeatTimeoutMs } = context.info;
    if (!heartbeatTimeoutMs) return next(input);
    const beat = context.heartbeat.bind(context);
    let details: unknown = context.info.heartbeatDetails;
    Object.assign(context, {
      heartbeat: (given?: unknown) => {
        details = given;
        beat(given);
      },
    });
    const timer = setInterval(() => beat(details), Math.max(100, heartbeatTimeoutMs / 4));
    try {
      return await next(input);
    } finally {
      clearInterval(timer);
    }
  },
};
