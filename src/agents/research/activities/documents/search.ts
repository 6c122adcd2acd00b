/** Searches one collection of the index, best passage first; a passage that meets more of the question's words wins. */
import type { Database } from '../../../../store/index.ts';
import { span } from './database.ts';
import { stem, stemsAndParts, termsOf } from '../../pure/stems.ts';
import { ftsQuery } from './full-text-query.ts';
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
  const query = ftsQuery(question);
  if (query === undefined) return [];
  // The columns are those that the statement names.
  const found = (await execute(sql, query, collection, limit * candidates)) as unknown as readonly Found[];
  const wanted = termsOf(question).map(stem);
  const passages = found
    .map((one) => passageOf(one, source, wanted))
    .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0));
  return spread(passages).slice(0, limit);
}

interface Found {
  readonly path: string;
  readonly score: number;
  readonly heading: string;
  readonly text: string;
  readonly place: string;
  readonly snippet: string;
}

function passageOf(
  { path, score, heading, text, place, snippet }: Found,
  source: string,
  wanted: readonly string[],
): Passage {
  const has = new Set([...stemsAndParts(heading), ...stemsAndParts(text)]);
  const coverage = wanted.filter((term) => has.has(term)).length / Math.max(1, wanted.length);
  return {
    source,
    title: heading,
    url: `${path}${place}`,
    snippet: snippet.replace(/\s+/g, ' ').trim(),
    text,
    score: Math.round(-score * (0.2 + coverage) * 1000) / 1000,
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
