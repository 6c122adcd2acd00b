/**
 * PubMed: ids as JSON, then their abstracts as XML. A search that failed says so with status 200.
 * Titles and abstracts hold markup of their own, so the parser leaves them raw.
 */
import { z } from 'zod';
import { personName } from '../../../pure/authors.ts';
import type { Passage } from '../source.ts';
import { plainJats } from './marked.ts';
import { jsonOf, lenient, OddAnswer, passage, passagesOf, shaped, type SourceAnswer } from './reader.ts';
import { problemText, quoted, troubleIn } from './trouble.ts';
import { xmlOf } from './xml.ts';

const searched = z.object({
  error: z.unknown().optional(),
  esearchresult: z
    .object({
      ERROR: z.unknown().optional(),
      count: z.unknown().optional(),
      idlist: z.array(z.unknown()).optional(),
    })
    .optional(),
});

/** What its search found: ids, and among them how many that are none. */
export interface PubmedIds {
  readonly ids: readonly string[];
  readonly odd: number;
}

/** @throws {OddAnswer} where the search failed, gave no list, or a list of nothing that is an id */
export function readPubmedIds(answer: SourceAnswer): PubmedIds {
  const { source } = answer;
  const whole = jsonOf(answer);
  const { error, esearchresult } = shaped(source, searched, whole);
  const problem = error ?? esearchresult?.ERROR ?? troubleIn(whole);
  if (problem) throw new OddAnswer(source, problemText(problem));
  if (!esearchresult?.idlist)
    throw new OddAnswer(source, `esearchresult.idlist: there is none; it said ${quoted(whole)}`);
  const { idlist: found, count } = esearchresult;
  const ids = found.filter(isId).map(String);
  if (ids.length === 0 && found.length > 0) throw new OddAnswer(source, 'esearchresult.idlist: it holds no ids');
  if (found.length === 0 && Number(count) > 0)
    throw new OddAnswer(source, `it found ${String(count).slice(0, 20)} results and gave none of them`);
  return { ids, odd: found.length - ids.length };
}

function isId(id: unknown): id is string | number {
  return (typeof id === 'string' || typeof id === 'number') && /^\d{1,12}$/.test(`${id}`);
}

const marked = z.union([z.string(), z.object({ '#text': z.string().default('') }).transform((node) => node['#text'])]);
const articleId = z.object({ '@_IdType': z.string().optional(), '#text': z.string().default('') });
const author = z.object({
  LastName: marked.optional(),
  ForeName: marked.optional(),
  Suffix: marked.optional(),
  CollectiveName: marked.optional(),
});
const article = z.object({
  MedlineCitation: z.object({
    PMID: marked,
    Article: z.object({
      ArticleTitle: marked.default(''),
      Abstract: z
        .object({ AbstractText: z.array(marked).default([]) })
        .optional()
        .catch(undefined),
      AuthorList: z
        .object({ Author: z.array(lenient(author)).default([]) })
        .optional()
        .catch(undefined),
      PublicationTypeList: z
        .object({ PublicationType: z.array(marked).default([]) })
        .optional()
        .catch(undefined),
      Journal: z
        .object({ Title: marked, JournalIssue: z.object({ PubDate: z.unknown().optional() }).partial() })
        .partial()
        .optional()
        .catch(undefined),
    }),
  }),
  PubmedData: z
    .object({ ArticleIdList: z.object({ ArticleId: z.array(articleId).default([]) }) })
    .partial()
    .optional()
    .catch(undefined),
});
const nothing = z.literal('').transform(() => ({ PubmedArticle: [] }));
const fetched = z.object({
  PubmedArticleSet: z.union([z.object({ PubmedArticle: z.array(z.unknown()).default([]) }), nothing]),
});

export function readPubmed(answer: SourceAnswer): Passage[] {
  const { source } = answer;
  const document = xmlOf(answer, {
    lists: ['PubmedArticle', 'AbstractText', 'ArticleId', 'Author', 'PublicationType'],
    raw: ['ArticleTitle', 'AbstractText'],
    attributes: true,
  });
  const { PubmedArticle: articles } = shaped(source, fetched, document).PubmedArticleSet;
  return passagesOf({ source, items: articles, at: 'PubmedArticleSet.PubmedArticle', schema: article }, (found) =>
    passageOf(source, found),
  );
}

function passageOf(source: string, { MedlineCitation, PubmedData: data }: z.output<typeof article>): Passage {
  const { PMID: id, Article: about } = MedlineCitation;
  const title = plainJats(about.ArticleTitle);
  return passage({
    source,
    title: title || `PubMed ${id}`,
    url: `https://pubmed.ncbi.nlm.nih.gov/${id}/`,
    text: plainJats((about.Abstract?.AbstractText ?? []).join(' ')),
    // A date is a Year, or a MedlineDate such as `1998 Dec-1999 Jan`.
    year: about.Journal?.JournalIssue?.PubDate,
    doi: doiIn(data?.ArticleIdList?.ArticleId),
    authors: about.AuthorList?.Author.map(
      (one) => one?.CollectiveName ?? personName(one?.LastName, one?.ForeName, one?.Suffix),
    ),
    venue: about.Journal?.Title,
    standing: isRetracted(about.PublicationTypeList?.PublicationType, title) ? 'retracted' : undefined,
  });
}

function doiIn(ids: readonly z.output<typeof articleId>[] = []): string | undefined {
  return ids.find((one) => one['@_IdType'] === 'doi')?.['#text'];
}

function isRetracted(types: readonly string[] = [], title = ''): boolean {
  return types.some((type) => /^retracted publication$/i.test(type)) || /^retracted\b/i.test(title);
}
