/** What a tenant may spend on models in a day or a month, and what was spent of it. Sums and a moment give a verdict. */
import { minuteOf } from '../../core/text/span.ts';

/**
 * The most that a tenant's runs spend on models together; both may be set.
 *
 * @example const acme: TenantBudget = { cost: 50, tokens: 20_000_000, per: 'month' };
 */
export interface TenantBudget {
  /** In the currency of `FANFOLD_MODEL_PRICES`; calls of a model without a price do not count. */
  readonly cost?: number | undefined;
  /** In and out. */
  readonly tokens?: number | undefined;
  /** It begins anew with each of these, in UTC. @default 'month' */
  readonly per?: 'day' | 'month' | undefined;
}

/**
 * By tenant; that of `*` is each other tenant's own. A run that is nobody's has none.
 *
 * @example const budgets: TenantBudgets = { acme: { cost: 50 }, '*': { cost: 5, per: 'day' } };
 */
export type TenantBudgets = Readonly<Record<string, TenantBudget>>;

/** What calls of models have used together. */
export interface ModelUse {
  readonly calls: number;
  /** Of these, those of a model with a price. */
  readonly priced: number;
  /** Of these, those whose tokens are a guess. */
  readonly guessed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number;
}

export const noUse: ModelUse = { calls: 0, priced: 0, guessed: 0, inputTokens: 0, outputTokens: 0, cost: 0 };

export function addedUse(a: ModelUse, b: ModelUse): ModelUse {
  return {
    calls: a.calls + b.calls,
    priced: a.priced + b.priced,
    guessed: a.guessed + b.guessed,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cost: a.cost + b.cost,
  };
}

/** Undefined where the tenant may spend what it likes. */
export function budgetOf(budgets: TenantBudgets, tenant: string | undefined): TenantBudget | undefined {
  if (tenant === undefined) return undefined;
  if (Object.hasOwn(budgets, tenant)) return budgets[tenant];
  return budgets['*'];
}

/** The day of a moment in UTC, such as `2026-11-28`. @param now milliseconds since the Unix epoch */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** The first day that counts. */
export function periodStart({ per = 'month' }: TenantBudget, now: number): string {
  return per === 'day' ? dayOf(now) : `${dayOf(now).slice(0, 8)}01`;
}

/** When the budget begins anew, in milliseconds since the Unix epoch. */
export function periodEnd({ per = 'month' }: TenantBudget, now: number): number {
  const at = new Date(now);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  return per === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
}

/** Which part of it is spent, for people; undefined while there is some left. */
export function spentOf(budget: TenantBudget, used: ModelUse): string | undefined {
  const { cost, tokens, per = 'month' } = budget;
  if (cost !== undefined && used.cost >= cost) return `${cost} a ${per} for models`;
  const both = used.inputTokens + used.outputTokens;
  return tokens !== undefined && both >= tokens ? `${tokens} tokens a ${per}` : undefined;
}

/**
 * Why the tenant may spend no more, for people; undefined where it may.
 *
 * @param read what it has used since a day
 * @throws what `read` throws
 */
export async function overspent(
  budgets: TenantBudgets,
  tenant: string | undefined,
  read: (tenant: string, since: string) => Promise<ModelUse>,
): Promise<string | undefined> {
  const budget = budgetOf(budgets, tenant);
  if (!budget || tenant === undefined) return undefined;
  const now = Date.now();
  const spent = spentOf(budget, await read(tenant, periodStart(budget, now)));
  return spent && spentMessage(tenant, spent, budget, now);
}

function spentMessage(tenant: string, spent: string, budget: TenantBudget, now: number): string {
  const again = minuteOf(periodEnd(budget, now));
  return `The budget of tenant '${tenant}' is spent: ${spent}; it begins anew at ${again} UTC (\`budgets\` of fanfold.config says how much it is)`;
}
