/** What the service counts, for Prometheus; each service has a registry of its own, so that two in one process do not clash. */
import type { FastifyInstance } from 'fastify';
import * as prometheus from 'prom-client';
import type { RunsClient } from '../runs/client.ts';
import { addClusterGauges } from '../telemetry/cluster-gauges.ts';

const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = prometheus;

export interface ServiceMetrics {
  readonly registry: prometheus.Registry;
  readonly starts: prometheus.Counter<'kind' | 'outcome'>;
  readonly streams: prometheus.Gauge;
  readonly requests: prometheus.Histogram<'method' | 'route' | 'status'>;
}

export function createMetrics(client: RunsClient): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  addClusterGauges(prometheus, registry, () => client);
  return {
    registry,
    starts: new Counter({
      name: 'fanfold_runs_started_total',
      help: 'Starts asked for, by kind and by whether the run was created or joined',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    streams: new Gauge({ name: 'fanfold_event_streams', help: 'Event streams that are open', registers }),
    requests: new Histogram({
      name: 'fanfold_http_request_duration_seconds',
      help: 'Time to answer, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2, 10],
      registers,
    }),
  };
}

/** The route's pattern is the label, never the address: that would be one series for each run. */
export function measure(app: FastifyInstance, { requests }: ServiceMetrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    requests.observe(labels, reply.elapsedTime / 1000);
  });
}
