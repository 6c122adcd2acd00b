/** Semantic Scholar's papers. Where nothing is found its answer has no `data` at all, but a `total` of 0. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainJats } from './marked.ts';
import { jsonOf, lenient, OddAnswer, passage, passagesOf, shaped, wording, type SourceAnswer } from './reader.ts';
import { problemText } from './trouble.ts';

const paper = z.object({
  paperId: wording,
  title: lenient(wording),
  abstract: lenient(z.string()),
  year: z.unknown().optional(),
  venue: lenient(z.string()),
  authors: lenient(z.array(lenient(z.object({ name: lenient(z.string()) })))),
  externalIds: lenient(z.object({ DOI: lenient(z.string()) })),
  openAccessPdf: lenient(z.object({ url: lenient(z.string()) })),
});
const answerShape = z.object({
  error: z.unknown().optional(),
  message: z.unknown().optional(),
  total: z.union([z.number(), z.string()]).nullish(),
  data: z.array(z.unknown()).nullish(),
});

export function readSemanticScholar(answer: SourceAnswer): Passage[] {
  const { source } = answer;
  const whole = jsonOf(answer);
  const { error, message, total, data } = shaped(source, answerShape, whole);
  const problem = data || isNone(total) ? undefined : (error ?? message ?? whole);
  if (problem) throw new OddAnswer(source, problemText(problem));
  return passagesOf(
    { source, items: data ?? [], at: 'data', schema: paper, answer: whole, total },
    ({ paperId, title, abstract, year, venue, authors, externalIds, openAccessPdf }) =>
      passage({
        source,
        title: plainJats(title ?? ''),
        url: `https://www.semanticscholar.org/paper/${paperId}`,
        text: plainJats(abstract ?? ''),
        year,
        venue,
        authors: authors?.map((author) => author?.name),
        doi: externalIds?.DOI,
        fullText: openAccessPdf?.url,
        standing: /^retracted\b/i.test(title ?? '') ? 'retracted' : undefined,
      }),
  );
}

function isNone(total: number | string | null | undefined): boolean {
  return total === 0 || total === '0';
}
