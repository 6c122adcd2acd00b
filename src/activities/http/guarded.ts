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
  let url = configured;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    if (!/^https?:$/.test(url.protocol)) throw redirectRefused(source, url, 'only http and https are followed');
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
    url = redirectTarget(source, url, location);
  }
  throw redirectRefused(source, url, `it is redirected more than ${mostRedirects} times`);
}

/** The configured origin, or the same host by https where it was configured by http. */
function isHome(url: URL, configured: URL): boolean {
  if (url.origin === configured.origin) return true;
  const upgraded = configured.protocol === 'http:' && url.protocol === 'https:';
  return upgraded && url.hostname === configured.hostname && url.port === '' && configured.port === '';
}

/** Where a redirect leads. @throws {ApplicationFailure} of type `RedirectRefused` */
export function redirectTarget(source: string, from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw redirectRefused(source, from, 'it leads to no address');
  const url = new URL(location, from);
  if (from.protocol === 'https:' && url.protocol !== 'https:') {
    throw redirectRefused(source, url, 'it leads from https to something else');
  }
  url.username = '';
  url.password = '';
  return url;
}

function redirectRefused(source: string, { host }: URL, why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `${source}: the redirect to ${host.slice(0, 200)} is not followed, as ${why}. Check the address that is configured`,
    'RedirectRefused',
  );
}

function lower(name: string): string {
  return name.toLowerCase();
}
