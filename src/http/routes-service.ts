/** The service about itself: is it up, is it ready, what has it counted, what does it speak. */
import { z } from 'zod';
import * as answers from './answers.ts';
import { answer } from './docs.ts';
import { ProblemError } from './problems.ts';
import type { App, Service } from './service.ts';

export function routeService(app: App, service: Service): void {
  routeHealth(app, service);
  const metrics = {
    operationId: 'read-metrics',
    tags: ['service'],
    summary: 'Metrics in the text format of Prometheus',
    response: { 200: { description: 'The metrics', content: { 'text/plain': { schema: z.string() } } } },
  } as const;
  app.get('/metrics', { schema: metrics, config: { needs: ['read'] } }, async ({ caller: { tenant } }, reply) => {
    if (tenant !== undefined) throw new ProblemError(403, 'Metrics are of all tenants, so not for the token of one');
    const { registry } = service.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  app.get('/openapi.json', { schema: { hide: true }, config: { needs: 'token' } }, async () => app.swagger());
}

function routeHealth(app: App, service: Service): void {
  const alive = {
    operationId: 'is-alive',
    tags: ['service'],
    summary: 'Whether the service is up',
    security: [],
    response: { 200: answer('It is up', answers.health) },
  } as const;
  app.get('/healthz', { schema: alive, config: { needs: 'nothing' } }, async () => ({ status: 'ok' as const }));
  const ready = {
    ...alive,
    operationId: 'is-ready',
    summary: 'Whether Temporal answers',
    response: { 200: answer('It does', answers.health) },
  };
  app.get('/readyz', { schema: ready, config: { needs: 'nothing' } }, async () => {
    const { temporal } = service.client;
    const { namespace } = temporal.options;
    await temporal.withDeadline(Date.now() + 2000, () => temporal.workflowService.describeNamespace({ namespace }));
    return { status: 'ok' as const };
  });
}
