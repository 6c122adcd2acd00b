/**
 * One database for what processes share, in SQLite or PostgreSQL, through statements that both understand.
 * The surprising rule: it is opened at the first statement, so that whoever stores nothing makes no file.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type DatabaseRow = Readonly<Record<string, unknown>>;
/** Runs one statement with `?` for its arguments, and returns its rows. */
export type ExecuteStatement = (statement: string, ...args: (string | number | null)[]) => Promise<DatabaseRow[]>;

/**
 * The database that `DATABASE_URL` names, or a file in `home`.
 *
 * @param file the name of the file in `home`
 * @param table the statement that makes the table where it is missing
 */
export function database(home: string, databaseUrl: string | undefined, file: string, table: string): ExecuteStatement {
  let opened: Promise<ExecuteStatement> | undefined;
  const open = async (): Promise<ExecuteStatement> => {
    const execute = databaseUrl?.startsWith('postgres')
      ? await openPostgres(databaseUrl)
      : await openSqlite(home, file);
    // PostgreSQL refuses the second of two processes that make one table at once; a second try finds it.
    await execute(table).catch(() => execute(table));
    return execute;
  };
  return async (statement, ...args) => {
    opened ??= open().catch((error: unknown) => {
      // Whoever asks next tries again.
      opened = undefined;
      throw error;
    });
    return (await opened)(statement, ...args);
  };
}

async function openSqlite(home: string, file: string): Promise<ExecuteStatement> {
  const { createClient } = await import('@libsql/client');
  await mkdir(home, { recursive: true });
  const client = createClient({ url: pathToFileURL(join(home, file)).href, timeout: 10_000 });
  await client.execute('PRAGMA journal_mode = WAL');
  return async (sql, ...args) => (await client.execute({ sql, args })).rows;
}

async function openPostgres(databaseUrl: string): Promise<ExecuteStatement> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  return async (statement, ...args) => {
    let number = 0;
    const { rows } = await pool.query<DatabaseRow>(
      statement.replaceAll('?', () => `$${++number}`),
      args,
    );
    return rows;
  };
}
