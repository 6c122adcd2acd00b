/** An answer of an agent sentence by sentence, for a window in which it appears as it is read. */
import { withoutCitations } from './pure/citations.ts';
import { isAgentAnswer } from './pure/types.ts';

const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });

/** Its sentences, which make the text when they are put together; what is only citations goes with the sentence before. */
export function spoken(answer: unknown): readonly string[] {
  if (!isAgentAnswer(answer)) return [];
  const pieces: string[] = [];
  for (const { segment } of sentences.segment(answer.text)) {
    const isOnlyCited = !/[\p{L}\p{N}]/u.test(withoutCitations(segment));
    if (isOnlyCited && pieces.length > 0) pieces.push(`${pieces.pop()}${segment}`);
    else pieces.push(segment);
  }
  return pieces;
}
