/** Semantic Scholar's papers. Where nothing is found its answer has no `data` at all. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { jsonOf, OddAnswer, passage, passagesOf, shaped, type SourceAnswer, problemText } from './reader.ts';

const paper = z.object({
  paperId: z.string(),
  title: z.string().nullish(),
  abstract: z.string().nullish(),
  year: z.number().nullish(),
  venue: z.string().nullish(),
  authors: z.array(z.object({ name: z.string().nullish() })).nullish(),
  externalIds: z.object({ DOI: z.string().nullish() }).nullish(),
});
const answerShape = z.object({
  error: z.unknown().optional(),
  message: z.unknown().optional(),
  total: z.union([z.number(), z.string()]).nullish(),
  data: z.array(z.unknown()).nullish(),
});

export function readSemanticScholar(answer: SourceAnswer): Passage[] {
  const { source } = answer;
  const { error, message, total, data } = shaped(source, answerShape, jsonOf(answer));
  const problem = error ?? (data || total !== undefined ? undefined : (message ?? 'neither papers nor their number'));
  if (problem) throw new OddAnswer(source, problemText(problem));
  return passagesOf(
    { source, items: data ?? [], at: 'data', schema: paper },
    ({ paperId, title, abstract, year, venue, authors, externalIds }) =>
      passage({
        source,
        title: plainText(title ?? ''),
        url: `https://www.semanticscholar.org/paper/${paperId}`,
        text: plainText(abstract ?? ''),
        year,
        venue,
        authors: authors?.map(({ name }) => name),
        doi: externalIds?.DOI,
        standing: /^retracted\b/i.test(title ?? '') ? 'retracted' : undefined,
      }),
  );
}
