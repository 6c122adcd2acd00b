/** Questions of Stack Exchange, with the seconds in which it wants to be left alone. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { jsonOf, lenient, passage, passagesOf, shaped, wording, type SourceAnswer } from './reader.ts';

const item = z.object({
  title: wording,
  link: z.string(),
  body: lenient(wording),
  creation_date: lenient(z.number()),
});
const answerShape = z.object({
  items: z.array(z.unknown()),
  total: z.unknown().optional(),
  backoff: lenient(z.number()),
});

export function readStackExchange(answer: SourceAnswer): { passages: Passage[]; backoff: number | undefined } {
  const { source } = answer;
  const whole = jsonOf(answer);
  const { items, total, backoff } = shaped(source, answerShape, whole);
  const passages = passagesOf(
    { source, items, at: 'items', schema: item, answer: whole, total },
    ({ title, link, body, creation_date: created }) =>
      passage({
        source,
        title: plainText(title),
        url: link,
        text: plainText(body ?? ''),
        year: created ? new Date(created * 1000).getUTCFullYear() : undefined,
      }),
  );
  return { passages, backoff: backoff ?? undefined };
}
