/**
 * The port of a process that only those who watch over it ask: `/metrics`, `/healthz` and `/readyz`.
 * It asks for no token, so it listens on this machine alone unless a host is named.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FanfoldError } from '../errors.ts';
import { logText } from '../core/text/controls.ts';
import { messageOf } from '../core/thrown.ts';

/** What a process says of itself. */
export interface Monitored {
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
  /** Undefined where it is well; else what is wrong with the process itself, which a new one would cure. */
  unhealthy(): string | undefined;
  /** Undefined where it can work; else why not at the moment. */
  unready(): Promise<string | undefined>;
  readonly onMessage: (message: string) => void;
}

export interface MonitoringPort {
  readonly url: string;
  close(): Promise<void>;
}

export interface MonitoringAddress {
  readonly host: string;
  readonly port: number;
}

const loopback = '127.0.0.1';

/**
 * `9464`, `:9464`, `0.0.0.0:9464` or `[::]:9464`.
 *
 * @throws {FanfoldError} of type `InvalidInput` naming the field
 */
export function monitoringAddress(text: string, field: string): MonitoringAddress {
  const [, host = '', digits = ''] = /^(?:(\[[\da-fA-F:.]+\]|[\w.-]+)?:)?(\d{1,5})$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535)
    throw new FanfoldError(
      'InvalidInput',
      `\`${field}\` must be a port such as 9464, or a host with one such as 0.0.0.0:9464, not '${text.slice(0, 100)}'`,
      field,
    );
  return { host: host.replace(/^\[(.*)\]$/, '$1') || loopback, port };
}

/** @throws {Error} where the port is taken */
export async function openMonitoring({ host, port }: MonitoringAddress, of: Monitored): Promise<MonitoringPort> {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000, maxHeaderSize: 8192 },
    (request, response) => {
      answer(of, request, response).catch((error: unknown) => {
        of.onMessage(`${logText(`${request.method} ${request.url}`)} failed: ${messageOf(error)}`);
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} of ${host} is taken by another program`, { cause: error })
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  of: Monitored,
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path] = url.split('?', 1);
  const send = (status: number, body: string, type = 'application/json; charset=utf-8'): void => {
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(method === 'HEAD' ? undefined : body);
  };
  if (method !== 'GET' && method !== 'HEAD') return send(405, '{"status":"only GET is possible here"}');
  if (path === '/metrics') return send(200, await of.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
  if (path !== '/healthz' && path !== '/readyz')
    return send(404, '{"status":"there is /metrics, /healthz and /readyz"}');
  const problem = of.unhealthy() ?? (path === '/readyz' ? await of.unready() : undefined);
  send(
    problem === undefined ? 200 : 503,
    JSON.stringify(problem === undefined ? { status: 'ok' } : { status: 'unavailable', detail: problem }),
  );
}
