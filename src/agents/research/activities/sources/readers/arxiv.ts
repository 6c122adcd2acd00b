/** arXiv's Atom feed. Its errors come as a feed too, with status 400 or even 200, in one entry titled `Error`. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { lenient, OddAnswer, passage, passagesOf, shaped, wording, type SourceAnswer } from './reader.ts';
import { quoted } from './trouble.ts';
import { xmlOf } from './xml.ts';

const entry = z.object({
  id: wording,
  title: lenient(wording),
  summary: lenient(wording),
  published: lenient(wording),
  author: lenient(z.array(lenient(z.object({ name: lenient(wording) })))),
  comment: z.unknown().optional(),
  journal_ref: lenient(wording),
  doi: lenient(wording),
});
const feed = z.object({
  feed: z.object({ entry: z.array(z.unknown()).default([]), totalResults: z.unknown().optional() }),
});

export function readArxiv(answer: SourceAnswer): Passage[] {
  const { source } = answer;
  const document = xmlOf(answer, { lists: ['entry', 'author'] });
  const { entry: items, totalResults: total } = shaped(source, feed, document).feed;
  // It is known to give an empty page of what it has found, now and then.
  if (items.length === 0 && total === undefined) throw new OddAnswer(source, 'no papers, and not that there are none');
  return passagesOf({ source, items, at: 'feed.entry', schema: entry, total }, (found) => {
    const { id, title, summary, published, author, comment, journal_ref: venue, doi } = found;
    const abstract = plainText(summary ?? '');
    if (id.includes('/api/errors')) throw new OddAnswer(source, abstract);
    return passage({
      source,
      title: plainText(title ?? ''),
      url: id,
      text: abstract,
      year: published,
      authors: author?.map((one) => one?.name),
      venue,
      doi,
      standing: /\bwithdrawn\b/i.test(`${quoted(comment, 1000)} ${abstract.slice(0, 300)}`) ? 'withdrawn' : undefined,
    });
  });
}
