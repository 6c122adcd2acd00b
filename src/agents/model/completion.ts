/**
 * One completion of a language model, over any endpoint that speaks OpenAI's chat completions.
 * The client's own retries are off: a retry belongs to Temporal, which everyone can see.
 */
import { refusalOf, withJitter, throttledMark, reserveTokens, TokensSpent } from '../../activities/index.ts';
import { ApplicationFailure } from '@temporalio/common';
import OpenAI, { APIError } from 'openai';

export interface CompletionInput {
  readonly instructions: string;
  readonly prompt: string;
  readonly signal: AbortSignal;
  readonly maxTokens: number;
}

export interface Completion {
  readonly text: string;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  /** The model that answered, as it names itself. */
  readonly model: string;
}

const defaultModel = 'gpt-4.1-mini';
const timeout = 60_000;

/** A key or an address is enough: what runs locally needs no key. */
export function modelConfigured(environment: NodeJS.ProcessEnv): boolean {
  return setting(environment, 'OPENAI_API_KEY') !== undefined || setting(environment, 'OPENAI_BASE_URL') !== undefined;
}

/** @throws {ApplicationFailure} of type `ModelNotConfigured`, `EmptyModelAnswer`, `MalformedModelAnswer` or of the fault's kind */
export async function complete(
  input: CompletionInput,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Completion> {
  return readCompletion(await ask(input, modelEndpoint(environment)));
}

/** A token of English has about four characters. */
const charactersPerToken = 4;

/**
 * Asks within the tokens a minute of the limit that the activity runs under; what the endpoint says was used settles the
 * estimate.
 *
 * @throws {TokensSpent} where there are too few now; let it pass
 */
export async function withinTokens<R>(
  messages: readonly object[],
  maxTokens: number,
  call: () => Promise<R>,
): Promise<R> {
  const estimate = Math.ceil(JSON.stringify(messages).length / charactersPerToken) + maxTokens;
  const settle = await reserveTokens(estimate);
  let used = 0;
  try {
    const answer = await call();
    used = (answer as Partial<OpenAI.ChatCompletion> | null)?.usage?.total_tokens ?? estimate;
    return answer;
  } finally {
    await settle(used);
  }
}

/** The endpoint that the environment names, and the model to ask there. */
export interface ModelEndpoint {
  readonly client: OpenAI;
  readonly model: string;
  /** The part of a request that bounds the answer's length. */
  tokenLimit(maxTokens: number): { max_completion_tokens: number } | { max_tokens: number };
}

/** @throws {ApplicationFailure} of type `ModelNotConfigured` */
export function modelEndpoint(environment: NodeJS.ProcessEnv): ModelEndpoint {
  if (!modelConfigured(environment)) {
    throw ApplicationFailure.nonRetryable(
      'No model is configured: set OPENAI_API_KEY or OPENAI_BASE_URL',
      'ModelNotConfigured',
    );
  }
  const baseURL = setting(environment, 'OPENAI_BASE_URL');
  const client = new OpenAI({
    apiKey: setting(environment, 'OPENAI_API_KEY') ?? 'not-needed',
    // Null, not undefined: otherwise the client would look at the environment of the process itself.
    baseURL: baseURL ?? null,
    maxRetries: 0,
    timeout,
  });
  return {
    client,
    model: setting(environment, 'OPENAI_MODEL') ?? defaultModel,
    // OpenAI's newer models refuse the old name; other servers often know the old one alone.
    tokenLimit: (tokens) => (baseURL === undefined ? { max_completion_tokens: tokens } : { max_tokens: tokens }),
  };
}

async function ask(
  { instructions, prompt, signal, maxTokens }: CompletionInput,
  { client, model, tokenLimit }: ModelEndpoint,
): Promise<unknown> {
  const request = {
    model,
    messages: [
      { role: 'system' as const, content: instructions },
      { role: 'user' as const, content: prompt },
    ],
    ...tokenLimit(maxTokens),
  };
  try {
    return await withinTokens(request.messages, maxTokens, () => client.chat.completions.create(request, { signal }));
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TokensSpent ? error : modelFailure(error);
  }
}

/**
 * Which faults may pass if tried again. The client throws more than its own errors: a body that is no JSON is a plain
 * SyntaxError, one that is cut off a plain TypeError.
 */
export function modelFailure(error: unknown): ApplicationFailure {
  const cause = error instanceof Error ? error : undefined;
  const said = cause?.message ?? 'it failed without saying why';
  if (error instanceof APIError && error.status !== undefined) {
    return refusedBy(error, error.status, `The model's endpoint refused: ${said}`);
  }
  if (error instanceof SyntaxError) {
    return ApplicationFailure.retryable(`The model sent an answer that is not JSON: ${said}`, 'MalformedModelAnswer');
  }
  return ApplicationFailure.retryable(`The model could not be reached: ${said}`, 'ModelUnreachable');
}

/** A spent quota also comes as 429, and does not come back by waiting. */
function refusedBy({ headers, code }: APIError, status: number, message: string): ApplicationFailure {
  const header = (name: string): string | null | undefined => headers?.get(name);
  const refusal = refusalOf({ status, header, said: `${code ?? ''} ${message}` }, Date.now());
  if (refusal.kind === 'final') return ApplicationFailure.nonRetryable(message, 'ModelRefused');
  const { waitMs } = refusal;
  return ApplicationFailure.create({
    message,
    type: status === 429 ? 'ModelRateLimited' : 'ModelUnavailable',
    ...(refusal.kind === 'throttled' ? { details: throttledMark(waitMs) } : {}),
    ...(waitMs === undefined ? {} : { nextRetryDelay: withJitter(waitMs, Math.random()) }),
  });
}

/** Any server may be behind the address, so the answer's shape is not taken for granted. */
export function readCompletion(answer: unknown): Completion {
  const { choices, usage, model } = (answer ?? {}) as Partial<OpenAI.ChatCompletion>;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (choice === undefined) throw malformed('has no choices');
  const tokens = { inputTokens: usage?.prompt_tokens ?? 0, outputTokens: usage?.completion_tokens ?? 0 };
  return { text: textOf(choice), usage: tokens, model: typeof model === 'string' ? model : 'unknown' };
}

function textOf(choice: unknown): string {
  const { message, finish_reason: finish } = (choice ?? {}) as {
    message?: { content?: unknown };
    finish_reason?: string;
  };
  const content = message?.content ?? '';
  if (typeof content !== 'string') throw malformed('is not text');
  if (content.trim() !== '') return content.trim();
  throw ApplicationFailure.retryable(`The model sent an empty answer (it ended with '${finish}')`, 'EmptyModelAnswer');
}

function malformed(problem: string): ApplicationFailure {
  return ApplicationFailure.retryable(`The model sent an answer that ${problem}`, 'MalformedModelAnswer');
}

function setting(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}
