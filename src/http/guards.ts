/**
 * Who may speak to the service: the holder of the token, or a program of this machine.
 * The surprising rule: on loopback a page of another site is refused, since a browser lets it send requests there.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from './problems.ts';

/** For probes, which hold no token. */
const open = new Set(['/healthz', '/readyz']);

export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

export function guard(app: FastifyInstance, host: string, token: string | undefined): void {
  if (isLoopback(host)) app.addHook('onRequest', async (request) => refuseForeign(request));
  if (token === undefined) return;
  const expected = digest(token);
  app.addHook('onRequest', async (request) => {
    if (open.has(request.routeOptions.url ?? '')) return;
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    const detail = 'Send the token of the service: `Authorization: Bearer <FANFOLD_TOKEN>`';
    throw new ProblemError(401, detail, { 'www-authenticate': 'Bearer realm="fanfold"' });
  });
}

/** Equal in length whatever was sent, so that the comparison takes the same time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refuseForeign({ headers }: FastifyRequest): void {
  const host = headers.host ?? '';
  if (!isLoopback(host.replace(/:\d*$/, ''))) {
    throw new ProblemError(403, `This service answers on localhost only, not as '${host.slice(0, 100)}'`);
  }
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) {
    throw new ProblemError(403, 'This service takes no requests from the pages of other sites');
  }
}
