/** OpenAlex, an index of works of all fields; it drops stop words by itself, and ranks. */
import { addressOf, askSource, json, searchWords } from './connector.ts';
import type { readOpenalex } from './readers/openalex.ts';
import type { Source } from './source.ts';

const name = 'openalex';

export function openalex(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    pages: { at: 'fullText', most: 3, origins: [] },
    async search(question, { limit, signal }) {
      const key = environment['OPENALEX_API_KEY'];
      const url = addressOf(name, 'https://api.openalex.org/works', environment, {
        search: searchWords(question, 6).join(' '),
        per_page: String(limit),
        ...(key ? { api_key: key } : {}),
      });
      return askSource<typeof readOpenalex>(['openalex.ts', 'readOpenalex'], url, {
        source: name,
        signal,
        limit,
        headers: json,
      });
    },
  };
}
