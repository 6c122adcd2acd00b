/** One answer of a language model as data: asked for by a JSON schema, checked by zod, and never trusted before that. */
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { Completion } from './completion.ts';
import type { ModelAnswer, ModelMessage } from './conversation.ts';
import { exchange, sum } from './exchange.ts';
import { jsonIn } from './json.ts';
import { formOf } from './wire.ts';

export interface StructuredInput<T> {
  readonly instructions: string;
  readonly prompt: string;
  readonly schema: z.ZodType<T>;
  /** What the answer is, as the endpoint receives it: letters, digits, `-` and `_`. A model of its own may be set for it. */
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

type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Turns in which a model learns what was wrong. */
const maxRepairs = 1;
const longestProblem = 1000;

/**
 * Asks for a value of `schema`; an answer that is none is reported back to the model once, and then refused.
 *
 * @throws {ApplicationFailure} of type `MalformedModelAnswer`, `ModelAnswerTruncated` or `ModelDeclined`, all final, or what `complete` throws
 */
export async function structured<T>(
  { instructions, prompt, schema, name, signal, maxTokens }: StructuredInput<T>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Structured<T>> {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any' });
  const form = { name, json, isStrict: isStrict(json) };
  const messages: ModelMessage[] = [{ role: 'user', text: prompt }];
  let usage: Completion['usage'] = { inputTokens: 0, outputTokens: 0 };
  for (let repairs = 0; ; repairs++) {
    const answer = await exchange({ instructions, messages, schema: form, maxTokens, signal }, environment, name);
    usage = sum(usage, answer.usage);
    const checked = check(answer, schema);
    if (checked.ok) return { value: checked.value, usage, model: answer.model };
    // Asked again with what was wrong, it would be truncated again.
    if (answer.isTruncated) throw truncated(name);
    if (repairs >= maxRepairs) throw refused(name, checked.problem);
    messages.push(
      { role: 'assistant', text: answer.text, calls: [] },
      { role: 'user', text: repairOf(checked.problem, json) },
    );
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

function repairOf(problem: string, json: object): string {
  return `This answer cannot be used: ${problem}\n\n${formOf(json)}`;
}

/** Some servers put a whole answer among the thoughts; data is held to its schema, so it may be looked for there. */
function check<T>({ text, thoughts, calls }: ModelAnswer, schema: z.ZodType<T>): Checked<T> {
  const found = [
    ...jsonIn(text),
    ...calls.flatMap((call) => jsonIn(call.arguments)),
    ...(text === '' ? jsonIn(thoughts) : []),
  ];
  if (found.length === 0) return { ok: false, problem: text === '' ? 'it is empty.' : 'it is not JSON.' };
  const parsed = found.map((value) => schema.safeParse(value));
  const good = parsed.find(({ success }) => success);
  if (good?.success) return { ok: true, value: good.data };
  const error = parsed[0]?.error;
  const problem = error ? z.prettifyError(error) : 'it does not fit the schema.';
  return { ok: false, problem: problem.slice(0, longestProblem) };
}

function refused(name: string, problem: string): ApplicationFailure {
  const message = `The model gave no usable '${name}', even when told what was wrong: ${problem}`;
  return ApplicationFailure.nonRetryable(message, 'MalformedModelAnswer');
}

function truncated(name: string): ApplicationFailure {
  const message = `The model's '${name}' ended before it was whole, although it was allowed more tokens the second time`;
  return ApplicationFailure.nonRetryable(message, 'ModelAnswerTruncated');
}
