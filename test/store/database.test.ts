/** Databases that processes share: the same laws in SQLite and PostgreSQL. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createClient } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { openToOthers, underOpenUmask } from '../support/modes.ts';
import { hasPostgres, withPostgres } from '../support/postgres.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'fanfold-database-'));
const table = 'CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)';

function notes(home: string, url?: string): Database {
  return openDatabase({ url, home, file: 'notes.db', prepare: async (execute) => void (await execute(table)) });
}

const ids = async (database: Database): Promise<number[]> =>
  (await database.execute('SELECT id FROM notes ORDER BY id')).map(({ id }) => Number(id));

async function keepsItsLaws(opened: () => Database): Promise<void> {
  const databases = Array.from({ length: 6 }, opened);
  await Promise.all(databases.map(({ execute }, id) => execute('INSERT INTO notes VALUES (?, ?)', id, 'what? is it')));
  const [database = opened(), other = opened()] = databases;
  expect(await ids(database)).toEqual([0, 1, 2, 3, 4, 5]);

  const failing = database.transaction(async (execute) => {
    await execute('INSERT INTO notes VALUES (?, ?)', 10, 'first');
    await execute('INSERT INTO notes VALUES (?, ?)', 10, 'again');
  });
  await expect(failing).rejects.toThrow(/unique|UNIQUE/);
  expect(await ids(other)).not.toContain(10);

  const result = await database.transaction(async (execute) => {
    await execute('INSERT INTO notes VALUES (?, ?)', 20, 'one');
    expect(await ids(other), 'what is not committed, others do not see').not.toContain(20);
    await execute('INSERT INTO notes VALUES (?, ?)', 21, 'two');
    return 'kept';
  });
  expect(result).toBe('kept');
  expect(await ids(other)).toEqual([0, 1, 2, 3, 4, 5, 20, 21]);

  // Everyone reads, waits and counts up; no update is lost.
  const many = Array.from({ length: 30 }, (_, index) => databases[index % databases.length] ?? database);
  await Promise.all(many.map((each) => each.execute(`UPDATE notes SET text = text || '+' WHERE id = 20`)));
  expect(await database.execute('SELECT text FROM notes WHERE id = 20')).toMatchObject([
    { text: `one${'+'.repeat(30)}` },
  ]);
  await Promise.all(databases.map((each) => each.close()));
}

describe('a database', () => {
  test('in a file of SQLite', async () => {
    const home = await folder();
    await keepsItsLaws(() => notes(home));
  });

  test.skipIf(!hasPostgres)('in PostgreSQL', async () => {
    await withPostgres((url) => keepsItsLaws(() => notes('/nowhere', url)));
  });

  test('is made with its folder for its owner alone, what SQLite puts beside it too', async () => {
    const home = join(await folder(), 'home');
    await underOpenUmask(async () => {
      const database = notes(home);
      await database.execute('INSERT INTO notes VALUES (1, ?)', 'private');
      expect(openToOthers(home)).toEqual([]);
      await database.close();
    });
  });

  test('that nobody used has made nothing', async () => {
    const home = join(await folder(), 'home');
    await notes(home).close();
    expect(() => openToOthers(home)).toThrow('ENOENT');
  });

  test('that is damaged is an error, unless it is one that can be made anew', async () => {
    const home = await folder();
    await writeFile(join(home, 'notes.db'), 'this is no database, as anyone can see'.repeat(500));
    const prepare: Parameters<typeof openDatabase>[0]['prepare'] = async (execute) => void (await execute(table));
    await expect(notes(home).execute('SELECT 1')).rejects.toThrow('file is not a database');
    const index = openDatabase({ home, file: 'notes.db', prepare, replaceDamaged: true });
    expect(await ids(index)).toEqual([]);
  });

  test('waits for another process that writes, and the thread goes on meanwhile', async () => {
    const home = await folder();
    const database = notes(home);
    await database.execute('INSERT INTO notes VALUES (1, ?)', 'before');
    const script = join(home, 'writer.mjs');
    const libsql = import.meta.resolve('@libsql/client');
    await writeFile(
      script,
      `import { createClient } from ${JSON.stringify(libsql)};
       const held = await createClient({ url: process.argv[2] }).transaction('write');
       process.send('held');
       process.once('message', () => held.commit().then(() => process.disconnect()));`,
    );
    const writer = fork(script, [`file:${join(home, 'notes.db')}`]);
    await once(writer, 'message');
    let written = false;
    const update = database.execute('UPDATE notes SET text = ?', 'after').then(() => (written = true));
    // A thread that SQLite held would not come to send this: then the statement would fail with SQLITE_BUSY.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBe(false);
    writer.send('commit');
    await update;
    expect(await database.execute('SELECT text FROM notes')).toMatchObject([{ text: 'after' }]);
  });
});

test('what is written after the file was locked for a while is there for others at once', async () => {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-database-'));
  const own = openDatabase({
    home,
    file: 'a.db',
    prepare: async (run) => void (await run('CREATE TABLE IF NOT EXISTS a (n INTEGER)')),
  });
  await own.execute('INSERT INTO a VALUES (?)', 0);
  const other = createClient({ url: pathToFileURL(join(home, 'a.db')).href });
  for (let n = 1; n <= 5; n++) {
    const held = await other.transaction('write');
    const written = own.execute('INSERT INTO a VALUES (?) RETURNING n', n);
    // Longer than SQLite itself waits.
    await sleep(100);
    await held.commit();
    expect(await written).toEqual([{ n }]);
    const { rows } = await other.execute('SELECT count(*) AS count FROM a');
    expect(rows[0]?.['count']).toBe(n + 1);
  }
  await own.close();
  other.close();
});
