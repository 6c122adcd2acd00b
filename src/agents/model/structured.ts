/**
 * One answer of a language model as data: asked for by a JSON schema, checked by zod, and never trusted before that.
 * The surprising rule: an endpoint that refuses schemas is remembered, so that only its first call is made twice.
 */
import { TokensSpent } from '../../activities/index.ts';
import { ApplicationFailure } from '@temporalio/common';
import { APIError, type OpenAI } from 'openai';
import { z } from 'zod';
import {
  modelEndpoint,
  modelFailure,
  withinTokens,
  readCompletion,
  type Completion,
  type ModelEndpoint,
} from './completion.ts';

export interface StructuredInput<T> {
  readonly instructions: string;
  readonly prompt: string;
  readonly schema: z.ZodType<T>;
  /** What the answer is, as the endpoint is told: letters, digits, `-` and `_`. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** Of each turn, a repair included. */
  readonly maxTokens: number;
}

export interface Structured<T> {
  readonly value: T;
  /** Of all turns together. */
  readonly usage: Completion['usage'];
  readonly model: string;
}

type Message = OpenAI.ChatCompletionMessageParam;
type Request = Pick<OpenAI.ChatCompletionCreateParamsNonStreaming, 'messages' | 'response_format'>;
type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Turns in which a model is told what was wrong. */
const maxRepairs = 1;
const longestProblem = 1000;
const withoutSchemas = new Set<string>();

/**
 * Asks for a value of `schema`; an answer that is none is told back to the model once, and then refused.
 *
 * @throws {ApplicationFailure} of type `MalformedModelAnswer` or `ModelDeclined`, both final, or what `complete` throws
 */
export async function structured<T>(
  { instructions, prompt, schema, name, signal, maxTokens }: StructuredInput<T>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Structured<T>> {
  const endpoint = modelEndpoint(environment);
  const json = z.toJSONSchema(schema, { unrepresentable: 'any' });
  const messages: Message[] = [
    { role: 'system', content: instructions },
    { role: 'user', content: prompt },
  ];
  const usage = { inputTokens: 0, outputTokens: 0 };
  for (let repairs = 0; ; repairs++) {
    const answer = await ask({ messages, json, name, maxTokens, signal }, endpoint);
    const { text, usage: used, model } = readCompletion(accepted(answer));
    usage.inputTokens += used.inputTokens;
    usage.outputTokens += used.outputTokens;
    const checked = check(text, schema);
    if (checked.ok) return { value: checked.value, usage, model };
    if (repairs >= maxRepairs) throw refused(name, checked.problem);
    messages.push({ role: 'assistant', content: text }, { role: 'user', content: repairOf(checked.problem, json) });
  }
}

interface Asked {
  readonly messages: readonly Message[];
  readonly json: object;
  readonly name: string;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

async function ask({ messages, json, name, maxTokens, signal }: Asked, endpoint: ModelEndpoint): Promise<unknown> {
  const { client, model, tokenLimit } = endpoint;
  const create = (request: Request): Promise<unknown> =>
    withinTokens(request.messages, maxTokens, () =>
      client.chat.completions.create({ model, ...tokenLimit(maxTokens), ...request }, { signal }),
    );
  const key = `${client.baseURL} ${model}`;
  const plain: Request = { messages: withSchema(messages, json) };
  const schema = { name, schema: json as Record<string, unknown>, strict: isStrict(json) };
  const typed: Request = {
    messages: [...messages],
    response_format: { type: 'json_schema', json_schema: schema },
  };
  try {
    if (withoutSchemas.has(key)) return await create(plain);
    return await create(typed).catch(async (error: unknown) => {
      if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) throw error;
      const answer = await create(plain);
      // Only now is it sure that the schema was at fault, and not the rest of the request.
      withoutSchemas.add(key);
      return answer;
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TokensSpent ? error : modelFailure(error);
  }
}

/** OpenAI's strict mode wants every property required and none beyond them. */
function isStrict(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return true;
  if (Array.isArray(schema)) return schema.every(isStrict);
  const { properties, required, additionalProperties, type } = schema as Record<string, unknown>;
  if (type === 'object') {
    const names = Object.keys(properties ?? {});
    if (additionalProperties !== false || names.some((name) => !(required as string[] | undefined)?.includes(name))) {
      return false;
    }
  }
  return Object.values(schema).every(isStrict);
}

function withSchema([system, ...rest]: readonly Message[], json: object): Message[] {
  const content = `${typeof system?.content === 'string' ? system.content : ''}\n\n${formOf(json)}`;
  return [{ role: 'system', content }, ...rest];
}

function formOf(json: object): string {
  return `Answer with one JSON value and nothing else, valid under this JSON schema:\n${JSON.stringify(json)}`;
}

function repairOf(problem: string, json: object): string {
  return `This answer cannot be used: ${problem}\n\n${formOf(json)}`;
}

/** A model that declines says so beside its text. */
function accepted(answer: unknown): unknown {
  const { choices } = (answer ?? {}) as Partial<OpenAI.ChatCompletion>;
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  const refusal = choice?.message?.refusal;
  if (!refusal && choice?.finish_reason !== 'content_filter') return answer;
  const said = refusal || 'its endpoint filtered the answer';
  throw ApplicationFailure.nonRetryable(
    `The model declined to answer: ${said.slice(0, longestProblem)}`,
    'ModelDeclined',
  );
}

function check<T>(text: string, schema: z.ZodType<T>): Checked<T> {
  const found = candidates(text).flatMap(parse);
  if (found.length === 0) return { ok: false, problem: 'it is not JSON.' };
  const parsed = found.map((value) => schema.safeParse(value));
  const good = parsed.find(({ success }) => success);
  if (good?.success) return { ok: true, value: good.data };
  const error = parsed[0]?.error;
  const problem = error ? z.prettifyError(error) : 'it does not fit the schema.';
  return { ok: false, problem: problem.slice(0, longestProblem) };
}

/** The text itself, what is in its fences, and what is between its outermost brackets. */
function candidates(text: string): string[] {
  const fenced = [...text.matchAll(/```(?:json)?\s*\n?([\s\S]*?)```/g)].map(([, inside = '']) => inside);
  const bare = /[{[][\s\S]*[}\]]/.exec(text)?.[0];
  return [text, ...fenced, ...(bare === undefined ? [] : [bare])];
}

function parse(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function refused(name: string, problem: string): ApplicationFailure {
  const message = `The model gave no usable '${name}', even when told what was wrong: ${problem}`;
  return ApplicationFailure.nonRetryable(message, 'MalformedModelAnswer');
}
