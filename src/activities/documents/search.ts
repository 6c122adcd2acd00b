/** Searches one collection of the index, best passage first; a passage that meets more of the question's words wins. */
import type { Client, Row } from '@libsql/client';
import { patiently, span } from './database.ts';
import { stemsOf, ftsQuery, stem, termsOf } from './terms.ts';
import type { Passage } from '../sources/source.ts';

/** How many candidates are weighed for each passage that is returned. */
const candidates = 8;
const mostOfOneFile = 2;

/** Ranked in an inner query: snippets are made only for the rows that are returned. */
const sql = `SELECT files.path, files.label, found.heading, found.text, found.place, ranked.score,
    snippet(passages, 1, '', '', ' … ', 40) AS snippet
  FROM (
    SELECT passages.rowid AS id, bm25(passages, 2.0, 1.0) AS score FROM passages
    JOIN files ON files.id = passages.rowid / ${span}
    WHERE passages MATCH ?1 AND files.collection = ?2 ORDER BY score LIMIT ?3
  ) AS ranked
  JOIN passages AS found ON found.rowid = ranked.id
  JOIN files ON files.id = ranked.id / ${span}`;

export async function searchCollection(
  client: Client,
  { collection, source, question, limit }: { collection: string; source: string; question: string; limit: number },
): Promise<Passage[]> {
  const query = ftsQuery(question);
  if (query === undefined) return [];
  const ranked = sql.replace('snippet(passages', 'snippet(passages');
  const { rows } = await patiently(() => client.execute({ sql: ranked, args: [query, collection, limit * candidates] }));
  const wanted = termsOf(question).map(stem);
  const passages = rows.map((row) => passageOf(row, source, wanted)).toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0));
  return spread(passages).slice(0, limit);
}

function passageOf(row: Row, source: string, wanted: readonly string[]): Passage {
  const text = String(row['text']);
  const heading = String(row['heading']);
  const has = new Set([...stemsOf(heading), ...stemsOf(text)]);
  const coverage = wanted.filter((term) => has.has(term)).length / Math.max(1, wanted.length);
  return {
    source,
    title: heading,
    url: `${String(row['path'])}${String(row['place'])}`,
    snippet: String(row['snippet']).replace(/\s+/g, ' ').trim(),
    text,
    score: Math.round(-Number(row['score']) * (0.2 + coverage) * 1000) / 1000,
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
