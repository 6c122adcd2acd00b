/** Starting runs and reading them. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Started } from '../runs/join.ts';
import { given } from '../core/given.ts';
import type { Kind } from '../runs/kind.ts';
import { withCosts } from '../runs/costs.ts';
import { seeDocument, seeForm, seeOpenAnswer } from '../runs/see.ts';
import { statusOf } from '../runs/view.ts';
import type { RunView } from '../runs/run-view.ts';
import * as answers from './answers.ts';
import { answer, docs } from './docs.ts';
import { runEvents } from './events.ts';
import { bodyOf } from './bodies.ts';
import { listPage } from './list-runs.ts';
import { visible, type Caller } from './callers.ts';
import { asTenant, startFor } from './ownership.ts';
import { asSaid } from './people.ts';
import { ProblemError } from './problems.ts';
import { resultsPage } from './results.ts';
import { deadLettersQuery, eventsHeaders, eventsQuery, listQuery, resultsQuery, runParams } from './schemas.ts';
import { bounded, type App, type Service } from './service.ts';

const reading = { needs: ['read'] } as const;

export function routeRuns(app: App, service: Service): void {
  for (const kind of service.client.kinds.all) routeStart(app, service, kind);
  routeUnknownKind(app, service);
  routeReading(app, service);
  routeText(app, service);
  routeResults(app, service);
  routeDeadLetters(app, service);
  routeSights(app, service);
  routeForms(app, service);
  routeEvents(app, service);
}

function routeStart(app: App, service: Service, kind: Kind): void {
  const schema = {
    operationId: `start-${kind.name}`,
    tags: ['runs'],
    summary: `Start a run of kind \`${kind.name}\`, or join the one that has the id`,
    body: bodyOf(kind),
    response: {
      200: answer('The run that has the id', answers.joined),
      202: answer('The run, which has begun', answers.run),
    },
    'x-location': [200, 202],
    'x-problems': [402, 409, 413, 415, 422, 429],
  } as const;
  const route = { schema, config: { needs: ['start'] }, onRequest: service.limitStarts } as const;
  app.post(`/runs/${kind.name}`, route, async ({ body: { id, input }, caller }, reply) => {
    const said = asSaid(caller, kind, asTenant(caller, kind, input));
    const started = await startFor(service, caller, id, () => service.client.start(kind, said, given({ id })));
    return answerStart(service, { caller, reply }, kind.name, started);
  });
}

/** 202 where the run is new, 200 where it was there. */
export async function answerStart(
  service: Service,
  { caller, reply }: { readonly caller: Caller; readonly reply: FastifyReply },
  kind: string,
  { runId, created, otherOptions }: Started,
): Promise<void> {
  service.metrics.starts.inc({ kind, outcome: created ? 'created' : 'joined' });
  const view = await bounded(service, () => (created ? readNew(service, runId, kind) : service.client.get(runId)));
  await reply
    .code(created ? 202 : 200)
    .header('location', `/runs/${encodeURIComponent(runId)}`)
    .send({ ...visible(caller, view), ...given({ otherOptions }) });
}

/** A new run has nothing to show yet, so no worker is asked, which there may not even be. */
async function readNew({ client }: Service, runId: string, kind: string): Promise<RunView> {
  const { status, startTime } = await client.temporal.workflow.getHandle(runId).describe();
  if (statusOf(status.name) !== 'running') return client.get(runId);
  return { runId, kind, status: 'running', startedAt: startTime.getTime() };
}

function routeUnknownKind(app: App, { client }: Service): void {
  app.post(
    '/runs/:kind',
    { schema: { hide: true, params: z.object({ kind: z.string() }) }, config: { needs: ['start'] } },
    async ({ params: { kind } }) => {
      throw new ProblemError(
        404,
        `There is no kind of run '${kind.slice(0, 100)}'; there is: ${client.kinds.names.join(', ')}`,
      );
    },
  );
}

function routeReading(app: App, service: Service): void {
  const list = {
    operationId: 'list-runs',
    tags: ['runs'],
    summary: 'The runs, newest first',
    querystring: listQuery,
    response: { 200: answer('The runs, each without its results', answers.runs) },
    'x-problems': [422],
  } as const;
  app.get('/runs', { schema: list, config: reading }, async ({ query, caller }) =>
    // A tenant's token sees the tenant's runs, whatever it asks for.
    bounded(service, () => listPage(service.client, { ...query, tenant: caller.tenant ?? query.tenant })),
  );
  const get = {
    operationId: 'get-run',
    tags: ['runs'],
    summary: 'A run: its progress while it goes on, and its fan-in once it is over',
    params: runParams,
    response: { 200: answer('The run', answers.run) },
    'x-problems': [404],
  } as const;
  app.get('/runs/:id', { schema: get, config: reading }, async ({ params: { id } }) =>
    bounded(service, async () => withCosts(service.client.temporal, await service.client.get(id))),
  );
}

/** As the command line writes it, for who reads it elsewhere. */
function routeText(app: App, service: Service): void {
  const schema = {
    operationId: 'get-run-text',
    tags: ['runs'],
    summary: 'The answer of a run as its kind writes it for people, or what the run waits for a person with',
    params: runParams,
    response: { 200: answer('The text', answers.text) },
    'x-problems': [404, 409],
  } as const;
  app.get('/runs/:id/text', { schema, config: reading }, async ({ params: { id } }) => {
    return bounded(service, async () => {
      const view = await service.client.get(id);
      const text = service.answerText?.(view, await seeOpenAnswer(service.client, view));
      if (text === undefined) throw new ProblemError(409, `Run '${id}' has no answer as text, or not yet`);
      return { ...text, ...given({ markdown: await seeDocument(service.client, view) }) };
    });
  });
}

function routeResults(app: App, service: Service): void {
  const schema = {
    operationId: 'list-results',
    tags: ['runs'],
    summary: 'The settled tasks of a run in the order they settled, a page at a time',
    params: runParams,
    querystring: resultsQuery,
    response: { 200: answer('A page', answers.resultsPage) },
    'x-problems': [404, 409],
  } as const;
  app.get('/runs/:id/results', { schema, config: reading }, async ({ params: { id }, query: { after, limit } }) =>
    bounded(service, () => resultsPage(service.client, id, after, limit)),
  );
}

function routeDeadLetters(app: App, service: Service): void {
  const schema = {
    operationId: 'list-dead-letters',
    tags: ['runs'],
    summary: 'The tasks of a run that is over and have no result, with their input, errors and attempts',
    params: runParams,
    querystring: deadLettersQuery,
    response: { 200: answer('A page, in the order of the tasks', answers.deadLetters) },
    'x-problems': [404, 409],
  } as const;
  app.get('/runs/:id/dead-letters', { schema, config: reading }, async ({ params: { id }, query }) =>
    bounded(service, () => service.client.deadLettersPage(id, query)),
  );
}

/** What may be seen of a run besides its outcome, from its kind. */
function routeSights(app: App, service: Service): void {
  const sights = new Map(service.client.kinds.all.flatMap((kind) => Object.entries(kind.sights ?? {})));
  for (const [name, sight] of sights) {
    const schema = {
      operationId: `get-${name}`,
      tags: ['runs'],
      summary: sight.summary,
      params: runParams,
      response: { 200: answer('As it is now', sight.answer) },
      'x-problems': [404, 409],
    } as const;
    app.get(
      `/runs/:id/${name}`,
      { schema, config: reading },
      async ({ params: { id } }) => (await seen(service, id, name, 'sights', (client) => client.see(id, name))).found,
    );
  }
}

/** The answer of a run, written for other programs by its kind. */
function routeForms(app: App, service: Service): void {
  const forms = new Map(service.client.kinds.all.flatMap((kind) => Object.entries(kind.forms ?? {})));
  for (const [name, { summary, mediaType }] of forms) {
    // As whoever asks reads it, who parses what is JSON by its type.
    const written = mediaType.endsWith('json') ? z.looseObject({}) : z.string();
    const schema = {
      operationId: `get-${name}`,
      tags: ['runs'],
      summary,
      params: runParams,
      response: { 200: { description: 'The whole of it', content: { [mediaType]: { schema: written } } } },
      'x-problems': [404, 409],
    } as const;
    app.get(`/runs/:id/${name}`, { schema, config: reading }, async ({ params: { id } }, reply) => {
      const { found, kind } = await seen(service, id, name, 'forms', seeForm);
      // Another kind may have one of the same name.
      const own = kind?.forms?.[name]?.mediaType ?? mediaType;
      // What fails before its first piece is still answered as a problem.
      const body = typeof found === 'string' ? found : Readable.from(await begun(found));
      return reply.type(`${own}; charset=utf-8`).send(body as string);
    });
  }
}

async function begun(pieces: AsyncIterable<string>): Promise<AsyncIterable<string>> {
  const rest = pieces[Symbol.asyncIterator]();
  const first = await rest.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => rest };
  })();
}

/** @throws {ProblemError} 409 where a run of another kind has no such thing, or this one not yet */
async function seen<R>(
  service: Service,
  id: string,
  name: string,
  among: 'sights' | 'forms',
  see: (client: Service['client'], view: RunView, name: string) => Promise<R | undefined>,
): Promise<{ readonly found: NonNullable<R>; readonly kind: Kind | undefined }> {
  const { client } = service;
  return bounded(service, async () => {
    const view = await client.get(id);
    const kind = client.kinds.find(view.kind);
    const has = kind?.[among];
    const found = has && Object.hasOwn(has, name) ? await see(client, view, name) : undefined;
    if (found === undefined || found === null) throw new ProblemError(409, `Run '${id}' has no ${name}, or not yet`);
    return { found, kind };
  });
}

function routeEvents(app: App, service: Service): void {
  const schema = {
    operationId: 'watch-run',
    tags: ['runs'],
    summary:
      'A run as it happens: `progress`, each task as it is `settled`, an agent’s answer by each `delta`, and the `end`',
    params: runParams,
    querystring: eventsQuery,
    headers: eventsHeaders,
    response: {
      200: { description: 'Server-sent events', content: { 'text/event-stream': { schema: answers.serverSentEvent } } },
      204: z.null().register(docs, { description: 'The end has been told' }),
    },
    'x-problems': [404],
  } as const;
  let openStreams = 0;
  app.get('/runs/:id/events', { schema, config: reading, exposeHeadRoute: false }, async (request, reply) => {
    const { id } = request.params;
    const last = request.headers['last-event-id'];
    await bounded(service, () => service.client.get(id));
    // To an EventSource, which comes back after every end, 204 says to stop.
    if (last === 'end') return reply.code(204).send(null);
    refuseBeyond(service, openStreams);
    // A client that has left by now would never be seen to leave.
    if (reply.raw.destroyed) return reply.send(null);
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    openStreams++;
    service.metrics.streams.inc();
    reply.raw.once('close', () => {
      openStreams--;
      service.metrics.streams.dec();
    });
    const signal = AbortSignal.any([left.signal, service.closing]);
    const [after = request.query.after, heard = 0] = last?.split('.').map(Number) ?? [];
    reply
      .header('cache-control', 'no-store, no-transform')
      .header('x-accel-buffering', 'no')
      .header('connection', 'close');
    reply.type('text/event-stream; charset=utf-8');
    // The route's schema is of the events' text; a stream of it has no type there.
    return reply.send(Readable.from(runEvents({ client: service.client, runId: id, after, heard, signal })) as never);
  });
}

/** Each stream asks Temporal four times a second. @throws {ProblemError} 503 */
function refuseBeyond({ maxEventStreams }: Service, open: number): void {
  if (open < maxEventStreams) return;
  const detail = `${open} event streams are open, and no more are served; ask again later, or for /runs/{id} instead`;
  throw new ProblemError(503, detail, { 'retry-after': '5' }, { title: 'Too many event streams' });
}
