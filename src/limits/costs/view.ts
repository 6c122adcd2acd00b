/**
 * What runs and tenants have cost, as people and programs see it: from the table that workers add to, in the database that the
 * environment names. Where nobody has spent anything there is none, and none is made.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { given } from '../../core/given.ts';
import { readConfig } from '../../config.ts';
import {
  addedUse,
  budgetOf,
  noUse,
  periodEnd,
  overspent,
  periodStart,
  spentOf,
  type ModelUse,
  type TenantBudget,
  type TenantBudgets,
} from '../learned/tenant-budget.ts';
import { costsFile, costTable, type CostOf, type CostTable, type TenantUse } from './table.ts';

/**
 * What calls of models have cost together. Plain JSON.
 *
 * @example const tokens = ({ inputTokens, outputTokens }: Costs) => inputTokens + outputTokens;
 */
export interface Costs {
  /** Answers of a model. */
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In the currency of `FANFOLD_MODEL_PRICES`; absent where no call was of a model with a price. */
  readonly cost?: number;
  /** Calls of models without a price, which `cost` therefore lacks; absent where there are none, or no `cost`. */
  readonly unpriced?: number;
  /** Calls whose tokens are a guess by characters, since the endpoint did not say; absent where there are none. */
  readonly guessed?: number;
}

/**
 * A run's, with those of its tasks that cost most.
 *
 * @example const first = ({ tasks = [] }: RunCosts) => tasks[0]?.task;
 */
export interface RunCosts extends Costs {
  readonly tasks?: readonly (Costs & { readonly task: string })[];
}

/**
 * A tenant's in the time that was asked for; without `tenant`: of runs that are nobody's.
 *
 * @example const over = ({ budget }: TenantCosts) => budget?.spent !== undefined;
 */
export interface TenantCosts extends Costs {
  readonly tenant?: string;
  readonly models: readonly (Costs & { readonly kind: string; readonly model: string })[];
  /** What it may spend, and has in the current day or month. */
  readonly budget?: TenantBudget & { readonly used: Costs; readonly spent?: string; readonly until: number };
}

export function costsOf({ calls, priced, guessed, inputTokens, outputTokens, cost }: ModelUse): Costs {
  const unpriced = priced > 0 && priced < calls ? calls - priced : undefined;
  const money = { cost: priced > 0 ? rounded(cost) : undefined, unpriced };
  return { calls, inputTokens, outputTokens, ...given({ ...money, guessed: guessed > 0 ? guessed : undefined }) };
}

/** Sums of prices have digits that nobody paid. */
function rounded(cost: number): number {
  return Number(cost.toPrecision(12));
}

/** By namespace. */
const tables = new Map<string, CostTable>();

/** Undefined where nobody has spent anything that is known here. */
function tableOf(namespace: string): CostTable | undefined {
  const { home } = readConfig();
  const url = process.env['DATABASE_URL'];
  if (!url?.startsWith('postgres') && !existsSync(join(home, costsFile))) return undefined;
  const key = JSON.stringify([home, url, namespace]);
  const table = tables.get(key) ?? costTable(home, url, namespace);
  tables.set(key, table);
  return table;
}

/** Whose run of an id. */
export interface RunOf {
  readonly runId: string;
  readonly tenant?: string | undefined;
}

const nameOf = ({ runId, tenant }: RunOf): string => JSON.stringify([runId, tenant]);

/** Says what a run cost; undefined of one that cost nothing. @throws where the table cannot be read */
export async function readRunCosts(
  namespace: string,
  runs: readonly RunOf[],
): Promise<(run: RunOf) => Costs | undefined> {
  const ids = new Set(runs.map(({ runId }) => runId));
  const found = (await tableOf(namespace)?.ofRuns([...ids])) ?? [];
  const byName = new Map(found.map(({ run: runId, tenant, ...use }) => [nameOf({ runId, tenant }), costsOf(use)]));
  return (run) => byName.get(nameOf(run));
}

/** So many tasks of a run are told of. */
const mostTasks = 20;

/** A run's with its tasks; undefined where it cost nothing. @throws where the table cannot be read */
export async function readTaskCosts(namespace: string, run: RunOf): Promise<RunCosts | undefined> {
  const whole = (await readRunCosts(namespace, [run]))(run);
  const of: Pick<CostOf, 'run' | 'tenant'> = { run: run.runId, tenant: run.tenant };
  const found = whole && ((await tableOf(namespace)?.ofTasks(of, mostTasks)) ?? []);
  if (!found) return undefined;
  const tasks = found.map(({ task, ...use }) => ({ task, ...costsOf(use) }));
  return { ...whole, ...(tasks.length > 0 ? { tasks } : {}) };
}

/** The tenants in their order, each with its budget; those with one that have spent nothing are not there. @throws where the table cannot be read */
export async function readTenantCosts(
  namespace: string,
  budgets: TenantBudgets,
  asked: { readonly since: string; readonly tenant?: string | undefined },
): Promise<TenantCosts[]> {
  const now = Date.now();
  const starts = Object.values(budgets).map((budget) => periodStart(budget, now));
  const found = (await tableOf(namespace)?.ofTenants({ tenant: asked.tenant, since: [asked.since, ...starts] })) ?? [];
  const perTenant = new Map<string | undefined, TenantUse[]>();
  for (const use of found) perTenant.set(use.tenant, [...(perTenant.get(use.tenant) ?? []), use]);
  return [...perTenant].flatMap(([tenant, all]): TenantCosts[] => {
    const uses = summedBy(usedSince(all, asked.since), ({ kind, model }) => JSON.stringify([kind, model]));
    if (uses.length === 0) return [];
    const models = uses.map(({ kind, model, ...use }) => ({ kind, model, ...costsOf(use) }));
    const budget = budgetView(budgetOf(budgets, tenant), all, now);
    return [{ ...given({ tenant }), ...costsOf(uses.reduce(addedUse, noUse)), models, ...given({ budget }) }];
  });
}

/** What was used from this day on, one of those that were asked for. */
function usedSince(uses: readonly TenantUse[], day: string): TenantUse[] {
  return uses.filter((use) => use.since >= day);
}

/** In the order in which their keys come first. */
function summedBy(uses: readonly TenantUse[], keyOf: (use: TenantUse) => string): TenantUse[] {
  const sums = new Map<string, TenantUse>();
  for (const use of uses) sums.set(keyOf(use), { ...use, ...addedUse(sums.get(keyOf(use)) ?? noUse, use) });
  return [...sums.values()];
}

function budgetView(budget: TenantBudget | undefined, uses: readonly TenantUse[], now: number): TenantCosts['budget'] {
  if (!budget) return undefined;
  const used = usedSince(uses, periodStart(budget, now)).reduce<ModelUse>(addedUse, noUse);
  return { ...budget, used: costsOf(used), ...given({ spent: spentOf(budget, used) }), until: periodEnd(budget, now) };
}

/**
 * Why a run of the tenant may not begin; undefined where it may.
 *
 * @throws where the table cannot be read
 */
export function budgetProblem(
  namespace: string,
  budgets: TenantBudgets,
  tenant: string | undefined,
): Promise<string | undefined> {
  return overspent(budgets, tenant, async (of, since) => (await tableOf(namespace)?.used(of, since)) ?? noUse);
}
