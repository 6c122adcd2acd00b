/**
 * What went wrong with a call over HTTP, as one typed failure that Temporal retries or not.
 * A body that is truncated or is no JSON is passing trouble, though clients throw plain errors for it.
 */
import { ApplicationFailure } from '@temporalio/common';
import { refusalOf } from '../../limits/learned/refusal.ts';
import { retryDelayFor } from '../../limits/learned/retry-after.ts';
import { throttled, throttledMark } from '../../limits/throttled.ts';

/**
 * How a source refused: by its status, its headers and what it said.
 *
 * @example const full = ({ status, body }: HttpRefusal) => (status === 403 && body?.includes('quota') ? throttled('No quota is left') : undefined);
 */
export interface HttpRefusal {
  /** Who refused, as people know it: `arxiv`, `the model`. */
  readonly source: string;
  readonly status: number;
  readonly header: (name: string) => string | null | undefined;
  /** What it said, shortened by us. */
  readonly body?: string;
}

interface Meaning {
  readonly type: string;
  readonly advice: string;
}

const meanings: Readonly<Record<number, Meaning>> = {
  400: { type: 'BadRequest', advice: 'it does not understand the request' },
  401: { type: 'Unauthorized', advice: 'its key is missing or wrong' },
  402: { type: 'QuotaExhausted', advice: 'its quota is used up' },
  403: { type: 'Forbidden', advice: 'its key may not do this, or it blocks this network' },
  404: { type: 'NotFound', advice: 'its address may have changed' },
  408: { type: 'Unavailable', advice: 'it took too long' },
  409: { type: 'Unavailable', advice: 'it is busy' },
  413: { type: 'BadRequest', advice: 'the request is too large' },
  422: { type: 'BadRequest', advice: 'it does not accept the request' },
  429: { type: 'RateLimited', advice: 'too many requests; it is asked again later' },
};

/**
 * A refusal by status as a failure; the wait that it asks for becomes the delay of the next attempt, with jitter.
 *
 * @example if (!response.ok) throw refused({ source: 'github', status: response.status, header: (name) => response.headers.get(name) });
 */
export function refused({ source, status, header, body = '' }: HttpRefusal): ApplicationFailure {
  const refusal = refusalOf({ status, header, said: body }, Date.now());
  const advice = status >= 500 ? 'it has trouble of its own' : 'it refused';
  const spent = refusal.kind === 'final' && refusal.spent;
  const meaning = meanings[spent ? 402 : status] ?? { type: 'Unavailable', advice };
  const wait = refusal.kind === 'final' ? undefined : refusal.waitMs;
  const start = body.slice(0, 2000).trim();
  const said = start === '' ? '' : `: ${start.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
  return ApplicationFailure.create({
    type: meaning.type,
    nonRetryable: refusal.kind === 'final',
    message: `${source} answered ${status}: ${meaning.advice}${said}`,
    ...(refusal.kind === 'throttled' ? { details: throttledMark(wait) } : {}),
    ...(wait === undefined ? {} : { nextRetryDelay: retryDelayFor(wait, Math.random()) }),
  });
}

/**
 * Too many requests, where a source says so in its own way; `waitMs` is what it asks for.
 *
 * @example if (answer.error === 'throttle') throw rateLimited('stack-exchange', 'backoff', answer.backoff * 1000);
 */
export function rateLimited(source: string, said: string, waitMs: number | undefined): ApplicationFailure {
  return throttled(`${source} answers no more for a while; it is asked again later: ${said.slice(0, 200)}`, waitMs);
}

/**
 * An answer that is not what its documentation says. Passing trouble more often than not, so it is retried.
 * @param cause what the parser said; only its words are kept, as the failure is the one that a run reports
 * @example if (!Array.isArray(answer)) throw malformed('crossref', 'its body is no list');
 */
export function malformed(source: string, problem: string, cause?: unknown): ApplicationFailure {
  const detail = cause instanceof Error ? ` (${cause.message.slice(0, 200)})` : '';
  return ApplicationFailure.create({
    type: 'MalformedResponse',
    message: `${source} answered something else than documented: ${problem}${detail}`,
  });
}

const unknownNames = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME', 'ENODATA']);

/**
 * A call that had no answer. A name that nobody knows is final: without a network, each retry would only cost time.
 *
 * @example throw unreachable('arxiv', url.host, 'Check the network', error);
 */
export function unreachable(source: string, host: string, hint: string, thrown: unknown): ApplicationFailure {
  const code = codeOf(thrown);
  const words = reasons.get(code ?? '');
  const why = words ? `${words}, ${code}` : (code ?? deepestMessage(thrown));
  return ApplicationFailure.create({
    type: 'Unreachable',
    nonRetryable: code !== undefined && unknownNames.has(code),
    message: `${source} cannot be reached (${host}: ${why}). ${hint}`,
  });
}

const reasons = new Map([
  ['ENOTFOUND', 'nobody knows that name'],
  ['EAI_AGAIN', 'its name cannot be looked up'],
  ['ECONNREFUSED', 'nothing answers there'],
  ['ECONNRESET', 'the connection was cut off'],
  ['UND_ERR_SOCKET', 'the connection was cut off'],
  ['ETIMEDOUT', 'no connection came about in time'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection came about in time'],
]);

/** An answer that came and that nobody can take apart; undefined where the thrown is another failure. */
export function garbledIn(thrown: unknown, source: string): ApplicationFailure | undefined {
  const code = codeOf(thrown) ?? '';
  if (/^(?:Z|ERR__ERROR|ERR_BROTLI|ZSTD)_/.test(code)) {
    return malformed(source, `its body is not packed as it says, ${code}`);
  }
  const isOdd = code === 'UND_ERR_HEADERS_OVERFLOW' || causesOf(thrown).some(({ name }) => name === 'HTTPParserError');
  return isOdd ? malformed(source, `it is no HTTP, ${code || deepestMessage(thrown)}`) : undefined;
}

function causesOf(thrown: unknown): Error[] {
  const causes: Error[] = [];
  for (let error = thrown; error instanceof Error && causes.length < 5; error = error.cause) causes.push(error);
  return causes;
}

function codeOf(thrown: unknown): string | undefined {
  const named = causesOf(thrown).find((error) => 'code' in error && typeof error.code === 'string');
  return named && String((named as NodeJS.ErrnoException).code);
}

/** What `fetch` says itself is `fetch failed`, whatever it was. */
function deepestMessage(thrown: unknown): string {
  return causesOf(thrown).at(-1)?.message.slice(0, 200) ?? String(thrown).slice(0, 200);
}
