/**
 * The index of documents: SQLite FTS5 in one file that several processes share.
 * It is a cache: one that cannot be read, or that an older fanfold wrote, is made anew.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createClient, LibsqlError, type Client } from '@libsql/client';
import { isUnspaced, nameParts, wordsOf } from '../../pure/terms.ts';
import type { DocumentSection } from './section.ts';

/** Raised with each change of the tables or of how documents are cut. */
const version = 2;

/** A file's passages have row ids from `id * span`: no index is needed to find the passages of a file. */
export const span = 10_000;

const schema = [
  'DROP TABLE IF EXISTS files',
  'DROP TABLE IF EXISTS passages',
  `CREATE TABLE files (
    id INTEGER PRIMARY KEY, collection TEXT NOT NULL, path TEXT NOT NULL, label TEXT NOT NULL,
    modified INTEGER NOT NULL, size INTEGER NOT NULL, UNIQUE (collection, path)
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
}

export interface IndexedFile extends FileState {
  readonly sections: readonly DocumentSection[];
}

export async function openDatabase(home: string): Promise<Client> {
  await mkdir(home, { recursive: true });
  const path = join(home, 'documents.db');
  try {
    return await open(path);
  } catch (error) {
    if (!/CORRUPT|NOTADB/.test(codeOf(error))) throw error;
    await Promise.all(['', '-wal', '-shm'].map((ending) => rm(`${path}${ending}`, { force: true })));
    return open(path);
  }
}

async function open(path: string): Promise<Client> {
  const client = createClient({ url: pathToFileURL(path).href, timeout: 10_000 });
  await patiently(() => client.execute('PRAGMA journal_mode = WAL'));
  if ((await versionOf(client)) !== version) {
    const transaction = await patiently(() => client.transaction('write'));
    try {
      // Asked again under the lock: another process may have been first.
      const found = await transaction.execute('PRAGMA user_version');
      if (Number(found.rows[0]?.[0]) !== version) for (const statement of schema) await transaction.execute(statement);
      await transaction.commit();
    } finally {
      transaction.close();
    }
  }
  return client;
}

async function versionOf(client: Client): Promise<number> {
  return Number((await client.execute('PRAGMA user_version')).rows[0]?.[0]);
}

/** Some locks are refused at once whatever the busy timeout, such as the one for a change of the journal. */
export async function patiently<T>(work: () => Promise<T>, attempts = 40): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !/BUSY|LOCKED/.test(codeOf(error))) throw error;
      await sleep(25 + Math.random() * 50);
    }
  }
}

/** The files that the index has of a collection, by path. */
export async function knownFiles(client: Client, collection: string): Promise<Map<string, FileState>> {
  const sql = 'SELECT path, label, modified, size FROM files WHERE collection = ?';
  const { rows } = await patiently(() => client.execute({ sql, args: [collection] }));
  return new Map((rows as unknown as FileState[]).map((state) => [state.path, state]));
}

/**
 * Puts files in, in one transaction; what the index had of them before is gone. CROSS JOIN fixes the
 * order of the tables: SQLite's own choice may read the list of sections anew for each file.
 */
export async function putFiles(client: Client, collection: string, files: readonly IndexedFile[]): Promise<void> {
  const states = files.map(({ path, label, modified, size }) => ({ path, label, modified, size }));
  const sections = files.flatMap(({ path, sections: cut }) =>
    cut.slice(0, span).map((section, row) => ({ path, row, ...section, parts: partsOf(section) })),
  );
  const put = `INSERT INTO files (collection, path, label, modified, size)
    SELECT ?1, value->>'path', value->>'label', value->>'modified', value->>'size' FROM json_each(?2) WHERE true
    ON CONFLICT (collection, path) DO UPDATE SET label = excluded.label, modified = excluded.modified, size = excluded.size`;
  const fill = `INSERT INTO passages (rowid, heading, text, place, parts)
    SELECT files.id * ${span} + (value->>'row'), files.label || iif(value->>'heading' = '', '', ' › ' || (value->>'heading')), value->>'text', value->>'place', value->>'parts'
    FROM json_each(?2) CROSS JOIN files ON files.collection = ?1 AND files.path = value->>'path'`;
  const paths = JSON.stringify(files.map(({ path }) => path));
  await write(client, [
    { sql: forgetPassages, args: [collection, paths] },
    { sql: put, args: [collection, JSON.stringify(states)] },
    { sql: fill, args: [collection, JSON.stringify(sections)] },
  ]);
}

/** What the index's own tokenizer finds no words in: names of code, and scripts without blanks between words. */
function partsOf({ heading, text }: DocumentSection): string {
  const whole = `${heading}\n${text}`;
  return [...nameParts(whole), ...(isUnspaced(whole) ? wordsOf(whole) : [])].join(' ');
}

/** Takes files out. */
export async function dropFiles(client: Client, collection: string, paths: readonly string[]): Promise<void> {
  const args = [collection, JSON.stringify(paths)];
  await write(client, [
    { sql: forgetPassages, args },
    { sql: 'DELETE FROM files WHERE collection = ?1 AND path IN (SELECT value FROM json_each(?2))', args },
  ]);
}

const forgetPassages = `DELETE FROM passages WHERE rowid IN (
    SELECT docs.id FROM files CROSS JOIN passages_docsize AS docs
    ON docs.id >= files.id * ${span} AND docs.id < (files.id + 1) * ${span}
    WHERE files.collection = ?1 AND files.path IN (SELECT value FROM json_each(?2))
  )`;

async function write(client: Client, statements: { sql: string; args: string[] }[]): Promise<void> {
  await patiently(() => client.batch(statements, 'write'));
}

function codeOf(error: unknown): string {
  return error instanceof LibsqlError ? error.code : '';
}
