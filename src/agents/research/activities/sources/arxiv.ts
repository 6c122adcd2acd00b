/** arXiv's Atom API. Its errors come as a feed too, with status 400 or even 200, in one entry titled `Error`. */
import { malformed, fetchText, read } from '../../../../activities/index.ts';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { addressOf, details, plainText, snippetOf } from './connector.ts';
import type { Source } from './source.ts';

const name = 'arxiv';
const entry = z.object({
  id: z.string(),
  title: z.coerce.string(),
  summary: z.coerce.string().default(''),
  published: z.string().optional(),
});
// A feed without anything in it parses as an empty text.
const nothing = z.literal('').transform(() => ({ entry: [] }));
const feed = z.object({ feed: z.union([z.object({ entry: z.array(entry).default([]) }), nothing]) });
const parser = new XMLParser({ isArray: (tag) => tag === 'entry', ignoreAttributes: true, parseTagValue: false });

export function arxiv(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const query =
        question
          .match(/[\p{L}\p{N}-]{3,}/gu)
          ?.map((word) => `all:${word}`)
          .join(' AND ') ?? question;
      const url = addressOf(name, 'https://export.arxiv.org/api/query', environment, {
        search_query: query,
        start: '0',
        max_results: String(limit),
        sortBy: 'relevance',
      });
      const answer = await fetchText(url, { source: name, signal });
      const { entry: entries } = read(name, feed, parse(answer)).feed;
      const [problem] = entries.filter(({ id, title }) => title === 'Error' || id.includes('/api/errors'));
      if (problem) throw malformed(name, plainText(problem.summary));
      return entries.map(({ id, title, summary, published }) => {
        const text = plainText(summary);
        return {
          source: name,
          title: plainText(title),
          url: id,
          snippet: snippetOf(text),
          ...details({ text, year: published ? Number(published.slice(0, 4)) : undefined }),
        };
      });
    },
  };
}

function parse(xml: string): unknown {
  try {
    return parser.parse(xml, true);
  } catch (error) {
    throw malformed(name, 'its body is no XML', error);
  }
}
