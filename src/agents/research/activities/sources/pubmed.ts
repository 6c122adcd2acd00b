/**
 * PubMed, by NCBI's E-utilities: one call finds ids, a second fetches their abstracts as XML.
 * The surprising rule: titles and abstracts hold markup of their own, so the parser leaves them raw.
 */
import { malformed, fetchJson, fetchText, read } from '../../../../activities/index.ts';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { addressOf, details, plainText, snippetOf } from './connector.ts';
import type { Passage, Source } from './source.ts';

const name = 'pubmed';
const found = z.object({ esearchresult: z.object({ idlist: z.array(z.string()).default([]) }) });
const marked = z.union([z.string(), z.object({ '#text': z.string().default('') }).transform((node) => node['#text'])]);
const articleId = z.object({ '@_IdType': z.string().optional(), '#text': z.string().default('') });
const article = z.object({
  MedlineCitation: z.object({
    PMID: marked,
    Article: z.object({
      ArticleTitle: marked.default(''),
      Abstract: z.object({ AbstractText: z.array(marked).default([]) }).optional(),
      Journal: z
        .object({ JournalIssue: z.object({ PubDate: z.unknown() }).partial() })
        .partial()
        .optional(),
    }),
  }),
  PubmedData: z
    .object({ ArticleIdList: z.object({ ArticleId: z.array(articleId).default([]) }) })
    .partial()
    .optional(),
});
const nothing = z.literal('').transform(() => ({ PubmedArticle: [] }));
const fetched = z.object({
  PubmedArticleSet: z.union([z.object({ PubmedArticle: z.array(article).default([]) }), nothing]),
});
const parser = new XMLParser({
  isArray: (tag) => ['PubmedArticle', 'AbstractText', 'ArticleId'].includes(tag),
  ignoreAttributes: false,
  parseTagValue: false,
  stopNodes: ['*.ArticleTitle', '*.AbstractText'],
});

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
      const search = { db: 'pubmed', term: question, retmode: 'json', sort: 'relevance', retmax: String(limit) };
      const answer = await fetchJson(address('esearch', { ...search, ...known }), { source: name, signal });
      const ids = read(name, found, answer).esearchresult.idlist;
      if (ids.length === 0) return [];
      const fetch = address('efetch', { db: 'pubmed', id: ids.join(','), retmode: 'xml', ...known });
      const xml = await fetchText(fetch, { source: name, signal });
      return read(name, fetched, parse(xml)).PubmedArticleSet.PubmedArticle.map(passageOf);
    },
  };
}

function passageOf({
  MedlineCitation: { PMID: id, Article: about },
  PubmedData: data,
}: z.output<typeof article>): Passage {
  const text = plainText((about.Abstract?.AbstractText ?? []).join(' '));
  const doi = data?.ArticleIdList?.ArticleId.find((each) => each['@_IdType'] === 'doi')?.['#text'];
  // A date is a Year, or a MedlineDate such as `1998 Dec-1999 Jan`.
  const year = /\b(?:1[89]|20)\d\d\b/.exec(JSON.stringify(about.Journal?.JournalIssue?.PubDate ?? ''))?.[0];
  return {
    source: name,
    title: plainText(about.ArticleTitle) || `PubMed ${id}`,
    url: `https://pubmed.ncbi.nlm.nih.gov/${id}/`,
    snippet: snippetOf(text),
    ...details({ text, year: year === undefined ? undefined : Number(year), doi }),
  };
}

function parse(xml: string): unknown {
  try {
    return parser.parse(xml, true);
  } catch (error) {
    throw malformed(name, 'its body is no XML', error);
  }
}
