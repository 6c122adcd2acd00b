/**
 * Who may speak to the service: the holder of a token, or a program of this machine.
 * The surprising rule: on loopback a page of another site is refused, since a browser lets it send requests there.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { anyone } from './callers.ts';
import { ProblemError } from './problems.ts';
import { SlowDown } from './slow-down.ts';
import type { KnownTokens } from './tokens.ts';

export interface GuardOptions {
  readonly host: string;
  readonly tokens: KnownTokens;
  /** Fires when the service closes. */
  readonly closing: AbortSignal;
  readonly onMessage: (message: string) => void;
}

/** Longer ones name nothing: a run's id has at most 250 characters. */
const maxAddressCharacters = 4000;

export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

export function guard(app: FastifyInstance, { host, tokens, closing, onMessage }: GuardOptions): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    const { url } = request;
    request.caller = anyone;
    if (url.length > maxAddressCharacters)
      throw new ProblemError(414, `The address has ${url.length} characters; at most ${maxAddressCharacters} are read`);
  });
  if (isLoopback(host)) app.addHook('onRequest', async (request) => refuseForeign(request));
  if (!tokens.none) askForToken(app, tokens, closing, onMessage);
}

function askForToken(
  app: FastifyInstance,
  tokens: KnownTokens,
  closing: AbortSignal,
  onMessage: GuardOptions['onMessage'],
): void {
  const slowDown = new SlowDown((address, count) =>
    onMessage(`${count} wrong tokens within a minute from ${address}; its next ones wait for their answer`),
  );
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.needs === 'nothing') return;
    const given = /^Bearer +(\S{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1];
    const caller = given === undefined ? undefined : tokens.find(given);
    if (!caller) {
      if (given !== undefined) await slowDown.mistake(request.ip, closing);
      const detail = 'Send a token of the service: `Authorization: Bearer <token>`';
      throw new ProblemError(401, detail, { 'www-authenticate': 'Bearer realm="fanfold"', connection: 'close' });
    }
    request.caller = caller;
  });
}

/** What a browser says of a request that a person has typed, or that a page of this very service has sent. */
const ownSites = new Set(['none', 'same-origin']);

function refuseForeign({ headers, routeOptions }: FastifyRequest): void {
  const host = headers.host ?? '';
  if (!isLoopback(host.replace(/:\d{0,5}$/, ''))) {
    throw new ProblemError(403, `This service answers on localhost only, not as '${host.slice(0, 100)}'`);
  }
  // A link to the page may stand anywhere; the page shows nothing but what it asks for itself.
  if (routeOptions.config.isPage) return;
  const site = headers['sec-fetch-site'];
  if (
    (headers.origin !== undefined && headers.origin !== `http://${host}`) ||
    (site !== undefined && !ownSites.has(site))
  ) {
    throw new ProblemError(403, 'This service takes no requests from the pages of other sites');
  }
}
