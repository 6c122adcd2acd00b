/** Workers: a plugin for one's own, and one that is ready made; both drain on `shutdown`. */
import type { ExternalStorage } from '@temporalio/common';
import {
  NativeConnection,
  Worker,
  type BundlerPlugin,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import type { ActivitiesOptions } from './activities.ts';
import { agentParts } from './agents/activities.ts';
import { readConfig } from './config.ts';
import { logText } from './core/text/controls.ts';
import { checkNames } from './core/option-names.ts';
import type { Limits } from './limits/learned/settings.ts';
import { FanfoldWorker } from './limits/workers.ts';
import { assertOneSdk } from './packages/one-sdk.ts';
import { asParts, type Activity, type Part } from './runs/part.ts';
import { checkSettings, readSettings, type Settings } from './settings.ts';
import { strangerStores, workerName } from './runs/queue-stores.ts';
import { codedStore } from './store/coded.ts';
import { LateCodecs } from './store/codecs.ts';
import { storeIdentity } from './store/identity.ts';
import { openStore } from './store/open.ts';
import { openExternalStorage } from './store/payloads.ts';
import type { Store } from './store/store.ts';
import { deploymentOptions } from './worker/deployment.ts';
import { FanfoldPlugin, type PluginFacts } from './worker/plugin.ts';
import { workflowCode } from './worker/workflow-code.ts';

export { demoPart } from './activities/demo.ts';
export type { Face } from './runs/face.ts';
export type { Kind } from './runs/kind.ts';
export type { Activity, Part } from './runs/part.ts';
export { agentParts, type AgentPartOptions } from './agents/activities.ts';
// Where they were first; `fanfold` is where they are from.
export { defineConfig, type FanfoldSettings } from './define-config.ts';
export type { LimitSettings } from './limits/learned/settings.ts';
export { FanfoldWorker } from './limits/workers.ts';
export type { ServedNames } from './core/task-spec.ts';
export { endTracing, startTracing } from './packages/tracing.ts';
export { openExternalStorage, type ExternalStorageOptions } from './store/payloads.ts';

/**
 * What a worker serves, and where.
 *
 * @example const options: CreateWorkerOptions = { connection, taskQueue: 'shop', activities: { score } };
 */
export interface CreateWorkerOptions extends ActivitiesOptions {
  readonly connection: NativeConnection;
  readonly namespace?: string | undefined;
  /** @default `FANFOLD_TASK_QUEUE` or `fanfold` */
  readonly taskQueue?: string | undefined;
  /** Activities of one's own, by name; runs of tasks may name each. A name that is taken is refused. */
  readonly activities?: Record<string, Activity> | undefined;
  /** More of them, with the names that runs of tasks may give, beside those of `fanfold.config.ts`. */
  readonly parts?: readonly Part[] | undefined;
  /** What fanfold's agents do, made by {@link agentParts}; none for a worker without them. @default all */
  readonly agents?: readonly Part[] | undefined;
  /** A module that exports one's own workflows and fanfold's. @default fanfold's, and those that `fanfold.config.ts` names */
  readonly workflowsPath?: string | undefined;
  /**
   * Where the pages of map runs and payloads too large for a history are; clients must see the same.
   *
   * @default what `FANFOLD_STORE` and `home` say
   */
  readonly store?: Store | undefined;
  /** Another place for large payloads than the store; its clients need the same. */
  readonly externalStorage?: ExternalStorage | undefined;
  /** Anything else that Temporal's worker takes. */
  readonly worker?: Partial<WorkerOptions> | undefined;
  /** The named limits. @default those of `fanfold.config.ts` or `.json` */
  readonly limits?: Limits | undefined;
  /** Told what an operator should know. @default written to stderr */
  readonly onMessage?: ((message: string) => void) | undefined;
}

/** Fails to compile where one is missing. */
const ofBoth = {
  home: true,
  parts: true,
  agents: true,
  store: true,
  externalStorage: true,
  limits: true,
  onMessage: true,
} as const;
const pluginNames = Object.keys(ofBoth satisfies Record<keyof FanfoldPluginOptions, true>);
const createWorkerNames = Object.keys({
  ...ofBoth,
  connection: true,
  namespace: true,
  taskQueue: true,
  activities: true,
  workflowsPath: true,
  worker: true,
} satisfies Record<keyof CreateWorkerOptions, true>);

/**
 * A Temporal worker that serves fanfold's workflows and activities, those of its agents, and one's own beside them.
 *
 * @throws {TypeError} naming an activity whose name is taken
 * @throws {SettingsError} for a `fanfold.config` that cannot be meant
 * @example const worker = await createWorker({ connection, activities: { score } }); await worker.run();
 */
export async function createWorker(options: CreateWorkerOptions): Promise<FanfoldWorker> {
  checkNames(options, createWorkerNames, '`createWorker`');
  assertOneSdk('connection', options.connection, NativeConnection);
  const config = readConfig();
  const { home, taskQueue: usual } = config;
  const settings = await settingsOf(options);
  const { connection, namespace = 'default', taskQueue = usual, activities = {}, workflowsPath, worker = {} } = options;
  const code = worker.workflowBundle ? {} : workflowCode({ workflowsPath, own: settings.workflows, worker });
  const externalStorage =
    options.externalStorage ?? openExternalStorage({ home: options.home ?? home, store: options.store });
  const store = options.store ?? openStore(options.home ?? home);
  const plugin = pluginOf(
    { ...options, externalStorage, store },
    settings,
    (given) => options.agents ?? agentParts(given),
  );
  const plugins = [...(worker.plugins ?? []), plugin];
  const most = { maxConcurrentActivityTaskExecutions: 200 };
  const identity = workerName(worker.identity, await storeIdentity(store));
  const { onMessage = toStderr } = options;
  const queue = { service: connection.workflowService, namespace, taskQueue };
  // It may serve runs that need no store, so this is said and refuses nothing.
  void strangerStores(queue, store).then((problem) => problem && onMessage(problem), ignore);
  const made = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    ...code,
    ...most,
    ...deploymentOptions(config),
    ...worker,
    identity,
    plugins,
  });
  return new FanfoldWorker(made, [], () => made.run(), plugin.served);
}

function toStderr(message: string): void {
  process.stderr.write(`fanfold: ${logText(message)}\n`);
}

function ignore(): void {}

/**
 * What fanfold adds to a worker of one's own.
 *
 * @example const options: FanfoldPluginOptions = { limits: { openai: { concurrency: 8 } }, agents: true };
 */
export interface FanfoldPluginOptions extends ActivitiesOptions {
  /** Activities beside those of the worker, with the names that runs of tasks may give. */
  readonly parts?: readonly Part[] | undefined;
  /** Where the pages of map runs are; clients must see the same. @default what `FANFOLD_STORE` and `home` say */
  readonly store?: Store | undefined;
  /** Where payloads too large for a history go; clients need the same. @default the worker's data converter stays as it is */
  readonly externalStorage?: ExternalStorage | undefined;
  /** The named limits. @default those of `fanfold.config.ts` or `.json` */
  readonly limits?: Limits | undefined;
  /** Serve fanfold's agents too; their workflows are added to those of `workflowsPath`. @default false */
  readonly agents?: boolean | undefined;
  /** Told what an operator should know. @default written to stderr */
  readonly onMessage?: ((message: string) => void) | undefined;
}

/**
 * What fanfold adds to a worker of one's own: heartbeats, packs, map runs, limits, the cache and runs of tasks.
 *
 * Interceptors, sinks, codecs and plugins of the worker are kept, in their order, and reach the workers of limits too. The
 * worker's activities are those that runs of tasks may name. With `workflowsPath` fanfold's own workflows are added; with a
 * bundle made before, give the plugin to `bundleWorkflowCode` as well.
 *
 * @example await Worker.create({ connection, taskQueue, workflowsPath, activities, plugins: [fanfold({ limits })] });
 */
export function fanfold(options: FanfoldPluginOptions = {}): WorkerPlugin & BundlerPlugin {
  checkNames(options, pluginNames, '`fanfold`');
  const { agents = false } = options;
  return pluginOf(options, undefined, (given) => (agents ? agentParts(given) : []), agents);
}

type PluginChoices = Omit<FanfoldPluginOptions, 'agents'>;

function pluginOf(
  options: PluginChoices,
  known: Settings | undefined,
  agents: (given: Parameters<typeof agentParts>[0]) => readonly Part[],
  withAgents = false,
): FanfoldPlugin {
  const facts = async (): Promise<PluginFacts> => {
    const settings = known ?? (await settingsOf(options));
    const { limits } = settings;
    const home = options.home ?? readConfig().home;
    const codecs = new LateCodecs();
    const coded = (store: Store): Store => codedStore(store, codecs);
    const parts = [...asParts(settings.parts ?? []), ...(options.parts ?? [])];
    const own = agents({ home, environment: process.env, limits, settings: { ...settings, parts }, coded });
    return {
      home,
      store: coded(options.store ?? openStore(home)),
      codecs,
      dataConverter: settings.dataConverter,
      limits,
      budgets: settings.budgets ?? {},
      agents: own,
      parts,
      externalStorage: options.externalStorage,
      onMessage: options.onMessage ?? toStderr,
    };
  };
  return new FanfoldPlugin(facts, withAgents);
}

/** Limits that are given stand for the file's; everything else of the file holds all the same. */
async function settingsOf({ limits }: PluginChoices): Promise<Settings> {
  const read = await readSettings(process.env);
  return limits ? { ...read, limits: checkSettings({ limits }, '`limits`').limits } : read;
}
