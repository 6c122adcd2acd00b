/** What runs and tenants have cost, beside what else is known of them; a budget that is spent lets no run begin. */
import type { Client } from '@temporalio/client';
import { dayOf, periodStart, type TenantBudgets } from '../limits/learned/tenant-budget.ts';
import { budgetProblem, readRunCosts, readTaskCosts, readTenantCosts, type TenantCosts } from '../limits/costs/view.ts';
import { inTime } from '../limits/in-time.ts';
import { FanfoldError } from '../errors.ts';
import { messageOf } from '../core/thrown.ts';
import type { RunContext } from '../core/run.ts';
import type { RunSummary, RunView } from './run-view.ts';

/** Whoever looks at a run waits no longer for a table that does not answer; what it cost is then not known, and not nothing. */
const patienceMs = 1000;

/** The run with what it has cost so far. Never throws. */
export async function withCosts(client: Client, view: RunView): Promise<RunView> {
  const costs = await inTime(readTaskCosts(client.options.namespace, view), patienceMs);
  return costs ? { ...view, costs } : view;
}

/** The runs with what each has cost so far. Never throws. */
export async function listedWithCosts<S extends RunSummary>(client: Client, runs: readonly S[]): Promise<S[]> {
  const known = runs.length === 0 ? undefined : await inTime(readRunCosts(client.options.namespace, runs), patienceMs);
  return runs.map((run) => {
    const costs = known?.(run);
    return costs ? { ...run, costs } : run;
  });
}

/**
 * Which costs are summed: of all tenants in the current month unless said.
 *
 * @example const asked: CostsAsked = { since: Date.now() - 86_400_000, tenant: 'acme' };
 */
export interface CostsAsked {
  /** The first moment, in milliseconds since the Unix epoch; its whole day in UTC counts. */
  readonly since?: number | undefined;
  readonly tenant?: string | undefined;
}

/**
 * Plain JSON.
 *
 * @example const dear = ({ tenants }: CostsView) => tenants.filter(({ cost = 0 }) => cost > 10);
 */
export interface CostsView {
  /** The first day that counts, in UTC, such as `2026-11-01`. */
  readonly since: string;
  readonly tenants: readonly TenantCosts[];
}

/**
 * What each tenant's runs have spent on models, with its budget.
 *
 * @throws {FanfoldError} of type `Unreachable` where the table cannot be read
 */
export async function tenantCosts(
  namespace: string,
  budgets: TenantBudgets = {},
  { since: from, tenant }: CostsAsked = {},
): Promise<CostsView> {
  const since = from === undefined ? periodStart({}, Date.now()) : dayOf(from);
  return { since, tenants: await readTenantCosts(namespace, budgets, { since, tenant }).catch(unreadable) };
}

/**
 * Why no run of the tenant may begin; undefined where one may.
 *
 * @throws {FanfoldError} of type `Unreachable` where that cannot be read
 */
export async function spentBy(
  { options: { namespace } }: Client,
  budgets: TenantBudgets = {},
  { options = {} }: Pick<RunContext, 'options'>,
): Promise<FanfoldError | undefined> {
  const { tenant } = options;
  const problem = await budgetProblem(namespace, budgets, tenant).catch(unreadable);
  return problem === undefined ? undefined : new FanfoldError('TenantBudgetSpent', problem, 'options.tenant');
}

function unreadable(error: unknown): never {
  throw new FanfoldError('Unreachable', `The database of costs cannot be read: ${messageOf(error)}`);
}
