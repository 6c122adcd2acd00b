/** A question as SQLite's full-text search takes it; a term is never passed on unquoted, so no character breaks a query. */
import { termsOf } from '../../pure/stems.ts';

/** A question as an FTS5 query: any of its terms will do. Undefined when it has no word at all. */
export function ftsQuery(question: string): string | undefined {
  const terms = termsOf(question).map((term) => `"${term}"`);
  return terms.length > 0 ? terms.join(' OR ') : undefined;
}
