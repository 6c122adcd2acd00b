/** Crossref, the index of DOIs; its query is free text, of which any word will do. */
import { addressOf, askSource, json, searchWords } from './connector.ts';
import type { readCrossref } from './readers/crossref.ts';
import type { Source } from './source.ts';

const name = 'crossref';

export function crossref(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const contact = environment['FANFOLD_CONTACT'];
      const url = addressOf(name, 'https://api.crossref.org/works', environment, {
        query: searchWords(question, 10).join(' '),
        rows: String(limit),
        ...(contact ? { mailto: contact } : {}),
      });
      return askSource<typeof readCrossref>(['crossref.ts', 'readCrossref'], url, {
        source: name,
        signal,
        limit,
        headers: json,
      });
    },
  };
}
