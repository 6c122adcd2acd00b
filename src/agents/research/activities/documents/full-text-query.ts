/** A question as SQLite's full-text search takes it; a term is never passed on unquoted, so no character breaks a query. */
import { termsOf } from '../../pure/stems.ts';
import { wantedOf } from '../../pure/synonyms.ts';

/** A question as an FTS5 query: any of its terms will do. Undefined when it has no word at all. */
export function ftsQuery(question: string): string | undefined {
  return anyOf(termsOf(question));
}

/** The question in the words of documents: undefined where they have none of their own for it. */
export function ftsQueryOfSynonyms(question: string): string | undefined {
  const wanted = wantedOf(question);
  const terms = new Set(wanted.flatMap(({ term, others }) => [term, ...others]));
  return terms.size > wanted.length ? anyOf([...terms]) : undefined;
}

function anyOf(terms: readonly string[]): string | undefined {
  return terms.length > 0 ? terms.map((term) => `"${term}"`).join(' OR ') : undefined;
}
