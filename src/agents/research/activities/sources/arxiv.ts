/** arXiv, by its Atom API: any of the significant words will do, as its ranking puts those first that have most. */
import { addressOf, askSource, searchWords } from './connector.ts';
import type { readArxiv } from './readers/arxiv.ts';
import type { Source } from './source.ts';

const name = 'arxiv';

export function arxiv(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const url = addressOf(name, 'https://export.arxiv.org/api/query', environment, {
        search_query: searchWords(question, 8)
          .map((word) => `all:${word}`)
          .join(' OR '),
        start: '0',
        max_results: String(limit),
        sortBy: 'relevance',
      });
      return askSource<typeof readArxiv>(['arxiv.ts', 'readArxiv'], url, { source: name, signal, limit });
    },
  };
}
