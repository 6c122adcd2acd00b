/** What goes wrong with a model, as failures that say whether trying again may help. */
import { currentContext, refusalOf, retryDelayFor, throttledMark } from '../../activities/index.ts';
import { ApplicationFailure } from '@temporalio/common';
import { FanfoldError } from '../../errors.ts';

const longestSaid = 500;

/**
 * Which faults may pass if tried again. The client throws more than its own errors: a body that is no JSON is a plain
 * SyntaxError, one that is truncated a plain TypeError.
 */
export function modelFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof FanfoldError) return ApplicationFailure.nonRetryable(error.message, error.type);
  const cause = error instanceof Error ? error : undefined;
  const said = cause?.message.slice(0, longestSaid) ?? 'it failed without saying why';
  if (isRefusal(error)) {
    return refusedBy(error, error.status, `The model's endpoint refused: ${said}`);
  }
  if (error instanceof SyntaxError) {
    return ApplicationFailure.retryable(`The model sent an answer that is not JSON: ${said}`, 'MalformedModelAnswer');
  }
  // The client says "Connection error." of all that its connection failed of.
  const root = rootOf(error)?.message.slice(0, longestSaid) ?? said;
  if (root === 'unexpected redirect') return ApplicationFailure.nonRetryable(redirected, 'ModelRefused');
  const why = root === said ? said : `${said} (${root})`;
  return ApplicationFailure.retryable(`The model could not be reached: ${why}`, 'ModelUnreachable');
}

function rootOf(thrown: unknown): Error | undefined {
  let root: Error | undefined;
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) root = error;
  return root;
}

const redirected =
  "The model's endpoint redirects to another address, which is not followed since the key would go there too: set OPENAI_BASE_URL to the address that answers";

/** What an endpoint refuses, as the client throws it. */
export interface ModelRefusal extends Error {
  readonly status: number;
  readonly headers: Headers | undefined;
  readonly code?: string | null | undefined;
  readonly param?: string | null | undefined;
}

/** By its shape: the client that throws it may never have been loaded. */
export function isRefusal(error: unknown): error is ModelRefusal {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && 'headers' in error;
}

/** A spent quota also comes as 429, and does not come back by waiting. */
function refusedBy({ headers, code }: ModelRefusal, status: number, message: string): ApplicationFailure {
  const header = (name: string): string | null | undefined => headers?.get(name);
  const refusal = refusalOf({ status, header, said: `${code ?? ''} ${message}` }, Date.now());
  if (isTooLong(`${code ?? ''} ${message}`)) return ApplicationFailure.nonRetryable(message, 'ModelWindowExceeded');
  if (code === 'content_filter') return declined('its endpoint filtered the request');
  if (refusal.kind === 'final') return ApplicationFailure.nonRetryable(message, 'ModelRefused');
  const { waitMs } = refusal;
  return ApplicationFailure.create({
    message,
    type: status === 429 ? 'ModelRateLimited' : 'ModelUnavailable',
    ...(refusal.kind === 'throttled' ? { details: throttledMark(waitMs) } : {}),
    ...(waitMs === undefined ? {} : { nextRetryDelay: retryDelayFor(waitMs, Math.random()) }),
  });
}

const tooLong =
  /context_length_exceeded|context length|context window|context size|maximum context|prompt is too long|input is too long|too many input tokens|n_ctx/i;

/** Whether an endpoint says that the conversation is more than its model takes. */
export function isTooLong(said: string): boolean {
  return tooLong.test(said.slice(0, 2000));
}

/** An error that came in a body whose status said that all is well. */
export function errorInside(error: unknown): ApplicationFailure {
  const given = (typeof error === 'object' && error !== null ? error : { message: error }) as Record<string, unknown>;
  const status = [given['status'], given['code'], given['status_code']].map(Number).find((n) => n >= 400 && n < 600);
  const { message = 'it did not say why' } = given;
  const said = typeof message === 'string' ? message : JSON.stringify(message);
  const inside = new Error(`${status ?? 500} ${said.slice(0, longestSaid)}`);
  const { code, param } = given;
  return modelFailure(Object.assign(inside, { status: status ?? 500, headers: new Headers(), code, param }));
}

export function broken(): ApplicationFailure {
  return ApplicationFailure.retryable("The model's stream broke off", 'ModelStreamCut');
}

/** An endpoint that was silent twice is not waited for a third time. */
/** @param times the idle for which there were comments, and nothing behind them */
export function stalled(idleMs: number, times = 1): ApplicationFailure {
  const span = `${Math.round((times * idleMs) / 100) / 10} s`;
  const message =
    times === 1
      ? `The model's endpoint was silent for ${span} (FANFOLD_MODEL_IDLE says how long it may be)`
      : `The model's endpoint sent nothing but comments for ${span} (it may for ${times} times FANFOLD_MODEL_IDLE)`;
  const nonRetryable = (currentContext()?.info.attempt ?? 1) > 1;
  return ApplicationFailure.create({ message, type: 'ModelStalled', nonRetryable });
}

export function declined(said: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `The model declined to answer: ${said.slice(0, longestSaid)}`,
    'ModelDeclined',
  );
}

export function malformedAnswer(problem: string): ApplicationFailure {
  return ApplicationFailure.retryable(`The model sent an answer that ${problem}`, 'MalformedModelAnswer');
}

/** Asked for again with more room it would only be paid for once more, so it is final. */
export function empty(): ApplicationFailure {
  const message = 'The model sent an empty answer, and another one when it was allowed more tokens';
  return ApplicationFailure.nonRetryable(message, 'EmptyModelAnswer');
}
