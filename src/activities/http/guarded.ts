/**
 * One request for a URL that configuration or data brought, with its redirects followed one by one.
 * The surprising rule: a redirect takes the caller's headers, keys among them, to no other origin than the configured one.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { Response } from 'undici';
import { connectionsTo } from './addresses.ts';

/**
 * A request whose redirects are held to addresses that anybody may reach.
 *
 * @example const request: GuardedRequest = { source: 'example', signal: currentSignal(), headers: { accept: 'text/html' } };
 */
export interface GuardedRequest {
  /** Names whom is asked, in failures. */
  readonly source: string;
  readonly signal: AbortSignal;
  /** Sent to the configured origin alone, but for `accept` and `user-agent`. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Who brought the URL: only one from the configuration may lead into a private network. @default 'configuration' */
  readonly from?: 'configuration' | 'data';
}

const mostRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);
/** Headers that say nothing of the caller, and so go along to any host. */
const open = new Set(['accept', 'user-agent']);

/**
 * A GET whose answer is never itself a redirect.
 * @throws {ApplicationFailure} of type `AddressRefused` or `RedirectRefused`, or what `fetch` throws
 * @example const response = await guardedFetch(new URL('https://example.org'), { source: 'example', signal: currentSignal() });
 */
export async function guardedFetch(configured: URL, request: GuardedRequest): Promise<Response> {
  const { source, signal, headers = {}, from = 'configuration' } = request;
  const { fetch } = await import('undici');
  const refusedHere = (to: URL, why: string) => redirectRefused(source, to, why, from);
  let url = configured;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    if (!/^https?:$/.test(url.protocol)) throw refusedHere(url, 'only http and https are followed');
    const home = isHome(url, configured);
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: home ? headers : Object.fromEntries(Object.entries(headers).filter(([name]) => open.has(lower(name)))),
      dispatcher: await connectionsTo(url, home && from === 'configuration'),
    });
    const location = redirects.has(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    url = redirectTarget(url, location, refusedHere);
  }
  throw refusedHere(url, `it is redirected more than ${mostRedirects} times`);
}

/** The configured origin, or the same host by https where it was configured by http. */
function isHome(url: URL, configured: URL): boolean {
  if (url.origin === configured.origin) return true;
  const upgraded = configured.protocol === 'http:' && url.protocol === 'https:';
  return upgraded && url.hostname === configured.hostname && url.port === '' && configured.port === '';
}

/** Where a redirect leads. @throws what `refusedHere` makes of why it is not followed */
export function redirectTarget(from: URL, location: string, refusedHere: (to: URL, why: string) => Error): URL {
  if (!URL.canParse(location, from.href)) throw refusedHere(from, 'it leads to no address');
  const url = new URL(location, from);
  if (from.protocol === 'https:' && url.protocol !== 'https:') {
    throw refusedHere(url, 'it leads from https to something else');
  }
  url.username = '';
  url.password = '';
  return url;
}

function redirectRefused(
  source: string,
  { host, protocol }: URL,
  why: string,
  from: GuardedRequest['from'],
): ApplicationFailure {
  // An address that data brought is in no setting.
  const advice = from === 'data' ? '' : '. Check the address that is configured';
  return ApplicationFailure.nonRetryable(
    `${source}: the redirect to ${(host || protocol).slice(0, 200)} is not followed, as ${why}${advice}`,
    'RedirectRefused',
  );
}

function lower(name: string): string {
  return name.toLowerCase();
}
