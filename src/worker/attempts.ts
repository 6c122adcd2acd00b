/**
 * Counts attempts of activities by the meter of the runtime, whoever has installed it.
 * Where no metrics are collected it counts nothing, so that a million rows of a map pay nothing.
 */
import { noopMetricMeter, type MetricCounter, type MetricHistogram } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import { attemptHere, packedTaskHere } from '../activities/travel/task-context.ts';
import type { AroundAttempt, OnAttempt } from '../activities/travel/latency.ts';
import { workMetrics } from '../core/metrics.ts';
import { inSpan, isTraced } from '../core/spans.ts';

interface Instruments {
  readonly attempts: MetricCounter;
  readonly retries: MetricCounter;
  readonly duration: MetricHistogram;
}

export function attemptCounter(): OnAttempt {
  let instruments: Instruments | 'none' | undefined;
  return (activity, milliseconds, succeeded) => {
    // Before the first attempt its user may still install a runtime of his own.
    instruments ??= instrumentsOf(Runtime.instance());
    if (instruments === 'none') return;
    const { travel, attempt } = attemptHere() ?? { travel: 'alone', attempt: 1 };
    instruments.attempts.add(1, { activity, travel, outcome: succeeded ? 'succeeded' : 'failed' });
    instruments.duration.record(milliseconds / 1000, { activity, travel });
    if (attempt > 1) instruments.retries.add(1, { activity, travel });
  };
}

function instrumentsOf({ metricMeter }: Runtime): Instruments | 'none' {
  if (metricMeter === noopMetricMeter) return 'none';
  const { attempts, retries, attemptDuration } = workMetrics;
  return {
    attempts: metricMeter.createCounter(attempts.name, '', attempts.help),
    retries: metricMeter.createCounter(retries.name, '', retries.help),
    duration: metricMeter.createHistogram(attemptDuration.name, 'float', '', attemptDuration.help),
  };
}

/** Of a pack each task in a span, as an activity of its own has one by itself. */
export const tracedAttempt: AroundAttempt = (activity, work) => {
  const task = isTraced() ? packedTaskHere() : undefined;
  if (task === undefined) return work();
  const { travel, attempt } = attemptHere() ?? {};
  const attributes = { 'fanfold.task': task, 'fanfold.travel': travel, 'fanfold.attempt': attempt };
  return inSpan(`task ${activity}`, { attributes }, async () => work());
};
