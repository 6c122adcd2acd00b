/** OpenAlex works. Abstracts come as an inverted index, word to positions, and are put in order again. */
import { fetchJson, read } from '../../../../activities/index.ts';
import { z } from 'zod';
import { addressOf, details, plainText, snippetOf } from './connector.ts';
import type { Source } from './source.ts';

const name = 'openalex';
const work = z.object({
  id: z.string(),
  doi: z.string().nullish(),
  title: z.string().nullish(),
  publication_year: z.number().nullish(),
  abstract_inverted_index: z.record(z.string(), z.array(z.number())).nullish(),
});
const answerShape = z.object({ results: z.array(work) });

export function openalex(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const key = environment['OPENALEX_API_KEY'];
      const url = addressOf(name, 'https://api.openalex.org/works', environment, {
        search: question,
        per_page: String(limit),
        ...(key ? { api_key: key } : {}),
      });
      const { results } = read(name, answerShape, await fetchJson(url, { source: name, signal }));
      return results.map(({ id, doi, title, publication_year: year, abstract_inverted_index: index }) => {
        const text = plainText(fromIndex(index ?? {}));
        return {
          source: name,
          title: plainText(title ?? 'Untitled'),
          url: doi ?? id,
          snippet: snippetOf(text),
          ...details({ text, year: year ?? undefined, doi: doi ?? undefined }),
        };
      });
    },
  };
}

function fromIndex(index: Readonly<Record<string, readonly number[]>>): string {
  const words: string[] = [];
  for (const [word, positions] of Object.entries(index)) for (const position of positions) words[position] = word;
  return words.filter(Boolean).join(' ');
}
