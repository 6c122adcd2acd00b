/** The service as an application that listens nowhere yet: guards first, then routes, and one place for errors. */
import { setMaxListeners } from 'node:events';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { RunsClient } from '../runs/client.ts';
import type { AnswerWriter } from '../runs/see.ts';
import { given } from '../core/given.ts';
import { cleanJson, logText } from '../core/text/controls.ts';
import { noteUnknownKeys } from '../core/unknown-keys.ts';
import { parseJsonOnly } from './json-bodies.ts';
import { guardRights } from './callers.ts';
import { checkInPieces } from './check-in-pieces.ts';
import { guard } from './guards.ts';
import { measure, type ServiceMetrics } from './metrics.ts';
import { describeApi } from './openapi.ts';
import { forPeople, routePage, type PageFiles } from './page.ts';
import { guardRuns } from './ownership.ts';
import { describeProblem, ProblemError } from './problems.ts';
import { routeCosts } from './routes-costs.ts';
import { routeControl } from './routes-control.ts';
import { routeKinds } from './routes-kinds.ts';
import { routeLimits } from './routes-limits.ts';
import { routeRuns } from './routes-runs.ts';
import { routeThreads } from './routes-threads.ts';
import { routeService } from './routes-service.ts';
import type { App } from './service.ts';
import { traceRequests } from './traced.ts';
import type { KnownTokens } from './tokens.ts';
import { answerUnparsed, maxHeaderBytes, patience } from './unparsed.ts';

export interface AppOptions {
  /** Of the package. */
  readonly version: string;
  readonly client: RunsClient;
  readonly host: string;
  readonly tokens: KnownTokens;
  readonly startsPerSecond: number;
  readonly maxEventStreams: number;
  /** What the service counts, which a port without a token may show as well. */
  readonly metrics: ServiceMetrics;
  /** How long a request may take to arrive. */
  readonly requestMs?: number | undefined;
  /** The answer of a run as text for people. */
  readonly answerText?: AnswerWriter | undefined;
  /** The files of the page for people, where they were built. */
  readonly page?: PageFiles | undefined;
  readonly onMessage: (message: string) => void;
}

/** Above what a run may be given, so that a run's own limit is the one that is named. */
const bodyLimit = 32 * 1024 * 1024;

export async function createApp({
  client,
  host,
  tokens,
  startsPerSecond,
  maxEventStreams,
  requestMs = patience.requestMs,
  version,
  onMessage,
  metrics,
  answerText,
  page,
}: AppOptions): Promise<FastifyInstance> {
  const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    answerProblem(error, request, reply, onMessage);
  const app = Fastify({
    bodyLimit,
    frameworkErrors: answer,
    clientErrorHandler: answerUnparsed,
    requestTimeout: requestMs,
    http: {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: Math.min(patience.headersMs, requestMs),
      connectionsCheckingInterval: Math.min(1000, requestMs),
    },
    routerOptions: { maxParamLength: 1000, constraints: { forPeople } },
  }).withTypeProvider<ZodTypeProvider>();
  const { closing, closed } = endings(app);
  // The compiler takes no words of its own; this process is the service's.
  z.config({ customError: noteUnknownKeys });
  app.setValidatorCompiler(checkInPieces);
  // Typed where they are made and checked by the contract test: a result nobody foresaw must not become an error.
  app.setSerializerCompiler(() => cleanJson);
  app.setErrorHandler(answer);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  traceRequests(app);
  parseJsonOnly(app);
  guard(app, { host, tokens, closing, onMessage });
  refuseUnrouted(app);
  guardRights(app);
  measure(app, metrics);
  await describeApi(app, version, !tokens.none);
  await app.register(rateLimit, { global: false });
  const limitStarts = app.rateLimit({ max: startsPerSecond, timeWindow: 1000 });
  const service = { client, tokens, metrics, closing, closed, limitStarts, maxEventStreams, ...given({ answerText }) };
  guardRuns(app, service);
  routeRuns(app, service);
  routeThreads(app, service);
  routeControl(app, service);
  routeService(app, service);
  routeLimits(app, service);
  routeCosts(app, service);
  routeKinds(app, service);
  if (page) routePage(app, page);
  return app;
}

/** What has been asked has this long for its answer once the service closes, and then as long for the answer that there is none. */
const lastAnswersMs = 500;

function endings(app: FastifyInstance): { closing: AbortSignal; closed: AbortSignal } {
  const closing = new AbortController();
  const closed = new AbortController();
  // One for each stream and each request under way.
  setMaxListeners(0, closing.signal, closed.signal);
  app.addHook('preClose', async () => {
    closing.abort();
    const ended = new ProblemError(503, 'The service ends; ask again once it is back', { 'retry-after': '2' });
    setTimeout(() => closed.abort(ended), lastAnswersMs).unref();
    setTimeout(() => app.server.closeAllConnections(), 2 * lastAnswersMs).unref();
  });
  app.addHook('onSend', async (_request, reply) => {
    // A connection that is kept for a next request would keep the service.
    if (closing.signal.aborted) reply.header('connection', 'close');
  });
  return { closing: closing.signal, closed: closed.signal };
}

/** Of an address, in what is answered about it. */
const maxInstanceCharacters = 1000;

function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  onMessage: (message: string) => void,
): FastifyReply {
  const { problem, headers } = describeProblem(error, request.url.slice(0, maxInstanceCharacters));
  if (problem.status === 500 || problem.status === 507) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    onMessage(logText(`${request.method} ${request.url} failed: ${said}`));
  }
  const body = cleanJson(problem);
  return reply.code(problem.status).headers(headers).type('application/problem+json').serializer(String).send(body);
}

/** Whether a path has these parts; of those with a name in them, such as `:id`, any text will do. */
function fits(path: string, parts: readonly string[]): boolean {
  const asked = path.split('/');
  return (
    asked.length === parts.length &&
    parts.every((part, index) => (part.startsWith(':') ? asked[index] !== '' : asked[index] === part))
  );
}

/** Before the body is looked at: 405 where another method would do, 404 where nothing would. */
function refuseUnrouted(app: App): void {
  const routes = new Map<string, { parts: readonly string[]; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method, schema }) => {
    if (schema?.hide && url !== '/openapi.json') return;
    const route = routes.get(url) ?? { parts: url.split('/'), methods: new Set() };
    for (const each of [method].flat()) route.methods.add(each);
    routes.set(url, route);
  });
  app.addHook('onRequest', async (request) => {
    if (!request.is404) return;
    const path = request.url.split('?', 1)[0] ?? '';
    // As in OpenAPI, an address written out wins over a pattern that it also fits.
    const { methods } = routes.get(path) ?? [...routes.values()].find(({ parts }) => fits(path, parts)) ?? {};
    if (!methods)
      throw new ProblemError(404, `There is nothing at ${path.slice(0, 200)}; /openapi.json says what there is`);
    const allow = [...methods].toSorted().join(', ');
    throw new ProblemError(405, `${request.method} is not possible here; ${allow} is`, { allow });
  });
}
