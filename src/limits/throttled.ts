/**
 * Errors that mean "no room now": made by fanfold's own clients, or thrown by any other and read by their status.
 * The surprising rule: under a limit such an error costs no attempt, so nothing else may be taken for one.
 */
import { given } from '../core/given.ts';
import { ApplicationFailure } from '@temporalio/common';
import { refusalOf, type Refusal } from './learned/refusal.ts';
import { retryDelayFor } from './learned/retry-after.ts';

/** In the details of a failure, so that it survives being wrapped. */
interface Mark {
  readonly throttled: true;
  readonly waitMs?: number;
}

/**
 * The details that make a failure a throttled one.
 *
 * @example throw ApplicationFailure.create({ message: 'Busy', type: 'Busy', details: throttledMark(2000) });
 */
export function throttledMark(waitMs: number | undefined): [Mark] {
  return [{ throttled: true, ...given({ waitMs }) }];
}

/**
 * For an activity of one's own whose API says in its own words that it has no room.
 *
 * @example if (answer.code === 'BUSY') throw throttled('The CRM is busy', 2000);
 */
export function throttled(message: string, waitMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'RateLimited',
    message,
    details: throttledMark(waitMs),
    ...given({ nextRetryDelay: waitMs === undefined ? undefined : retryDelayFor(waitMs, Math.random()) }),
  });
}

/** What a thrown value says of the other side; undefined where it is no refusal over HTTP. */
export function meaningOf(thrown: unknown, now: number): Refusal | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth++) {
    if (error instanceof ApplicationFailure) {
      const mark = markOf(error);
      if (mark) return { kind: 'throttled', ...given({ waitMs: mark.waitMs }) };
      if (error.nonRetryable) return undefined;
    }
    const status = statusOf(error);
    if (status !== undefined) return refusalOf({ status, header: headersOf(error), said: saidBy(error) }, now);
  }
  return undefined;
}

function markOf({ details }: ApplicationFailure): Mark | undefined {
  const [first] = (details ?? []) as Partial<Mark>[];
  return first?.throttled === true ? (first as Mark) : undefined;
}

/** As `openai`, `@anthropic-ai/sdk`, the AI SDK, `got` and `axios` name it. */
function statusOf(error: Error): number | undefined {
  const { status, statusCode, response } = error as ClientError;
  const found = status ?? statusCode ?? response?.status ?? response?.statusCode;
  return typeof found === 'number' && found >= 400 && found < 600 ? found : undefined;
}

interface ClientError {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly response?: { readonly status?: unknown; readonly statusCode?: unknown; readonly headers?: unknown };
  readonly headers?: unknown;
  readonly responseHeaders?: unknown;
  readonly code?: unknown;
}

function headersOf(error: Error): (name: string) => string | undefined {
  const { headers, responseHeaders, response } = error as ClientError;
  const found = headers ?? responseHeaders ?? response?.headers;
  if (typeof found !== 'object' || found === null) return () => undefined;
  return (name) => {
    const value: unknown =
      'get' in found && typeof found.get === 'function' ? found.get(name) : (found as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  };
}

function saidBy(error: Error): string {
  const { code } = error as ClientError;
  return `${typeof code === 'string' ? code : ''} ${error.message}`;
}
