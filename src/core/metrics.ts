/** The metrics that fanfold adds to Temporal's own, by the names that Prometheus sees: dashboards and alerts name no others. */

/**
 * A metric: what it counts, in which unit and by which labels.
 *
 * @example const text = ({ name, help }: MetricDefinition) => `${name}: ${help}`;
 */
export interface MetricDefinition {
  /** Of a counter without `_total`, which the exporter adds. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** Counted where work is done, in workflows and activities, by the meter of Temporal's SDK. */
export const workMetrics = {
  runs: {
    name: 'fanfold_runs',
    type: 'counter',
    help: 'Runs that ended, by kind, outcome (completed, failed, cancelled) and what stopped their fan-out',
    labels: ['kind', 'outcome', 'stopped_by'],
  },
  runDuration: {
    name: 'fanfold_run_duration_seconds',
    type: 'histogram',
    help: 'From the start of a run to its end',
    labels: ['kind', 'outcome'],
  },
  fanOuts: {
    name: 'fanfold_fan_outs',
    type: 'counter',
    help: 'Fan-outs that ended, by what stopped them',
    labels: ['kind', 'stopped_by'],
  },
  fanOutDuration: {
    name: 'fanfold_fan_out_duration_seconds',
    type: 'histogram',
    help: 'From the start of a fan-out to its stop',
    labels: ['kind'],
  },
  tasks: {
    name: 'fanfold_tasks',
    type: 'counter',
    help: 'Tasks of fan-outs by outcome: succeeded, failed, timedOut, cancelled or notStarted',
    labels: ['kind', 'outcome'],
  },
  spent: {
    name: 'fanfold_budget_spent',
    type: 'histogram',
    help: 'What a fan-out with a budget spent of it, in the unit of its budget',
    labels: ['kind'],
  },
  attempts: {
    name: 'fanfold_attempts',
    type: 'counter',
    help: 'Attempts of activities by outcome and by how they travelled: alone, in a pack, in a map or locally',
    labels: ['activity', 'travel', 'outcome'],
  },
  retries: {
    name: 'fanfold_retries',
    type: 'counter',
    help: 'Attempts of activities that were not the first',
    labels: ['activity', 'travel'],
  },
  attemptDuration: {
    name: 'fanfold_attempt_duration_seconds',
    type: 'histogram',
    help: 'How long an attempt of an activity took',
    labels: ['activity', 'travel'],
  },
  modelCost: {
    name: 'fanfold_model_cost',
    type: 'histogram',
    help: 'What each answer of a language model costs by FANFOLD_MODEL_PRICES, in their currency; its sum is what all have',
    labels: ['model'],
  },
  tokens: {
    name: 'fanfold_model_tokens',
    type: 'counter',
    help: 'Tokens of language models by the model that is set and by direction: input or output',
    labels: ['model', 'direction'],
  },
  spentTokens: {
    name: 'fanfold_tokens',
    type: 'counter',
    help: 'Tokens of language models by the kind of the run, its tenant (none where it is nobody’s, other beyond 100 of a process) and direction',
    labels: ['kind', 'tenant', 'direction'],
  },
  spentCost: {
    name: 'fanfold_cost_nanos',
    type: 'counter',
    help: 'What answers of language models cost by FANFOLD_MODEL_PRICES, in billionths of their currency, by the kind of the run and its tenant',
    labels: ['kind', 'tenant'],
  },
} as const satisfies Record<string, MetricDefinition>;

/** Of the whole deployment, asked of the server and of the workers' shared table when somebody looks. */
export const clusterMetrics = {
  openRuns: { name: 'fanfold_runs_open', type: 'gauge', help: 'Runs of known kinds that go on', labels: [] },
  stuckRuns: {
    name: 'fanfold_runs_stuck',
    type: 'gauge',
    help: 'Of the newest 50 open runs those that cannot go on: their workflow task fails again and again, or nobody polls for it',
    labels: [],
  },
  unservedQueues: {
    name: 'fanfold_queue_unserved',
    type: 'gauge',
    help: '1 where tasks of the queue wait and no worker polls it',
    labels: ['queue'],
  },
  limitInFlight: {
    name: 'fanfold_limit_in_flight',
    type: 'gauge',
    help: 'Calls in flight at a limit',
    labels: ['limit'],
  },
  limitQueued: { name: 'fanfold_limit_queued', type: 'gauge', help: 'Tasks that wait at a limit', labels: ['limit'] },
  limitConcurrency: {
    name: 'fanfold_limit_concurrency',
    type: 'gauge',
    help: 'How many calls may be in flight at a limit at the moment',
    labels: ['limit'],
  },
  limitRate: {
    name: 'fanfold_limit_rate',
    type: 'gauge',
    help: 'Calls a second that a limit allows at the moment; absent where nothing limits them',
    labels: ['limit'],
  },
  limitThrottled: {
    name: 'fanfold_limit_throttled',
    type: 'counter',
    help: 'Calls that the other side refused for lack of room',
    labels: ['limit'],
  },
  limitProcesses: {
    name: 'fanfold_limit_processes',
    type: 'gauge',
    help: 'Worker processes that serve a limit',
    labels: ['limit'],
  },
  limitTokensLeft: {
    name: 'fanfold_limit_tokens_left',
    type: 'gauge',
    help: 'Tokens that are left in the minute of a limit; below zero they are owed',
    labels: ['limit'],
  },
  reachable: {
    name: 'fanfold_server_reachable',
    type: 'gauge',
    help: '1 where the Temporal server answered when it was asked for the gauges of the deployment',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;
