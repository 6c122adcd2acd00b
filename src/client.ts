/** The client of fanfold's runs, which knows the kinds of its agents and takes those of one's own. */
import { Client } from '@temporalio/client';
import { kinds as agentKinds, type AgentInputs } from './agents/kinds.ts';
import { readConfig } from './config.ts';
import type { MapInput } from './core/map/types.ts';
import type { RunTasksInput } from './core/run.ts';
import type { TenantBudgets } from './limits/learned/tenant-budget.ts';
import { assertOneSdk } from './packages/one-sdk.ts';
import { RunsClient } from './runs/client.ts';
import { checkGiven } from './runs/check-given.ts';
import { tenantCosts, type CostsAsked, type CostsView } from './runs/costs.ts';
import { connect, type ConnectOptions } from './runs/connect.ts';
import type { Kind } from './runs/kind.ts';
import { openStore } from './store/open.ts';
import { openExternalStorage } from './store/payloads.ts';
import type { Store } from './store/store.ts';

export { openExternalStorage, type ExternalStorageOptions } from './store/payloads.ts';
export { FanfoldError, type FanfoldErrorType } from './errors.ts';
export {
  context,
  docs,
  duration,
  runOptions,
  type Form,
  type FormContext,
  type Kind,
  type PendingApproval,
  type Sight,
  type Word,
  type Written,
} from './runs/kind.ts';
export type { Face } from './runs/face.ts';
export type { Activity, Part } from './runs/part.ts';
export type { LimitView } from './limits/view.ts';
export type { Costs, RunCosts, TenantCosts } from './limits/costs/view.ts';
export type { CostsAsked, CostsView } from './runs/costs.ts';
export type { TenantBudget, TenantBudgets } from './limits/learned/tenant-budget.ts';
export type { DeadLetter, DeadLettersAsked, DeadLettersPage } from './runs/dead-letters.ts';
export type { ServedNames } from './core/task-spec.ts';
export type { Started } from './runs/join.ts';
export {
  RunFailedError,
  type CancelledRun,
  type CompletedRun,
  type FailedRun,
  type RunningRun,
  type RunStatus,
  type RunSummary,
  type RunView,
} from './runs/run-view.ts';
export { fanInOf, isInsufficientResults } from './core/fan-in-error.ts';
export type { Stuck } from './runs/run-stuck.ts';
export type { MapInput, MapOptions, MapSource } from './core/map/types.ts';
export type { Store } from './store/store.ts';
export type {
  AgentAnswer,
  AgentInput,
  AgentInputs,
  AgentOptions,
  EarlierMessage,
  Finding,
  ReconcileInput,
  ReconciliationAnswer,
  ReconciliationReport,
  ResearchInput,
  ReviewInput,
  ReviewReport,
  Severity,
  SignOff,
  SignOffRequest,
  SourceFile,
  SupportAnswer,
  SupportInput,
} from './agents/kinds.ts';
export type { RunOptions } from './core/run-options.ts';
export type { RunContext, RunOutcome, RunTasksInput, TaskSpec } from './core/run.ts';

export type { FanOutName } from './runs/live-names.ts';

/**
 * What each kind of run takes; a module of one's own adds its kinds by declaration merging.
 *
 * @example declare module 'fanfold/client' { interface RunInputs { readonly digest: DigestInput } }
 */
export interface RunInputs extends AgentInputs {
  readonly tasks: RunTasksInput;
  readonly map: MapInput;
}
/**
 * The name of a kind of run that is known when it is compiled.
 *
 * @example const start = <K extends RunKind>(kind: K, input: RunInputs[K]) => client.start(kind, input);
 */
export type RunKind = keyof RunInputs;

/**
 * A Temporal client of one's own, and what fanfold's client knows beside fanfold's own.
 *
 * @example const options: FanfoldClientOptions = { client: new Client({ connection }), taskQueue: 'shop', kinds: [digestKind] };
 */
export interface FanfoldClientOptions {
  /** A Temporal client; see {@link FanfoldClient.connect} for one from the environment. */
  readonly client: Client;
  /** @default `FANFOLD_TASK_QUEUE` or `fanfold` */
  readonly taskQueue?: string | undefined;
  /** Where the pages of map runs are; the workers' own. @default what `FANFOLD_STORE` and `FANFOLD_HOME` say */
  readonly store?: Store | undefined;
  /** Kinds of run beside fanfold's own. @default none */
  readonly kinds?: readonly Kind[] | undefined;
  /** What tenants may spend on models: of one that has, no run is started here. The workers' own. @default nobody is refused */
  readonly budgets?: TenantBudgets | undefined;
}

/**
 * Where a client connects to, and what it knows beside fanfold's own.
 *
 * @example const options: ClientConnectOptions = { address: 'localhost:7233', kinds: [digestKind] };
 */
export interface ClientConnectOptions extends ConnectOptions {
  /** The workers' own. @default what `FANFOLD_STORE` and `FANFOLD_HOME` say */
  readonly store?: Store | undefined;
  /** Kinds of run beside fanfold's own. @default none */
  readonly kinds?: readonly Kind[] | undefined;
  /** What tenants may spend on models: of one that has, no run is started here. The workers' own. @default nobody is refused */
  readonly budgets?: TenantBudgets | undefined;
}

/** Fails to compile where one is missing. */
const clientNames = Object.keys({
  client: true,
  taskQueue: true,
  store: true,
  kinds: true,
  budgets: true,
} satisfies Record<keyof FanfoldClientOptions, true>);
const connectNames = Object.keys({
  address: true,
  namespace: true,
  externalStorage: true,
  dataConverter: true,
  store: true,
  kinds: true,
  budgets: true,
} satisfies Record<keyof ClientConnectOptions, true>);

/**
 * Starts, follows and changes runs, from any process.
 *
 * @example const client = await FanfoldClient.connect(); const view = await client.run('research', { question: 'How do herons fish?' });
 */
export class FanfoldClient extends RunsClient<RunInputs> {
  /** @throws {TypeError} where two kinds have one name */
  constructor(options: FanfoldClientOptions) {
    checkGiven(options, clientNames, '`FanfoldClient`');
    const { client, taskQueue, store, kinds = [], budgets } = options;
    assertOneSdk('client', client, Client);
    const { taskQueue: usual, home } = readConfig();
    super({
      temporal: client,
      taskQueue: taskQueue ?? usual,
      store: store ?? openStore(home),
      kinds: [...agentKinds, ...kinds],
      budgets,
    });
  }

  /**
   * Connects as the environment says (`TEMPORAL_ADDRESS`, …), or to `address`.
   *
   * @throws {FanfoldError} of type `Unreachable`
   * @example const client = await FanfoldClient.connect({ address: 'localhost:7233' });
   */
  static async connect(given: ClientConnectOptions = {}): Promise<FanfoldClient> {
    checkGiven(given, connectNames, '`FanfoldClient.connect`');
    const { store, kinds, budgets, ...options } = given;
    const client = await connect({ externalStorage: openExternalStorage({ store }), ...options });
    return new FanfoldClient({ client, ...(store && { store }), ...(kinds && { kinds }), budgets });
  }

  /**
   * What each tenant's runs have spent on models, with its budget, where this client was given it.
   *
   * @throws {FanfoldError} of type `Unreachable` where the table that workers share cannot be read
   * @example const { tenants } = await client.costs({ since: Date.now() - 7 * 86_400_000 });
   */
  costs(asked: CostsAsked = {}): Promise<CostsView> {
    checkGiven(asked, ['since', 'tenant'], '`costs`');
    return tenantCosts(this.temporal.options.namespace, this.budgets, asked);
  }
}
