/** Searches one collection of the index, best passage first; a passage that meets more of the question's words wins. */
import type { Database } from '../../../../store/index.ts';
import { span } from './database.ts';
import { ftsQuery, ftsQueryOfSynonyms } from './full-text-query.ts';
import { worthOf } from './relevance.ts';
import type { Passage } from '../sources/source.ts';

/** How many candidates are scored for each passage that is returned. */
const candidates = 8;
const mostOfOneFile = 2;

/** Ranked first, by itself: snippets are made only for the rows that are returned. */
const sql = `WITH ranked AS MATERIALIZED (
    SELECT passages.rowid AS id, files.path, bm25(passages, 2.0, 1.0, 0.0, 1.0) AS score FROM passages
    JOIN files ON files.id = passages.rowid / ${span}
    WHERE passages MATCH ?1 AND files.collection = ?2 ORDER BY score LIMIT ?3
  )
  SELECT ranked.path, ranked.score, heading, text, place, snippet(passages, 1, '', '', ' … ', 40) AS snippet
  FROM ranked JOIN passages ON passages.rowid = ranked.id WHERE passages MATCH ?1`;

export async function searchCollection(
  { execute }: Database,
  { collection, source, question, limit }: { collection: string; source: string; question: string; limit: number },
): Promise<Passage[]> {
  const found = new Map<string, Passage>();
  for (const query of [ftsQuery(question), ftsQueryOfSynonyms(question)]) {
    if (query === undefined) continue;
    // The columns are those that the statement names.
    const rows = (await execute(sql, query, collection, limit * candidates)) as unknown as readonly Found[];
    for (const row of rows) {
      const passage = passageOf(row, source);
      if (!found.has(passage.url)) found.set(passage.url, passage);
    }
  }
  const passages = [...found.values()];
  const worth = worthOf(question, passages);
  return spread(passages.toSorted((a, b) => worth(b) - worth(a))).slice(0, limit);
}

interface Found {
  readonly path: string;
  readonly score: number;
  readonly heading: string;
  readonly text: string;
  readonly place: string;
  readonly snippet: string;
}

function passageOf({ path, score, heading, text, place, snippet }: Found, source: string): Passage {
  return {
    source,
    title: heading,
    url: `${path}${place}`,
    snippet: snippet.replace(/\s+/g, ' ').trim(),
    text,
    score: Math.round(-score * 1000) / 1000,
  };
}

/** At most so many of one file, the rest of it last: ten passages of one page say little more than two. */
function spread(passages: readonly Passage[]): Passage[] {
  const counts = new Map<string, number>();
  const first: Passage[] = [];
  const last: Passage[] = [];
  for (const passage of passages) {
    const file = passage.url.replace(/#[^#]*$/, '');
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count);
    (count <= mostOfOneFile ? first : last).push(passage);
  }
  return [...first, ...last];
}
