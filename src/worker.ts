/** A worker process: registers workflows and activities, fanfold's and one's own, and drains on a signal. */
import { join } from 'node:path';
import type { ExternalStorage } from '@temporalio/common';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { ActivitiesOptions } from './activities.ts';
import { createCached } from './activities/cache/index.ts';
import { resultStore } from './activities/cache/store.ts';
import { createMap } from './activities/map/index.ts';
import { asParts, type Activity, type Part } from './runs/part.ts';
import { createPaces } from './activities/travel/latency.ts';
import { createLocalPack, createPack } from './activities/travel/pack.ts';
import { agentParts } from './agents/activities.ts';
import { readConfig } from './config.ts';
import type { WorkerFacts } from './core/travel/local.ts';
import type { Limits } from './limits/learned/settings.ts';
import { limitTable } from './limits/table.ts';
import { FanfoldWorker, limitWorkers } from './limits/workers.ts';
import { checkSettings, readSettings, type Settings } from './settings.ts';
import { openStore } from './store/open.ts';
import { maxStoredBytes, openExternalStorage } from './store/payloads.ts';
import type { Store } from './store/store.ts';
import { autoHeartbeat } from './worker/heartbeat.ts';
import { journalIn } from './worker/journal.ts';
import { journalled } from './worker/journalled.ts';
import { adoptOrphans } from './worker/orphans.ts';
import { ActivityRegistry } from './worker/registry.ts';
import { patientIsolate, tamed } from './worker/tamed.ts';
import { tamedWorkflows, workflowCode, type WorkflowCode } from './worker/workflow-code.ts';

export { demoPart } from './activities/demo.ts';
export type { Activity, Part } from './runs/part.ts';
export { agentParts, type AgentPartOptions } from './agents/activities.ts';
export { defineConfig, type FanfoldSettings } from './define-config.ts';
export type { LimitSettings } from './limits/learned/settings.ts';
export { FanfoldWorker } from './limits/workers.ts';
export { openExternalStorage, type ExternalStorageOptions } from './store/payloads.ts';

export interface CreateWorkerOptions extends ActivitiesOptions {
  readonly connection: NativeConnection;
  readonly namespace?: string;
  /** @default `FANFOLD_TASK_QUEUE` or `fanfold` */
  readonly taskQueue?: string;
  /** Activities of one's own, by name; runs of tasks may name each. A name that is taken is refused. */
  readonly activities?: Record<string, Activity>;
  /** More of them, with the names that runs of tasks may give, beside those of `fanfold.config.ts`. */
  readonly parts?: readonly Part[];
  /** What fanfold's agents do, made by {@link agentParts}; none for a worker without them. @default all */
  readonly agents?: readonly Part[];
  /** A module that exports one's own workflows and fanfold's. @default fanfold's, and those that `fanfold.config.ts` names */
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

/**
 * A Temporal worker that serves fanfold's workflows and activities, and one's own beside them.
 *
 * @throws {TypeError} naming an activity whose name is taken
 * @throws {SettingsError} for a `fanfold.config` that cannot be meant
 * @example const worker = await createWorker({ connection, activities: { score } }); await worker.run();
 */
export async function createWorker(options: CreateWorkerOptions): Promise<FanfoldWorker> {
  const config = readConfig();
  const home = options.home ?? config.home;
  const settings = await settingsOf(options);
  const { connection, namespace = 'default', taskQueue = config.taskQueue } = options;
  const activities = activitiesOf(options, settings, home);
  const common = commonOptions(options, home);
  const code = codeOf(options, settings);
  // A bundle has its modules already.
  const workflowModules = code.workflowsPath === undefined ? [] : [tamedWorkflows()];
  const main = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    ...code,
    // A killed worker's workflows go to its successor after this; the default is ten seconds.
    stickyQueueScheduleToStartTimeout: '1s',
    maxConcurrentActivityTaskExecutions: 200,
    ...common,
    interceptors: { ...common.interceptors, workflowModules },
    ...options.worker,
    dataConverter: common.dataConverter,
  });
  // Who only answers questions takes no activities, so none under a limit either.
  if (options.worker?.enableNonLocalActivities === false) return new FanfoldWorker(main, []);
  const table = limitTable(home, process.env['DATABASE_URL']);
  const shared = { ...common, ...sharedOptions(options.worker) };
  const onMessage = options.onMessage ?? ((message: string) => process.stderr.write(`fanfold: ${message}\n`));
  const given = { connection, namespace, taskQueue, activities, table, onMessage, shared };
  return new FanfoldWorker(main, await limitWorkers(settings.limits, given));
}

/** Limits that are given stand for the file's; everything else of the file holds all the same. */
async function settingsOf({ limits }: CreateWorkerOptions): Promise<Settings> {
  const read = await readSettings(process.env);
  return limits ? { ...read, limits: checkSettings({ limits }, '`limits`').limits } : read;
}

/** All that the worker registers. */
function activitiesOf(options: CreateWorkerOptions, settings: Settings, home: string): Record<string, Activity> {
  const { limits } = settings;
  const registry = new ActivityRegistry();
  const paces = createPaces();
  const { activities: own = {}, parts = [] } = options;
  const agents = options.agents ?? agentParts({ home, environment: process.env, limits, settings });
  const timed = ({ activities, open = [] }: Part): Part => ({ activities: paces.timed(activities), open });
  for (const part of [
    ...agents,
    ...asParts(settings.parts ?? []),
    ...parts,
    { activities: own, open: Object.keys(own) },
  ])
    registry.add(timed(part));
  const store = options.store ?? openStore(home);
  const { find } = registry;
  const knownActivities = async (): Promise<WorkerFacts> => ({
    names: registry.openNames,
    paces: paces.seen(),
    maxPayloadBytes: maxStoredBytes,
    limits: Object.keys(limits),
  });
  registry.add({ activities: createCached(find, resultStore(home, process.env['DATABASE_URL'])) });
  registry.add({ activities: { ...createPack(find, store), ...createLocalPack(find), ...createMap(find, store) } });
  registry.add({ activities: { knownActivities } });
  return registry.activities;
}

function codeOf({ worker, workflowsPath }: CreateWorkerOptions, { workflows }: Settings): WorkflowCode {
  return worker?.workflowBundle ? {} : workflowCode({ workflowsPath, own: workflows });
}

/** How every worker of fanfold behaves, those of limits too. */
function commonOptions(options: CreateWorkerOptions, home: string) {
  const inFlight = join(home, 'workers');
  const journal = journalIn(inFlight);
  adoptOrphans(inFlight, options.connection);
  return {
    // What a dead pack redoes is what it finished since its last heartbeat.
    maxHeartbeatThrottleInterval: '200ms',
    defaultHeartbeatThrottleInterval: '200ms',
    shutdownGraceTime: '10s',
    shutdownForceTime: '15s',
    interceptors: { activity: [tamed, autoHeartbeat, journalled(journal)].map((inbound) => () => ({ inbound })) },
    ...patientIsolate,
    dataConverter: {
      externalStorage: options.externalStorage ?? openExternalStorage({ home, store: options.store }),
      ...options.worker?.dataConverter,
    },
  } satisfies Partial<WorkerOptions>;
}

/** What a caller says of its worker and is meant for those of the limits too: how many tasks at once is not. */
function sharedOptions(given: Partial<WorkerOptions> = {}): Partial<WorkerOptions> {
  const kept = ['identity', 'shutdownGraceTime', 'shutdownForceTime', 'plugins', 'debugMode'] as const;
  return Object.fromEntries(kept.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
}
