/** What every route of the service is given. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, onRequestAsyncHookHandler, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { RunsClient } from '../runs/client.ts';
import type { AnswerWriter } from '../runs/see.ts';
import { abortable } from '../runs/abortable.ts';
import type { ServiceMetrics } from './metrics.ts';
import type { ProblemStatus } from './problems.ts';
import type { KnownTokens } from './tokens.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface Service {
  readonly client: RunsClient;
  /** Whom a token belongs to. */
  readonly tokens: KnownTokens;
  readonly metrics: ServiceMetrics;
  /** Fires when the service closes: what would never end by itself ends then. */
  readonly closing: AbortSignal;
  /** Fires a moment later: what has been asked and has no answer by then is answered that there is none. */
  readonly closed: AbortSignal;
  /** How many event streams may be open at once. */
  readonly maxEventStreams: number;
  /** The answer of a run as text for people; undefined where its kind writes none. */
  readonly answerText?: AnswerWriter;
  /** Refuses a client that starts too many runs a second. */
  readonly limitStarts: onRequestAsyncHookHandler;
}

declare module 'fastify' {
  interface FastifySchema {
    /** Statuses that the route answers with a problem document, besides those that any route may. */
    'x-problems'?: readonly ProblemStatus[];
    /** The body may be left out. */
    'x-optional-body'?: boolean;
    /** Statuses that come with the address of the run. */
    'x-location'?: readonly number[];
  }
}

/** Temporal's SDK would wait for minutes; a caller over HTTP wants to know sooner. */
const patienceMs = 10_000;

/** @throws what `ask` throws, or a deadline error that becomes a 503 */
export function bounded<R>({ client, closed }: Service, ask: () => Promise<R>): Promise<R> {
  return abortable(client.temporal, closed, () => client.temporal.withDeadline(Date.now() + patienceMs, ask));
}
