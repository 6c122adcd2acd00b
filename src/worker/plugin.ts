/**
 * What fanfold adds to a worker, whoever makes it: heartbeats, packs, map runs, the cache, limits, and what is thrown made fit.
 * The surprising rule: what the user has stays and keeps its order; lists are joined and never replaced.
 */
import { join } from 'node:path';
import type { DataConverter, ExternalStorage } from '@temporalio/common';
import {
  NativeConnection,
  type ActivityInboundCallsInterceptor,
  type BundleOptions,
  type BundlerPlugin,
  type Worker,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import { createCached } from '../activities/cache/index.ts';
import { resultStore } from '../activities/cache/store.ts';
import { createMap } from '../activities/map/index.ts';
import { createLatencies } from '../activities/travel/latency.ts';
import { createLocalPack } from '../activities/travel/local-pack.ts';
import { createPack } from '../activities/travel/pack.ts';
import { given as defined } from '../core/given.ts';
import { ownPrefix, prefixed } from '../core/own-names.ts';
import { chooseTravel } from '../core/travel/choose-travel.ts';
import type { ActivityLatency, FactsAsked, WorkerFacts } from '../core/travel/local.ts';
import type { PackInput } from '../core/travel/pack.ts';
import type { Limits } from '../limits/learned/settings.ts';
import { ClusterLimits, mayBeShared } from '../limits/cluster.ts';
import { costed } from '../limits/costs/here.ts';
import { costsOfWorker } from '../limits/costs/of-worker.ts';
import type { CostRecorder } from '../limits/costs/recorder.ts';
import type { TenantBudgets } from '../limits/learned/tenant-budget.ts';
import type { Beside } from '../limits/adopted.ts';
import { limitTable } from '../limits/table.ts';
import { FanfoldWorker, limitWorkers, type LimitWorkersOptions } from '../limits/workers.ts';
import { assertOneSdk } from '../packages/one-sdk.ts';
import type { Tracing } from '../packages/open-telemetry.ts';
import { tracingHere } from '../packages/tracing.ts';
import type { Activity, Part } from '../runs/part.ts';
import type { ServedNames } from '../core/task-spec.ts';
import type { LateCodecs } from '../store/codecs.ts';
import { maxStoredBytes } from '../store/payloads.ts';
import type { Store } from '../store/store.ts';
import { autoHeartbeat } from './heartbeat.ts';
import { attemptCounter, tracedAttempt } from './attempts.ts';
import { journalIn } from './journal.ts';
import { journalled } from './journalled.ts';
import { adoptOrphans } from './orphans.ts';
import { ActivityRegistry } from './registry.ts';
import { patientIsolate, tamed } from './tamed.ts';
import { isOnlyAnswering } from './only-answers.ts';
import { oneCopy, ownModules, withLibrary } from './workflow-code.ts';

/** All that is decided before a worker is made. */
export interface PluginFacts {
  /** Where indexes, caches and journals are. */
  readonly home: string;
  readonly store: Store;
  /** What the store and the cache pass through; filled with the worker's own. */
  readonly codecs: LateCodecs;
  /** Of the settings, where the worker brings none of its own. */
  readonly dataConverter?: DataConverter | undefined;
  readonly limits: Limits;
  readonly budgets: TenantBudgets;
  /** fanfold's agents, whose activities get its prefix. */
  readonly agents: readonly Part[];
  /** Activities beside the user's own, which are all open. */
  readonly parts: readonly Part[];
  /** Where payloads too large for a history go; undefined leaves the worker's converter as it is. */
  readonly externalStorage?: ExternalStorage | undefined;
  readonly onMessage: (message: string) => void;
}

/** Where the options say nothing. */
const usual = {
  // What a dead pack redoes is what it finished since its last heartbeat.
  maxHeartbeatThrottleInterval: '200ms',
  defaultHeartbeatThrottleInterval: '200ms',
  shutdownGraceTime: '10s',
  shutdownForceTime: '15s',
  // A killed worker's workflows go to its successor after this; the default is ten seconds.
  stickyQueueScheduleToStartTimeout: '1s',
  ...patientIsolate,
} satisfies Partial<WorkerOptions>;

/** Of a worker's options those that are meant for the workers of its limits too: how many tasks at once is not. */
const shared = [
  'identity',
  'interceptors',
  'sinks',
  'dataConverter',
  'shutdownGraceTime',
  'shutdownForceTime',
  'maxHeartbeatThrottleInterval',
  'defaultHeartbeatThrottleInterval',
  'debugMode',
  'plugins',
] as const;

export class FanfoldPlugin implements WorkerPlugin, BundlerPlugin {
  readonly name = 'fanfold';
  readonly #facts: () => Promise<PluginFacts>;
  #beside: (() => Promise<Beside[]>) | undefined;
  #codecs: LateCodecs | undefined;
  #served: ServedNames | undefined;
  #costs: CostRecorder | undefined;

  readonly #agents: boolean;

  /** @param agents whether the workflows of fanfold's agents are added to a worker's own; facts come only later */
  constructor(facts: () => Promise<PluginFacts>, agents: boolean) {
    this.#facts = facts;
    this.#agents = agents;
  }

  /** For a bundle that is made before: the same code that a worker with `workflowsPath` gets. */
  configureBundler(given: BundleOptions): BundleOptions {
    return {
      ...given,
      workflowsPath: withLibrary(given.workflowsPath, this.#agents),
      workflowInterceptorModules: withOurs(given.workflowInterceptorModules),
      webpackConfigHook: oneCopy(given.webpackConfigHook),
    };
  }

  /** @throws {TypeError} naming an activity whose name is taken */
  async configureWorker(given: WorkerOptions): Promise<WorkerOptions> {
    const facts = await this.#facts();
    const { connection } = given;
    if (connection) assertOneSdk('connection', connection, NativeConnection);
    const inFlight = join(facts.home, 'workers');
    if (connection) await adoptOrphans(inFlight, connection);
    const table = limitTable(facts.home, process.env['DATABASE_URL'], given.namespace);
    const cluster = new ClusterLimits({
      taskQueue: given.taskQueue,
      own: Object.keys(facts.limits),
      table,
      isShared: mayBeShared(facts.home, process.env['DATABASE_URL']),
    });
    const registry = registryOf(facts, given.activities ?? {}, cluster, isOnlyAnswering(given));
    const { activities } = registry;
    this.#served = servedNames(registry.openNames, cluster);
    const costs = costsOfWorker(facts, given.namespace);
    this.#costs = costs;
    const tracing = tracingHere();
    const bundled = given.workflowBundle === undefined && given.workflowsPath !== undefined;
    const options: WorkerOptions = {
      ...usual,
      ...given,
      activities,
      interceptors: interceptorsOf([journalled(journalIn(inFlight)), costed(costs)], given, bundled, tracing),
      ...(tracing ? { sinks: { ...tracing.sinks, ...given.sinks } } : {}),
      ...(given.workflowsPath === undefined ? {} : { workflowsPath: withLibrary(given.workflowsPath, this.#agents) }),
      dataConverter: converterOf(facts, given.dataConverter),
    };
    facts.codecs.payloadCodecs = options.dataConverter?.payloadCodecs ?? [];
    this.#codecs = facts.codecs;
    // One that takes no activities takes none under a limit either; without a connection no queue is known.
    this.#beside =
      connection && given.enableNonLocalActivities !== false
        ? () => this.#limitWorkers(facts, options, { connection, activities, table, cluster })
        : undefined;
    return options;
  }

  /** What runs of data may name on the worker; undefined until it is configured. */
  get served(): ServedNames | undefined {
    return this.#served;
  }

  /** Runs the workers of the limits beside the worker, and ends them with it. */
  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const costs = this.#costs;
    try {
      await this.#runAll(worker, next);
    } finally {
      await costs?.flush();
    }
  }

  async #runAll(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    // A plugin behind this one may have brought codecs.
    if (this.#codecs) this.#codecs.payloadCodecs = worker.options.loadedDataConverter.payloadCodecs;
    if (!this.#beside) return next(worker);
    const all = new FanfoldWorker(worker, await this.#beside(), () => next(worker), this.#served);
    const shutdown = worker.shutdown.bind(worker);
    worker.shutdown = () => {
      shutdown();
      all.stop();
    };
    return all.run();
  }

  #limitWorkers(
    { limits, onMessage }: PluginFacts,
    options: WorkerOptions,
    made: Pick<LimitWorkersOptions, 'connection' | 'activities' | 'table' | 'cluster'>,
  ): Promise<Beside[]> {
    const { namespace = 'default', taskQueue, plugins = [] } = options;
    const kept = shared.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]] as const]));
    return limitWorkers(limits, {
      ...made,
      namespace,
      taskQueue,
      onMessage,
      // Plugins before this one have had their say in these options already.
      shared: { ...Object.fromEntries(kept), plugins: plugins.slice(plugins.indexOf(this) + 1) },
    });
  }
}

/** The worker's own goes before the settings'. */
function converterOf({ externalStorage, dataConverter }: PluginFacts, own: DataConverter | undefined): DataConverter {
  return { ...defined({ externalStorage }), ...dataConverter, ...own };
}

/** Whether calls would go in the workflow's own task, if the workflow knew what the worker knows. */
function isFast({ tasks }: PackInput, latency: ActivityLatency | undefined): boolean {
  const bytes = JSON.stringify(tasks).length;
  return chooseTravel({ count: tasks.length, bytes, latency, mayBeLocal: true }) === 'local';
}

/** The limits as they are known when they are asked for. */
function servedNames(activities: readonly string[], cluster: ClusterLimits): ServedNames {
  return {
    activities,
    get limits() {
      return cluster.known;
    },
  };
}

/** All that the worker registers. */
function registryOf(
  { home, store, codecs, agents, parts, externalStorage, onMessage }: PluginFacts,
  own: object,
  cluster: ClusterLimits,
  onlyAnswers: boolean,
): ActivityRegistry {
  const registry = new ActivityRegistry();
  const latencies = createLatencies(attemptCounter(), tracedAttempt);
  const named = own as Record<string, Activity>;
  for (const part of [...parts, { activities: named, open: Object.keys(named) }])
    registry.add({ ...part, activities: latencies.timed(part.activities) });
  for (const part of agents) registry.addOwn({ ...part, activities: latencies.timed(part.activities, prefixed) });
  const { find } = registry;
  const { runLocalPack } = createLocalPack(find);
  const knownActivities = async ({ ways, along }: FactsAsked = {}): Promise<WorkerFacts & { answers?: unknown }> => {
    const [names, paces] = [registry.openNames, registry.byEachName(latencies.seen())];
    const mayRun = along && names.includes(along.activity) && isFast(along, paces[along.activity]);
    return {
      names,
      paces,
      ...(externalStorage ? { maxPayloadBytes: maxStoredBytes } : {}),
      limits: await cluster.names(),
      ...(onlyAnswers ? { onlyAnswers } : {}),
      ...defined({ ways, answers: mayRun ? await runLocalPack(along) : undefined }),
    };
  };
  registry.addOwn({ activities: createCached(find, resultStore(home, process.env['DATABASE_URL'], codecs)) });
  registry.addOwn({ activities: { ...createPack(find, store), runLocalPack, ...createMap(find, store) } });
  registry.addOwn({ activities: { knownActivities } });
  const { taken } = registry;
  // A run from before there were prefixes names the plain one, and would get what the user has there.
  if (taken.length > 0)
    onMessage(
      `Activities of yours are named as fanfold's were before theirs began with '${ownPrefix}': ${taken.join(', ')}. ` +
        'Runs that began before that would call yours, so let them end first or rename',
    );
  return registry;
}

/** fanfold's before the user's, as what theirs throw must be fit too. */
function interceptorsOf(
  more: readonly ActivityInboundCallsInterceptor[],
  given: WorkerOptions,
  bundled: boolean,
  tracing: Tracing | undefined,
): NonNullable<WorkerOptions['interceptors']> {
  const { activity = [], workflowModules = [], ...rest } = given.interceptors ?? {};
  const ours = [tamed, autoHeartbeat, ...more].map((inbound) => () => ({ inbound }));
  // A bundle that is made already has its modules.
  return {
    ...rest,
    activity: [...ours, ...(tracing ? [tracing.activityInterceptor] : []), ...activity],
    workflowModules: bundled ? withOurs(workflowModules) : workflowModules,
  };
}

/** Once, whoever asks first: the worker's options and the bundler's both come by. */
function withOurs(modules: readonly string[] = []): string[] {
  return [...new Set([...ownModules(), ...modules])];
}
