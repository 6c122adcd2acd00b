/** One text of a language model, over any endpoint that speaks one of OpenAI's two APIs. */
import type { TokenUsage } from './conversation.ts';
import { exchange } from './exchange.ts';
import { empty, malformedAnswer } from './failure.ts';

export { modelFailure } from './failure.ts';
export { modelConfigured } from './settings.ts';

export interface CompletionInput {
  readonly instructions: string;
  readonly prompt: string;
  readonly signal: AbortSignal;
  readonly maxTokens: number;
  /** What it is for; a model of its own may be set for it, as `OPENAI_MODEL_SYNTHESIS`. */
  readonly step?: string;
}

export interface Completion {
  readonly text: string;
  readonly usage: TokenUsage;
  /** The model that answered, as it names itself. */
  readonly model: string;
  /** Its tokens ended before it did, although it was allowed more the second time. */
  readonly isTruncated?: true;
}

/**
 * @throws {ApplicationFailure} of type `ModelNotConfigured`, `EmptyModelAnswer`, or as `exchange` throws
 * @example const { text } = await complete({ instructions, prompt, signal, maxTokens: 800 });
 */
export async function complete(
  { instructions, prompt, signal, maxTokens, step }: CompletionInput,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Completion> {
  const messages = [{ role: 'user' as const, text: prompt }];
  const answer = await exchange({ instructions, messages, signal, maxTokens }, environment, step);
  const { text, usage, model, isTruncated, calls } = answer;
  if (text === '') throw calls.length > 0 ? malformedAnswer('is a call of a tool that it was not offered') : empty();
  return { text, usage, model, ...(isTruncated ? { isTruncated: true as const } : {}) };
}
