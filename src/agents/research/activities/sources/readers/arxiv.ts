/** arXiv's Atom feed. Its errors come as a feed too, with status 400 or even 200, in one entry titled `Error`. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { OddAnswer, passage, passagesOf, shaped, type SourceAnswer } from './reader.ts';
import { xmlOf } from './xml.ts';

const text = z.coerce.string();
const entry = z.object({
  id: z.string(),
  title: text,
  summary: text.default(''),
  published: z.string().optional(),
  author: z.array(z.object({ name: text })).default([]),
  comment: z.unknown().optional(),
  journal_ref: z.unknown().optional(),
  doi: z.unknown().optional(),
});
// A feed without anything in it parses as an empty text.
const nothing = z.literal('').transform(() => ({ entry: [], totalResults: undefined }));
const filled = z.object({ entry: z.array(z.unknown()).default([]), totalResults: text.optional() });
const feed = z.object({ feed: z.union([filled, nothing]) });

export function readArxiv(answer: SourceAnswer): Passage[] {
  const { source } = answer;
  const document = xmlOf(answer, { lists: ['entry', 'author'] });
  const { entry: items, totalResults: total = '0' } = shaped(source, feed, document).feed;
  // It is known to give an empty page of what it has found, now and then.
  if (items.length === 0 && Number(total) > 0)
    throw new OddAnswer(source, `it found ${total.slice(0, 20)} papers and gave none of them`);
  return passagesOf({ source, items, at: 'feed.entry', schema: entry }, (found) => {
    const { id, title, summary, published, author, comment, journal_ref: venue, doi } = found;
    if (title === 'Error' || id.includes('/api/errors')) throw new OddAnswer(source, plainText(summary));
    return passage({
      source,
      title: plainText(title),
      url: id,
      text: plainText(summary),
      year: published ? Number(published.slice(0, 4)) : undefined,
      authors: author.map(({ name }) => plainText(name)),
      venue: typeof venue === 'string' ? plainText(venue) : undefined,
      doi: typeof doi === 'string' ? doi : undefined,
      standing: /\bwithdrawn\b/i.test(`${JSON.stringify(comment) ?? ''} ${summary.slice(0, 300)}`)
        ? 'withdrawn'
        : undefined,
    });
  });
}
