/** Crossref works. Titles are lists, abstracts are rare and tagged as JATS, and each publisher fills them in differently. */
import { z } from 'zod';
import { personName } from '../../../pure/authors.ts';
import type { Passage } from '../source.ts';
import { plainJats } from './marked.ts';
import { firstAddress, jsonOf, lenient, passage, passagesOf, shaped, type SourceAnswer } from './reader.ts';

const texts = z.array(z.string().nullable());
const update = z.object({ type: z.string() });
const author = z.object({
  given: lenient(z.string()),
  family: lenient(z.string()),
  suffix: lenient(z.string()),
  name: lenient(z.string()),
});
const item = z.object({
  DOI: z.string(),
  title: lenient(texts),
  abstract: lenient(z.string()),
  URL: lenient(z.string()),
  author: lenient(z.array(lenient(author))),
  'container-title': lenient(texts),
  issued: lenient(z.object({ 'date-parts': z.array(z.array(z.unknown())) })),
  'updated-by': lenient(z.array(update)),
});
const answerShape = z.object({
  message: z.object({ items: z.array(z.unknown()), 'total-results': z.unknown().optional() }),
});

export function readCrossref(answer: SourceAnswer): Passage[] {
  const { source } = answer;
  const whole = jsonOf(answer);
  const { items, 'total-results': total } = shaped(source, answerShape, whole).message;
  return passagesOf({ source, items, at: 'message.items', schema: item, answer: whole, total }, (found) => {
    const title = first(found.title) || found.DOI;
    return passage({
      source,
      title,
      url: firstAddress(found.URL, `https://doi.org/${found.DOI}`),
      text: plainJats(found.abstract ?? ''),
      year: found.issued?.['date-parts'][0]?.[0],
      doi: found.DOI,
      authors: found.author?.map((one) => one?.name ?? personName(one?.family, one?.given, one?.suffix)),
      venue: first(found['container-title']),
      standing: standingOf(found['updated-by']?.map(({ type }) => type.toLowerCase()) ?? [], title),
    });
  });
}

function first(titles: readonly (string | null)[] | null | undefined): string {
  return plainJats(titles?.find(Boolean) ?? '');
}

function standingOf(updates: readonly string[], title: string): Passage['standing'] {
  if (updates.some((type) => type.includes('retract')) || /^retracted\b/i.test(title)) return 'retracted';
  if (updates.some((type) => type.includes('withdraw')) || /^withdrawn\b/i.test(title)) return 'withdrawn';
  return updates.some((type) => /correct|errat|corrig/.test(type)) ? 'corrected' : undefined;
}
