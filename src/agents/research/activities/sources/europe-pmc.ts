/** Europe PMC's search, which would demand each word of a sentence. */
import { addressOf, askSource, json, searchWords } from './connector.ts';
import type { readEuropePmc } from './readers/europe-pmc.ts';
import type { Source } from './source.ts';

const name = 'europe-pmc';

export function europePmc(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const url = addressOf(name, 'https://www.ebi.ac.uk/europepmc/webservices/rest/search', environment, {
        query: searchWords(question, 8).join(' OR '),
        format: 'json',
        resultType: 'core',
        pageSize: String(limit),
      });
      return askSource<typeof readEuropePmc>(['europe-pmc.ts', 'readEuropePmc'], url, {
        source: name,
        signal,
        limit,
        headers: json,
      });
    },
  };
}
