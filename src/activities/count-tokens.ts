/** What a model's answer cost in tokens, counted by the meter of the worker that the activity runs on. */
import { workMetrics } from '../core/metrics.ts';
import { currentContext } from './context.ts';

/** More no model reads or writes in one answer. */
const maxTokens = 1e9;

interface CountedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In the currency of the prices; undefined where there are none. */
  readonly cost?: number | undefined;
}

/**
 * Counts the tokens of one answer; outside of an activity nobody collects them.
 *
 * @param model as it is set, not as the endpoint names it, so that no endpoint makes up series
 * @example countTokens('gpt-5', { inputTokens: 812, outputTokens: 95, cost: 0.002 });
 */
export function countTokens(model: string, { inputTokens, outputTokens, cost }: CountedTokens): void {
  const meter = currentContext()?.metricMeter;
  const { tokens, modelCost } = workMetrics;
  if (cost !== undefined && cost >= 0)
    meter?.createHistogram(modelCost.name, 'float', '', modelCost.help).record(cost, { model });
  const { name, help } = tokens;
  const counter = meter?.createCounter(name, '', help);
  for (const [direction, count] of [
    ['input', inputTokens],
    ['output', outputTokens],
  ] as const)
    // An endpoint may say anything.
    if (count > 0 && count < maxTokens) counter?.add(Math.round(count), { model, direction });
}
