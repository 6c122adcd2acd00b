/** PubMed, by NCBI's E-utilities: one call finds ids, a second fetches their abstracts as XML. */
import { malformed } from '../../../../activities/index.ts';
import { addressOf, askSource, json, searchWords } from './connector.ts';
import { gap } from './readers/reader.ts';
import type { readPubmed, readPubmedIds } from './readers/pubmed.ts';
import type { Source } from './source.ts';

const name = 'pubmed';

export function pubmed(environment: NodeJS.ProcessEnv): Source {
  const key = environment['PUBMED_API_KEY'];
  const contact = environment['FANFOLD_CONTACT'];
  const known = { tool: 'fanfold', ...(contact ? { email: contact } : {}), ...(key ? { api_key: key } : {}) };
  const address = (method: string, parameters: Record<string, string>): URL => {
    const url = addressOf(name, 'https://eutils.ncbi.nlm.nih.gov/entrez/eutils', environment, parameters);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${method}.fcgi`;
    return url;
  };
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const term = searchWords(question, 8).join(' OR ');
      const search = { db: 'pubmed', term, retmode: 'json', sort: 'relevance', retmax: String(limit) };
      const asked = { source: name, signal, limit };
      const { ids, odd } = await askSource<typeof readPubmedIds>(
        ['pubmed.ts', 'readPubmedIds'],
        address('esearch', { ...search, ...known }),
        { ...asked, headers: json },
      );
      if (ids.length === 0) return [];
      const fetch = address('efetch', { db: 'pubmed', id: ids.join(','), retmode: 'xml', ...known });
      const found = await askSource<typeof readPubmed>(['pubmed.ts', 'readPubmed'], fetch, asked);
      const read = found.filter(({ unread }) => unread === undefined);
      const missing = ids.length - read.length;
      if (found.length === 0) throw malformed(name, `it found ${ids.length} articles and gave none of them`);
      // The reader knows of those that were given; of those that were not it has heard nothing.
      const why = found.find(({ unread }) => unread !== undefined)?.unread;
      return [
        ...read,
        ...(odd > 0 ? gap(name, `${odd} of ${ids.length + odd} results`, 'their ids are no ids of PubMed') : []),
        ...(missing > 0
          ? gap(
              name,
              `${missing} of ${ids.length} articles`,
              `PubMed found them, and what it then gave has them not${why === undefined ? '' : `, or not as documented (${why})`}`,
            )
          : []),
      ];
    },
  };
}
