/** Texts as vectors, by an endpoint that speaks OpenAI's embeddings; what it answers is checked before it is used. */
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { countTokens, reserveTokens } from '../../../../activities/index.ts';
import { estimateTokens } from '../../../loop/pure/conversation.ts';
import { modelFailure } from '../../../model/completion.ts';
import { endpointOf } from '../../../model/endpoint.ts';
import { costBy, priceOf } from '../../../model/settings.ts';
import type { StepContext } from './step.ts';

const answerShape = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()) })),
  usage: z
    .object({ prompt_tokens: z.int().min(0).max(1e9) })
    .optional()
    .catch(undefined),
});

/**
 * One vector a text, in order.
 *
 * @throws {ApplicationFailure} as `complete` does
 * @throws {TokensSpent} where the limit that the activity runs under has too few tokens now; let it pass
 */
export async function embedded(
  texts: readonly string[],
  model: string,
  { environment, signal }: StepContext,
): Promise<number[][]> {
  const { client } = await endpointOf(environment);
  const estimate = estimateTokens(texts.join(''));
  const settle = await reserveTokens(estimate);
  const isLate = signal.aborted;
  let used = 0;
  const count = (tokens: number | undefined): void => {
    used = tokens ?? estimate;
    const cost = costBy(priceOf(environment, model), used, 0);
    countTokens(model, { inputTokens: used, outputTokens: 0, cost, isGuess: tokens === undefined });
  };
  try {
    const answer: unknown = await client.embeddings.create(
      { model, input: [...texts], encoding_format: 'float' },
      { signal },
    );
    const parsed = answerShape.safeParse(answer).data;
    count(parsed?.usage?.prompt_tokens || undefined);
    return vectorsOf(texts, parsed?.data ?? []);
  } catch (error) {
    // One that was sent is charged for, whether or not anybody waits for it.
    if (used === 0 && signal.aborted && !isLate) count(undefined);
    signal.throwIfAborted();
    throw modelFailure(error);
  } finally {
    await settle(used);
  }
}

interface Vector {
  readonly index: number;
  readonly embedding: number[];
}

function vectorsOf(texts: readonly string[], found: readonly Vector[]): number[][] {
  const vectors = new Map(found.map(({ index, embedding }) => [index, embedding]));
  return texts.map((_text, index) => {
    const vector = vectors.get(index);
    if (vector) return vector;
    throw ApplicationFailure.nonRetryable('The endpoint gave no embedding for each text', 'MalformedModelAnswer');
  });
}
