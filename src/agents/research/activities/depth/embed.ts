/** Texts as vectors, by an endpoint that speaks OpenAI's embeddings; what it answers is checked before it is used. */
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { modelFailure } from '../../../model/completion.ts';
import { endpointOf } from '../../../model/endpoint.ts';
import type { StepContext } from './step.ts';

const answerShape = z.object({ data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()) })) });

/** One vector a text, in order. @throws {ApplicationFailure} as `complete` does */
export async function embedded(
  texts: readonly string[],
  model: string,
  { environment, signal }: StepContext,
): Promise<number[][]> {
  const { client } = await endpointOf(environment);
  const answer: unknown = await client.embeddings
    .create({ model, input: [...texts], encoding_format: 'float' }, { signal })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw modelFailure(error);
    });
  const parsed = answerShape.safeParse(answer);
  const vectors = new Map(parsed.data?.data.map(({ index, embedding }) => [index, embedding]));
  return texts.map((_text, index) => {
    const vector = vectors.get(index);
    if (vector) return vector;
    throw ApplicationFailure.nonRetryable('The endpoint gave no embedding for each text', 'MalformedModelAnswer');
  });
}
