/** Europe PMC's search; the `core` answer includes abstracts. */
import { fetchJson, read } from '../../../../activities/index.ts';
import { z } from 'zod';
import { addressOf, details, plainText, snippetOf } from './connector.ts';
import type { Source } from './source.ts';

const name = 'europe-pmc';
const article = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string().default('Untitled'),
  abstractText: z.string().optional(),
  pubYear: z.string().optional(),
  doi: z.string().optional(),
});
const answerShape = z.object({ resultList: z.object({ result: z.array(article) }) });

export function europePmc(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const parameters = { query: question, format: 'json', resultType: 'core', pageSize: String(limit) };
      const url = addressOf(name, 'https://www.ebi.ac.uk/europepmc/webservices/rest/search', environment, parameters);
      const { result } = read(name, answerShape, await fetchJson(url, { source: name, signal })).resultList;
      return result.map(({ id, source, title, abstractText = '', pubYear, doi }) => {
        const text = plainText(abstractText);
        const found = { text, year: pubYear ? Number(pubYear) : undefined, doi };
        return {
          source: name,
          title: plainText(title),
          url: `https://europepmc.org/article/${source}/${id}`,
          snippet: snippetOf(text),
          ...details(found),
        };
      });
    },
  };
}
