/**
 * Gauges of the whole deployment: open and stuck runs, queues that nobody polls, limits. Asked when somebody looks, and at
 * most once in a while however many look. What could not be asked is absent, as zero would say that all is well.
 */
import type { Gauge, GaugeConfiguration, Registry } from 'prom-client';
import { clusterMetrics } from '../core/metrics.ts';
import { limitQueue } from '../limits/learned/settings.ts';
import type { LimitView } from '../limits/view.ts';
import type { RunsClient } from '../runs/client.ts';
import { isServed, type AskedQueues } from '../runs/pollers.ts';
import { countStuck } from '../runs/list-stuck.ts';
import { isOfKinds } from '../runs/visibility.ts';

/** A look costs the server some calls, and every process of a deployment is looked at. */
const lookEveryMs = 30_000;
/** Open runs, the newest, of which each is asked about. */
const mostOpen = 50;
/** A server that does not answer is not waited for by whoever collects metrics. */
const patienceMs = 3000;

type Name = keyof typeof clusterMetrics;
type Values = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

/**
 * Registers the gauges; each collection of the registry shows what the last look has found.
 *
 * @param everyMs between two looks at the least. @default 30,000
 */
export function addClusterGauges(
  { Gauge: GaugeClass }: { readonly Gauge: new (configuration: GaugeConfiguration<string>) => Gauge },
  registry: Registry,
  client: () => RunsClient,
  everyMs = lookEveryMs,
): void {
  let found: Promise<ReadonlyMap<Name, Values>> | undefined;
  let until = 0;
  const look = (): Promise<ReadonlyMap<Name, Values>> => {
    if (!found || Date.now() >= until) {
      until = Date.now() + everyMs;
      found = lookAt(client()).catch(() => unreachable);
    }
    return found;
  };
  for (const name of Object.keys(clusterMetrics) as Name[]) {
    const { name: shown, type, help, labels } = clusterMetrics[name];
    // A count that the table keeps only grows; set as a whole, so that it is a gauge here.
    const gauge: Gauge = new GaugeClass({
      name: type === 'counter' ? `${shown}_total` : shown,
      help,
      labelNames: [...labels],
      registers: [registry],
      async collect() {
        const values = (await look()).get(name) ?? [];
        gauge.reset();
        // One without labels would show zero.
        if (labels.length === 0) gauge.remove();
        for (const [of, value] of values) gauge.set(of, value);
      },
    });
  }
}

const unreachable: ReadonlyMap<Name, Values> = new Map([['reachable', [[{}, 0]]]]);

async function lookAt(client: RunsClient): Promise<ReadonlyMap<Name, Values>> {
  const asked: AskedQueues = new Map();
  const parts = await client.temporal.withDeadline(Date.now() + patienceMs, () =>
    Promise.allSettled([runsOf(client), stuckOf(client, asked), limitsOf(client, asked)]),
  );
  const answered = parts.some(({ status }) => status === 'fulfilled');
  const entries = parts.flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
  return new Map<Name, Values>([...entries, ['reachable', [[{}, answered ? 1 : 0]]]]);
}

type Found = readonly (readonly [Name, Values])[];

async function runsOf({ temporal, kinds }: RunsClient): Promise<Found> {
  const { count } = await temporal.workflow.count(`${isOfKinds(kinds)} AND ExecutionStatus = 'Running'`);
  return [['openRuns', [[{}, count]]]];
}

async function stuckOf(client: RunsClient, asked: AskedQueues): Promise<Found> {
  return [['stuckRuns', [[{}, await countStuck(client, mostOpen, asked)]]]];
}

async function limitsOf(client: RunsClient, asked: AskedQueues): Promise<Found> {
  const limits = await client.limits();
  const each = (value: (limit: LimitView) => number | undefined): Values =>
    limits.flatMap((limit) => {
      const found = value(limit);
      return found === undefined ? [] : [[{ limit: limit.name }, found] as const];
    });
  return [
    ['limitInFlight', each(({ inFlight }) => inFlight)],
    ['limitQueued', each(({ queued }) => queued)],
    ['limitConcurrency', each(({ concurrency }) => concurrency)],
    ['limitRate', each(({ perSecond }) => perSecond)],
    ['limitThrottled', each(({ throttled }) => throttled)],
    ['limitProcesses', each(({ processes }) => processes)],
    ['limitTokensLeft', each(({ tokensLeft }) => tokensLeft)],
    ['unservedQueues', await unserved(client, limits, asked)],
  ];
}

/** Of the queue of runs and of each limit: 1 where something waits and nobody polls. */
async function unserved(
  { temporal, taskQueue }: RunsClient,
  limits: readonly LimitView[],
  asked: AskedQueues,
): Promise<Values> {
  const isUnserved = async (queue: string): Promise<number> =>
    (await isServed(temporal, queue, 'runs', asked)) ? 0 : 1;
  const waiting = limits.filter(({ queued }) => queued > 0).map(({ name }) => limitQueue(taskQueue, name));
  return Promise.all([taskQueue, ...waiting].map(async (queue) => [{ queue }, await isUnserved(queue)] as const));
}
