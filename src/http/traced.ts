/** Each request as a span, below that of whoever asked; probes and streams, which last as long as somebody looks, are none. */
import type { FastifyInstance } from 'fastify';
import { openSpan, type OpenSpan } from '../core/spans.ts';

const untraced = new Set(['/healthz', '/readyz', '/metrics', '/runs/:id/events']);

export function traceRequests(app: FastifyInstance): void {
  const spans = new WeakMap<object, OpenSpan>();
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, routeOptions } = request;
    const route = routeOptions.url;
    // The route's pattern is the name, never the address: that would be a name for each run.
    const span =
      route === undefined || untraced.has(route)
        ? undefined
        : openSpan(`${method} ${route}`, {
            kind: 'server',
            parent: headers,
            attributes: { 'http.request.method': method, 'http.route': route },
          });
    if (!span) return done();
    spans.set(request, span);
    span.run(done);
  });
  app.addHook('onResponse', async (request, { statusCode }) => {
    const span = spans.get(request);
    span?.set({ 'http.response.status_code': statusCode });
    // What the caller did wrong is no fault of the service.
    span?.end(statusCode >= 500 ? new Error(`Status ${statusCode}`) : undefined);
  });
}
