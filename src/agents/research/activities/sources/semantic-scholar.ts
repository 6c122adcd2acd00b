/** Semantic Scholar's paper search. Where nothing is found its answer has no `data` at all. */
import { fetchJson, read } from '../../../../activities/index.ts';
import { z } from 'zod';
import { addressOf, details, plainText, snippetOf } from './connector.ts';
import type { Source } from './source.ts';

const name = 'semantic-scholar';
const paper = z.object({
  paperId: z.string(),
  title: z.string().nullish(),
  abstract: z.string().nullish(),
  year: z.number().nullish(),
  externalIds: z.object({ DOI: z.string().optional() }).nullish(),
});
const answerShape = z.object({ total: z.number().optional(), data: z.array(paper).default([]) });

export function semanticScholar(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const key = environment['SEMANTIC_SCHOLAR_API_KEY'];
      const parameters = { query: question, limit: String(limit), fields: 'title,abstract,year,externalIds' };
      const url = addressOf(name, 'https://api.semanticscholar.org/graph/v1/paper/search', environment, parameters);
      const headers = key ? { 'x-api-key': key } : {};
      const { data } = read(name, answerShape, await fetchJson(url, { source: name, signal, headers }));
      return data.map(({ paperId, title, abstract, year, externalIds }) => {
        const text = plainText(abstract ?? '');
        const found = { text, year: year ?? undefined, doi: externalIds?.DOI };
        return {
          source: name,
          title: plainText(title ?? 'Untitled'),
          url: `https://www.semanticscholar.org/paper/${paperId}`,
          snippet: snippetOf(text),
          ...details(found),
        };
      });
    },
  };
}
