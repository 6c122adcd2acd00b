/** Wikipedia's search, which would demand each word of a sentence. */
import { addressOf, askSource, json, searchWords } from './connector.ts';
import type { readWikipedia } from './readers/wikipedia.ts';
import type { Source } from './source.ts';

const name = 'wikipedia';
const standard = 'https://en.wikipedia.org/w/api.php';

export function wikipedia(environment: NodeJS.ProcessEnv): Source {
  const { origin } = addressOf(name, standard, environment, {});
  return {
    name,
    kind: 'web',
    pages: { at: 'url', most: 3, origins: [origin] },
    async search(question, { limit, signal }) {
      const url = addressOf(name, standard, environment, {
        action: 'query',
        list: 'search',
        srsearch: searchWords(question, 8).join(' OR '),
        srlimit: String(limit),
        format: 'json',
      });
      return askSource<typeof readWikipedia>(['wikipedia.ts', 'readWikipedia'], url, {
        source: name,
        signal,
        limit,
        headers: json,
        more: { origin },
      });
    },
  };
}
