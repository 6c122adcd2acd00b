/** Semantic Scholar, by its search of papers; no special query syntax is read there. */
import { addressOf, askSource, json, searchWords } from './connector.ts';
import type { readSemanticScholar } from './readers/semantic-scholar.ts';
import type { Source } from './source.ts';

const name = 'semantic-scholar';

export function semanticScholar(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    pages: { at: 'fullText', most: 3, origins: [] },
    async search(question, { limit, signal }) {
      const key = environment['SEMANTIC_SCHOLAR_API_KEY'];
      const url = addressOf(name, 'https://api.semanticscholar.org/graph/v1/paper/search', environment, {
        query: searchWords(question, 8).join(' '),
        limit: String(limit),
        fields: 'title,abstract,year,venue,authors,externalIds,openAccessPdf',
      });
      return askSource<typeof readSemanticScholar>(['semantic-scholar.ts', 'readSemanticScholar'], url, {
        source: name,
        signal,
        limit,
        headers: { ...json, ...(key ? { 'x-api-key': key } : {}) },
      });
    },
  };
}
