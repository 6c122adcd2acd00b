/**
 * What a workflow counts for metrics: added up within a step and given to the meter of the SDK at its end.
 * A replay counts nothing, and nothing here becomes a command, so that histories stay as they are.
 */
import { metricMeter, workflowInfo } from '@temporalio/workflow';
import { kindOfWorkflow } from '../core/kind-of-workflow.ts';
import type { FanOutControl } from '../core/live/control.ts';
import { workMetrics } from '../core/metrics.ts';

type Labels = Readonly<Record<string, string>>;

/** A workflow's module state is its own. */
let counts = false;
const added = new Map<
  string,
  { readonly metric: 'runs' | 'fanOuts' | 'tasks'; readonly labels: Labels; value: number }
>();
const recorded: {
  readonly metric: 'runDuration' | 'fanOutDuration' | 'spent';
  readonly value: number;
  readonly labels: Labels;
}[] = [];

/** For the interceptor, which calls {@link giveCounts} at the end of each step: without it nothing is kept. */
export function countSteps(): void {
  counts = true;
}

/** A fan-out that has stopped. */
export function countFanOut(control: FanOutControl): void {
  if (!isCounting()) return;
  const { stoppedBy, startedAt, endedAt = Date.now(), spent, succeeded, failed } = control.progress(0);
  if (stoppedBy === undefined) return;
  const kind = kindHere();
  add('fanOuts', { kind, stopped_by: stoppedBy });
  record('fanOutDuration', (endedAt - startedAt) / 1000, { kind });
  if (spent !== undefined && spent >= 0) record('spent', spent, { kind });
  const { results } = control.settled(0, Infinity);
  // The results of a map run are in the store, and here are only its counts.
  if (results.length === 0) {
    add('tasks', { kind, outcome: 'succeeded' }, succeeded);
    add('tasks', { kind, outcome: 'failed' }, failed);
  }
  for (const result of results) add('tasks', { kind, outcome: result.success ? 'succeeded' : result.error.kind });
}

/** A run of a kind that has ended. */
export function countRun(outcome: 'completed' | 'failed' | 'cancelled', stoppedBy: string): void {
  if (!isCounting()) return;
  const kind = kindHere();
  add('runs', { kind, outcome, stopped_by: stoppedBy });
  record('runDuration', Math.max(0, Date.now() - workflowInfo().startTime.getTime()) / 1000, { kind, outcome });
}

/** Gives what this step has counted to the meter. */
export function giveCounts(): void {
  for (const { metric, labels, value } of added.values()) {
    const { name, help } = workMetrics[metric];
    metricMeter.createCounter(name, '', help).add(value, labels);
  }
  for (const { metric, labels, value } of recorded) {
    const { name, help } = workMetrics[metric];
    metricMeter.createHistogram(name, 'float', '', help).record(value, labels);
  }
  added.clear();
  recorded.length = 0;
}

function isCounting(): boolean {
  return counts && !workflowInfo().unsafe.isReplaying;
}

function kindHere(): string {
  return kindOfWorkflow(workflowInfo().workflowType);
}

function add(metric: 'runs' | 'fanOuts' | 'tasks', labels: Labels, value = 1): void {
  if (value <= 0) return;
  const key = `${metric} ${Object.values(labels).join(' ')}`;
  const known = added.get(key);
  if (known) known.value += value;
  else added.set(key, { metric, labels, value });
}

function record(metric: 'runDuration' | 'fanOutDuration' | 'spent', value: number, labels: Labels): void {
  recorded.push({ metric, value: Math.max(0, value), labels });
}
