/**
 * The HTTP service: start runs, watch them and steer them from any language.
 * The surprising rule: it refuses to listen beyond this machine without a token.
 */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { FanfoldError } from './errors.ts';
import type { RunsClient } from './runs/client.ts';
import { readConfig } from './config.ts';
import { createApp } from './http/app.ts';
import { isLoopback } from './http/guards.ts';
import { createMetrics } from './http/metrics.ts';
import { packageFacts } from './packages/files.ts';
import { pageFiles } from './packages/page-files.ts';
import type { AnswerWriter } from './runs/see.ts';
import { readTokens, type KnownTokens } from './http/tokens.ts';

export interface ServiceOptions {
  /** A `FanfoldClient`; the kinds that it knows are those that are served. */
  readonly client: RunsClient;
  /** @default `127.0.0.1` */
  readonly host?: string | undefined;
  /** 0 is any free one. @default 8787, or any free one where that is taken */
  readonly port?: number | undefined;
  /** One token with all rights. @default `FANFOLD_TOKEN` */
  readonly token?: string | undefined;
  /** The path of a file of tokens, each with its holder, roles and tenant. @default `FANFOLD_TOKENS` */
  readonly tokensFile?: string | undefined;
  /** How many runs one client may start a second. @default 60 */
  readonly startsPerSecond?: number | undefined;
  /** How many event streams may be open at once, of all clients. @default 1000 */
  readonly maxEventStreams?: number | undefined;
  /** How long a request may take to arrive, in milliseconds. @default 60000 */
  readonly requestMs?: number | undefined;
  /** The answer of a run as its kind writes it for people; undefined where it writes none. @default no text for any run */
  readonly answerText?: AnswerWriter | undefined;
  /** Told what an operator should know. */
  readonly onMessage?: ((message: string) => void) | undefined;
}

export interface RunningService {
  readonly url: string;
  /** What it counts, in Prometheus' text format. */
  metrics(): Promise<string>;
  /** Ends the event streams, answers what has been asked, within about a second, and stops listening. */
  close(): Promise<void>;
}

const defaultPort = 8787;

/**
 * @throws {FanfoldError} of type `InvalidInput` where it would listen to other machines without a token, where a token is
 *   too short, or where the file of tokens cannot be meant
 * @throws {Error} where the given port is taken
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { client, host = '127.0.0.1', startsPerSecond = 60, maxEventStreams = 1000, onMessage = () => {} } = options;
  const tokens = await tokensFor(host, options);
  const { requestMs, answerText } = options;
  const { version } = packageFacts();
  const metrics = createMetrics(client);
  const known = { client, host, tokens, startsPerSecond, maxEventStreams, requestMs, version, onMessage, metrics };
  const app = await createApp({ ...known, answerText, page: pageFiles() });
  await listen(app, host, options.port, onMessage);
  const { address, family, port } = app.server.address() as AddressInfo;
  const name = isLoopback(host) ? host : address;
  const url = `http://${family === 'IPv6' && name.includes(':') ? `[${name}]` : name}:${port}`;
  return { url, metrics: () => metrics.registry.metrics(), close: () => app.close() };
}

async function tokensFor(host: string, { token, tokensFile }: ServiceOptions): Promise<KnownTokens> {
  const config = readConfig();
  const known = await readTokens({ token: token?.trim() || config.token, file: tokensFile ?? config.tokensFile });
  if (!known.none || isLoopback(host)) return known;
  throw new FanfoldError(
    'InvalidInput',
    `To listen on ${host}, which other machines can reach, set FANFOLD_TOKEN to a secret that clients send as a bearer token, or FANFOLD_TOKENS to a file of them`,
    'FANFOLD_TOKEN',
  );
}

async function listen(
  app: FastifyInstance,
  host: string,
  port: number | undefined,
  say: (message: string) => void,
): Promise<void> {
  try {
    await app.listen({ host, port: port ?? defaultPort });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (port !== undefined) throw new Error(`Port ${port} of ${host} is taken by another program`, { cause: error });
    await app.listen({ host, port: 0 });
    say(`Port ${defaultPort} is taken, so the service listens on ${(app.server.address() as AddressInfo).port}`);
  }
}
