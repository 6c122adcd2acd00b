/** Questions of Stack Exchange, with the seconds in which it wants to be left alone. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { jsonOf, passage, passagesOf, shaped, type SourceAnswer } from './reader.ts';

const item = z.object({
  title: z.string(),
  link: z.string(),
  body: z.string().nullish(),
  creation_date: z.number().nullish(),
});
const answerShape = z.object({ items: z.array(z.unknown()), backoff: z.number().nullish() });

export function readStackExchange(answer: SourceAnswer): { passages: Passage[]; backoff: number | undefined } {
  const { source } = answer;
  const { items, backoff } = shaped(source, answerShape, jsonOf(answer));
  const passages = passagesOf(
    { source, items: items, at: 'items', schema: item },
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
