/** What a model's answer cost in tokens and money: by the meter of the worker that the activity runs on, and in the table of costs. */
import type { MetricMeter } from '@temporalio/common';
import { workMetrics } from '../core/metrics.ts';
import { countUse, withPayer } from '../limits/costs/here.ts';
import { currentContext } from './context.ts';
import { attemptHere } from './travel/task-context.ts';

/** More no model reads or writes in one answer. */
const maxTokens = 1e9;

interface CountedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In the currency of the prices; undefined where there are none. */
  readonly cost?: number | undefined;
  /** Counted by characters, since the endpoint did not say. @default false */
  readonly isGuess?: boolean;
}

/**
 * Counts the tokens of one answer, for the task, run and tenant that the activity is for; outside of an activity nobody
 * collects them.
 *
 * @param model as it is set, not as the endpoint names it, so that no endpoint makes up series
 * @example countTokens('gpt-5', { inputTokens: 812, outputTokens: 95, cost: 0.002 });
 */
export function countTokens(model: string, counted: CountedTokens): void {
  const context = currentContext();
  if (!context) return;
  // An endpoint may say anything.
  const [inputTokens, outputTokens] = [countOf(counted.inputTokens), countOf(counted.outputTokens)];
  const cost = costOf(counted.cost);
  const { activityId } = context.info;
  const isRow = attemptHere()?.travel === 'map';
  withPayer((payer) => {
    const labels = { kind: payer.kind, tenant: labelOf(payer.tenant) };
    meter(context.metricMeter, { model, labels, tokens: { input: inputTokens, output: outputTokens }, cost });
    const sums = { inputTokens, outputTokens, cost: cost ?? 0 };
    const use = { calls: 1, priced: cost === undefined ? 0 : 1, guessed: counted.isGuess ? 1 : 0, ...sums };
    // Rows of a map are too many to tell of each.
    countUse({ ...payer, model, task: isRow || payer.kind === 'map' ? '' : activityId }, use);
  });
}

function countOf(tokens: number): number {
  return tokens > 0 && tokens < maxTokens ? Math.round(tokens) : 0;
}

function costOf(cost: number | undefined): number | undefined {
  return cost !== undefined && cost >= 0 && cost < maxTokens ? cost : undefined;
}

interface Metered {
  readonly model: string;
  readonly labels: { readonly kind: string; readonly tenant: string };
  readonly tokens: { readonly input: number; readonly output: number };
  readonly cost: number | undefined;
}

const perUnit = 1e9;

function meter(of: MetricMeter, { model, labels, tokens, cost }: Metered): void {
  const { tokens: byModel, modelCost, spentTokens, spentCost } = workMetrics;
  if (cost !== undefined) {
    of.createHistogram(modelCost.name, 'float', '', modelCost.help).record(cost, { model });
    of.createCounter(spentCost.name, '', spentCost.help).add(Math.round(cost * perUnit), labels);
  }
  for (const [direction, count] of Object.entries(tokens)) {
    if (count === 0) continue;
    of.createCounter(byModel.name, '', byModel.help).add(count, { model, direction });
    of.createCounter(spentTokens.name, '', spentTokens.help).add(count, { ...labels, direction });
  }
}

/** A process shows so many tenants by name, as each is a series for whoever collects them. */
const mostTenants = 100;
const shownTenants = new Set<string>();

function labelOf(tenant: string | undefined): string {
  if (tenant === undefined) return 'none';
  if (!shownTenants.has(tenant) && shownTenants.size >= mostTenants) return 'other';
  shownTenants.add(tenant);
  return tenant;
}
