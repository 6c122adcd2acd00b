/** OpenAlex works. Abstracts come as an inverted index, word to positions, and are put in order again. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainJats } from './marked.ts';
import { firstAddress, jsonOf, lenient, passage, passagesOf, shaped, wording, type SourceAnswer } from './reader.ts';

const work = z.object({
  id: z.string(),
  doi: lenient(z.string()),
  title: lenient(wording),
  publication_year: z.unknown().optional(),
  is_retracted: lenient(z.boolean()),
  authorships: lenient(
    z.array(lenient(z.object({ author: lenient(z.object({ display_name: lenient(z.string()) })) }))),
  ),
  primary_location: lenient(z.object({ source: lenient(z.object({ display_name: lenient(z.string()) })) })),
  best_oa_location: lenient(z.object({ pdf_url: lenient(z.string()), landing_page_url: lenient(z.string()) })),
  abstract_inverted_index: lenient(z.record(z.string(), z.array(z.number()))),
});
const answerShape = z.object({
  meta: lenient(z.object({ count: z.unknown().optional() })),
  results: z.array(z.unknown()),
});

export function readOpenalex(answer: SourceAnswer): Passage[] {
  const { source } = answer;
  const whole = jsonOf(answer);
  const { meta, results: items } = shaped(source, answerShape, whole);
  return passagesOf({ source, items, at: 'results', schema: work, answer: whole, total: meta?.count }, (found) =>
    passage({
      source,
      title: plainJats(found.title ?? ''),
      url: firstAddress(found.doi, found.id),
      text: plainJats(fromIndex(found.abstract_inverted_index ?? {})),
      year: found.publication_year,
      doi: found.doi,
      authors: found.authorships?.map((authorship) => authorship?.author?.display_name),
      venue: found.primary_location?.source?.display_name,
      fullText: found.best_oa_location?.pdf_url ?? found.best_oa_location?.landing_page_url,
      standing: found.is_retracted ? 'retracted' : undefined,
    }),
  );
}

const mostWords = 20_000;

function fromIndex(index: Readonly<Record<string, readonly number[]>>): string {
  const words = new Map<number, string>();
  for (const [word, positions] of Object.entries(index)) {
    for (const position of positions) if (words.size < mostWords) words.set(position, word);
  }
  return [...words]
    .toSorted(([a], [b]) => a - b)
    .map(([, word]) => word)
    .join(' ');
}
