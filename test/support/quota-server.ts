/** An HTTP server that refuses above a quota that it does not tell, and writes down what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Quota {
  /** Calls a second; 0 refuses everything. */
  perSecond: number;
  /** How many at once after a rest. */
  burst: number;
  latencyMs: number;
  /** Whether a refusal says how long to wait. */
  tells: boolean;
}

export interface Seen {
  readonly at: number;
  readonly served: boolean;
  readonly who: string;
}

export interface QuotaServer {
  readonly url: string;
  /** May be changed at any time. */
  readonly quota: Quota;
  readonly seen: Seen[];
  /** The most calls that were served at one time. */
  readonly mostAtOnce: () => number;
  close(): void;
}

/** `GET /<who>`: 200 after the latency, or 429 at once. */
export async function startQuotaServer(quota: Quota): Promise<QuotaServer> {
  const seen: Seen[] = [];
  let level = quota.burst;
  let at = Date.now();
  let inFlight = 0;
  let most = 0;
  const take = (now: number): boolean => {
    level = Math.min(quota.burst, level + (quota.perSecond * (now - at)) / 1000);
    at = now;
    if (quota.perSecond === 0 || level < 1) return false;
    level--;
    return true;
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const now = Date.now();
    const served = take(now);
    seen.push({ at: now, served, who: decodeURIComponent(request.url?.slice(1) ?? '') });
    if (!served) {
      response.writeHead(429, quota.tells ? { 'retry-after': '1' } : {}).end();
      return;
    }
    most = Math.max(most, ++inFlight);
    let isOpen = true;
    const over = (): void => {
      if (isOpen) inFlight--;
      isOpen = false;
    };
    const timer = setTimeout(() => {
      // Not when the response closes: on a busy machine the caller's next request is read before that is known here.
      over();
      response.end('{}');
    }, quota.latencyMs);
    response.once('close', () => {
      clearTimeout(timer);
      over();
    });
  };
  const server = createServer(handle);
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    quota,
    seen,
    mostAtOnce: () => most,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
