/**
 * A worker process: registers fanfold's workflows and activities and drains on a signal.
 * The surprising rule: it heartbeats for every activity, so a killed worker is noticed in seconds, not minutes.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createActivities, type ActivitiesOptions } from './activities/index.ts';
import { createCached } from './activities/cache/index.ts';
import { resultStore } from './activities/cache/store.ts';
import { createLocalPack, createPack } from './activities/pack.ts';
import { createPaces } from './activities/pace.ts';
import { readConfig } from './config.ts';
import type { WorkerFacts } from './core/local.ts';
import { checkSettings, readSettings, type Limits } from './limits/settings.ts';
import { limitTable } from './limits/table.ts';
import { FanfoldWorker, limitWorkers } from './limits/workers.ts';

export interface CreateWorkerOptions extends ActivitiesOptions {
  readonly connection: NativeConnection;
  readonly namespace?: string;
  /** @default `FANFOLD_TASK_QUEUE` or `fanfold` */
  readonly taskQueue?: string;
  /** Activities of one's own, by name; `runTasks` can call each. */
  readonly activities?: Record<string, (...args: never[]) => unknown>;
  /** A module that exports one's own workflows and fanfold's. @default fanfold's alone */
  readonly workflowsPath?: string;
  /** Anything else that Temporal's worker takes. */
  readonly worker?: Partial<WorkerOptions>;
  /** The named limits. @default those of `fanfold.config.ts` or `.json` */
  readonly limits?: Limits;
  /** Told what an operator should know. @default written to stderr */
  readonly onMessage?: (message: string) => void;
}

export { defineConfig, type FanfoldSettings, type LimitSettings } from './core/limit-settings.ts';
export { FanfoldWorker } from './limits/workers.ts';

/** A Temporal worker that serves fanfold's workflows and activities, and one's own beside them. */
export async function createWorker(options: CreateWorkerOptions): Promise<FanfoldWorker> {
  const config = readConfig();
  const paces = createPaces();
  const activities = paces.timed({ ...createActivities(options), ...options.activities });
  const names = Object.keys(activities).toSorted();
  const home = options.home ?? config.home;
  Object.assign(activities, createCached({ ...activities }, resultStore(home, process.env['DATABASE_URL'])));
  Object.assign(activities, createPack({ ...activities }), createLocalPack({ ...activities }));
  const { limits } = options.limits
    ? checkSettings({ limits: options.limits }, '`limits`')
    : await readSettings(process.env);
  const knownActivities = async (): Promise<WorkerFacts> => ({
    names,
    paces: paces.seen(),
    limits: Object.keys(limits),
  });
  const { connection, namespace = 'default', taskQueue = config.taskQueue } = options;
  const main = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities: { ...activities, knownActivities },
    ...workflowCode(options),
    // A killed worker's workflows go to its successor after this; the default is ten seconds.
    stickyQueueScheduleToStartTimeout: '1s',
    maxConcurrentActivityTaskExecutions: 200,
    ...common,
    ...options.worker,
  });
  // Who only answers questions takes no activities, so none under a limit either.
  if (options.worker?.enableNonLocalActivities === false) return new FanfoldWorker(main, []);
  const table = limitTable(home, process.env['DATABASE_URL']);
  const shared = { ...common, ...sharedOptions(options.worker) };
  const onMessage = options.onMessage ?? ((message: string) => process.stderr.write(`fanfold: ${message}\n`));
  const given = { connection, namespace, taskQueue, activities, table, onMessage, shared };
  return new FanfoldWorker(main, await limitWorkers(limits, given));
}

/** How every worker of fanfold behaves. */
const common = {
  interceptors: { activity: [() => ({ inbound: autoHeartbeat })] },
  maxHeartbeatThrottleInterval: '500ms',
  defaultHeartbeatThrottleInterval: '500ms',
  shutdownGraceTime: '10s',
  shutdownForceTime: '15s',
} satisfies Partial<WorkerOptions>;

/** What a caller says of its worker and is meant for those of the limits too: how many tasks at once is not. */
function sharedOptions(given: Partial<WorkerOptions> = {}): Partial<WorkerOptions> {
  const kept = ['identity', 'dataConverter', 'shutdownGraceTime', 'shutdownForceTime', 'plugins', 'debugMode'] as const;
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
