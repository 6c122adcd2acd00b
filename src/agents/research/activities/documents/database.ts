/**
 * The index of documents: SQLite FTS5 in one file that several processes share.
 * It is a cache: one that cannot be read, or that an older fanfold wrote, is made anew.
 */
import { openDatabase, type Database, type ExecuteStatement } from '../../../../store/index.ts';
import { isUnspaced, nameParts, wordsOf } from '../../pure/stems.ts';
import type { DocumentSection } from './section.ts';

/** Raised with each change of the tables or of how documents are split. */
const version = 6;

/** A file's passages have row ids from `id * span`: no index is needed to find the passages of a file. */
export const span = 10_000;

const schema = [
  'DROP TABLE IF EXISTS files',
  'DROP TABLE IF EXISTS passages',
  `CREATE TABLE files (
    id INTEGER PRIMARY KEY, collection TEXT NOT NULL, path TEXT NOT NULL, label TEXT NOT NULL,
    modified INTEGER NOT NULL, size INTEGER NOT NULL, unread TEXT, UNIQUE (collection, path)
  )`,
  "CREATE VIRTUAL TABLE passages USING fts5(heading, text, place UNINDEXED, parts, tokenize = 'porter unicode61')",
  `PRAGMA user_version = ${version}`,
];

/** What the index knows a file by. */
export interface FileState {
  readonly path: string;
  readonly label: string;
  readonly modified: number;
  readonly size: number;
  /** Why it could not be read; null where it was. */
  readonly unread: string | null;
}

export interface IndexedFile extends FileState {
  readonly sections: readonly DocumentSection[];
}

/** The index in `home`, made at its first statement. */
export function documentsDatabase(home: string): Database {
  return openDatabase({ home, file: 'documents.db', prepare, replaceDamaged: true });
}

async function prepare(execute: ExecuteStatement): Promise<void> {
  const [found] = await execute('PRAGMA user_version');
  if (Number(found?.['user_version']) !== version) for (const statement of schema) await execute(statement);
}

/** The files that the index has of a collection, by path. */
export async function knownFiles({ execute }: Database, collection: string): Promise<Map<string, FileState>> {
  const sql = 'SELECT path, label, modified, size, unread FROM files WHERE collection = ?';
  // The columns are those that the statement names.
  const states = (await execute(sql, collection)) as unknown as FileState[];
  return new Map(states.map((state) => [state.path, state]));
}

/**
 * Puts files in, in one transaction; what the index had of them before is gone. CROSS JOIN fixes the
 * order of the tables: SQLite's own choice may read the list of sections anew for each file.
 */
export async function putFiles(
  { transaction }: Database,
  collection: string,
  files: readonly IndexedFile[],
): Promise<void> {
  const states = files.map(({ sections: _sections, ...state }) => state);
  const sections = files.flatMap(({ path, sections: pieces }) =>
    pieces.slice(0, span).map((section, row) => ({ path, row, ...section, parts: partsOf(section) })),
  );
  const put = `INSERT INTO files (collection, path, label, modified, size, unread)
    SELECT ?1, value->>'path', value->>'label', value->>'modified', value->>'size', value->>'unread'
    FROM json_each(?2) WHERE true ON CONFLICT (collection, path) DO UPDATE
    SET label = excluded.label, modified = excluded.modified, size = excluded.size, unread = excluded.unread`;
  const fill = `INSERT INTO passages (rowid, heading, text, place, parts)
    SELECT files.id * ${span} + (value->>'row'), files.label || iif(value->>'heading' = '', '', ' › ' || (value->>'heading')), value->>'text', value->>'place', value->>'parts'
    FROM json_each(?2) CROSS JOIN files ON files.collection = ?1 AND files.path = value->>'path'`;
  const paths = JSON.stringify(files.map(({ path }) => path));
  await transaction(async (execute) => {
    await execute(forgetPassages, collection, paths);
    await execute(put, collection, JSON.stringify(states));
    await execute(fill, collection, JSON.stringify(sections));
  });
}

/** What the index's own tokenizer finds no words in: names of code, and scripts without blanks between words. */
function partsOf({ heading, text }: DocumentSection): string {
  const whole = `${heading}\n${text}`;
  return [...nameParts(whole), ...(isUnspaced(whole) ? wordsOf(whole) : [])].join(' ');
}

/** Takes files out. */
export async function dropFiles(
  { transaction }: Database,
  collection: string,
  paths: readonly string[],
): Promise<void> {
  const list = JSON.stringify(paths);
  await transaction(async (execute) => {
    await execute(forgetPassages, collection, list);
    await execute(
      'DELETE FROM files WHERE collection = ? AND path IN (SELECT value FROM json_each(?))',
      collection,
      list,
    );
  });
}

const forgetPassages = `DELETE FROM passages WHERE rowid IN (
    SELECT docs.id FROM files CROSS JOIN passages_docsize AS docs
    ON docs.id >= files.id * ${span} AND docs.id < (files.id + 1) * ${span}
    WHERE files.collection = ?1 AND files.path IN (SELECT value FROM json_each(?2))
  )`;
