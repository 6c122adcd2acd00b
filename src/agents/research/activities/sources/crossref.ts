/** Crossref works. Titles are lists, abstracts are rare and tagged as JATS. */
import { fetchJson, read } from '../../../../activities/index.ts';
import { z } from 'zod';
import { addressOf, details, plainText, snippetOf } from './connector.ts';
import type { Source } from './source.ts';

const name = 'crossref';
const item = z.object({
  DOI: z.string(),
  title: z.array(z.string()).default([]),
  abstract: z.string().optional(),
  URL: z.string().optional(),
  issued: z.object({ 'date-parts': z.array(z.array(z.number().nullable())) }).optional(),
});
const answerShape = z.object({ message: z.object({ items: z.array(item) }) });

export function crossref(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const contact = environment['FANFOLD_CONTACT'];
      const url = addressOf(name, 'https://api.crossref.org/works', environment, {
        query: question,
        rows: String(limit),
        ...(contact ? { mailto: contact } : {}),
      });
      const { items } = read(name, answerShape, await fetchJson(url, { source: name, signal })).message;
      return items.map(({ DOI, title, abstract = '', URL: address, issued }) => {
        const text = plainText(abstract);
        const year = issued?.['date-parts'][0]?.[0] ?? undefined;
        return {
          source: name,
          title: plainText(title[0] ?? DOI),
          url: address ?? `https://doi.org/${DOI}`,
          snippet: snippetOf(text),
          ...details({ text, year, doi: DOI }),
        };
      });
    },
  };
}
