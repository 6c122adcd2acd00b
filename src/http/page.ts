/**
 * The page for people: a document without anything of a run in it, which asks the API for all it shows, as any client does.
 * An address that the API has too is the page's only for who asks for `text/html`, as a browser that
 * follows a link does and no client of the API.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { App } from './service.ts';

/** By its name; `index.html` is the document. */
export type PageFiles = ReadonlyMap<string, { readonly type: string; readonly body: string }>;

/** It runs no code, shows no style and asks nothing but of this very service, and stands in no frame of another's. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Of the router: a route with `{ forPeople: 'yes' }` is taken before one without, by whom it is derived for. */
export const forPeople = {
  name: 'forPeople',
  storage<R>() {
    const routes = new Map<unknown, R>();
    return {
      get: (key: unknown) => routes.get(key) ?? null,
      set: (key: unknown, route: R) => void routes.set(key, route),
    };
  },
  deriveConstraint: ({ headers }: IncomingMessage) =>
    /(?:^|[ ,])text\/html\b/i.test((headers.accept ?? '').slice(0, 1000)) ? 'yes' : 'no',
  validate() {},
  mustMatchWhenDerived: false,
};

/** Of these the API has the first three, and says nothing of the others. */
const views = ['/runs', '/runs/:id', '/limits', '/start', '/start/:kind'];

export function routePage(app: App, files: PageFiles): void {
  const config = { needs: 'nothing', isPage: true } as const;
  const schema = { hide: true } as const;
  const send = (name: string, reply: FastifyReply): FastifyReply => {
    const { type, body } = files.get(name) ?? { type: 'text/plain', body: '' };
    return reply.type(type).serializer(String).send(body);
  };
  const document = (reply: FastifyReply): FastifyReply =>
    send(
      'index.html',
      reply.headers({
        'content-security-policy': pagePolicy,
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        vary: 'accept',
      }),
    );
  app.get('/', { schema, config }, async (_request, reply) => document(reply));
  for (const view of views)
    app.get(view, { schema, config, constraints: { forPeople: 'yes' } }, async (_request, reply) => document(reply));
  for (const name of files.keys())
    if (name !== 'index.html')
      // Their address has a digest of them behind it, so that a browser never mixes two versions.
      app.get(`/assets/${name}`, { schema, config: { needs: 'nothing' } }, async (_request, reply) =>
        send(name, reply.header('cache-control', 'public, max-age=31536000, immutable')),
      );
}
