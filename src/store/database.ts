/**
 * Opens the databases that processes share, in SQLite or PostgreSQL, for statements and transactions that both understand.
 * One is opened at its first statement, so that whoever stores nothing makes no file.
 */
import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Client } from '@libsql/client';
import { installed } from '../packages/installed.ts';

export type DatabaseArgument = string | number | null;
export type DatabaseRow = Readonly<Record<string, unknown>>;
/** Runs one statement with `?` for its arguments, and returns its rows. */
export type ExecuteStatement = (statement: string, ...args: DatabaseArgument[]) => Promise<DatabaseRow[]>;

export interface Database {
  readonly kind: 'SQLite' | 'PostgreSQL';
  readonly execute: ExecuteStatement;
  /** All statements of `work`, or none of them where it throws. In SQLite nobody else writes meanwhile, not even `work` through `execute`. */
  transaction<R>(work: (execute: ExecuteStatement) => Promise<R>): Promise<R>;
  /** Frees its connections; a database that nobody has used has none. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Begins with `postgres` for PostgreSQL. @default a file of SQLite */
  readonly url?: string | undefined;
  /** The folder of the file. */
  readonly home: string;
  /** The name of the file in `home`. */
  readonly file: string;
  /** Makes what is missing, in one transaction: of all processes, one at a time is in here. */
  prepare(execute: ExecuteStatement): Promise<void>;
  /** For a file that can be made anew from elsewhere: one that is damaged is replaced. @default false */
  readonly replaceDamaged?: boolean;
  /** Whether what was written last may be lost where the database itself crashes, so that nobody waits for its disk. @default false */
  readonly relaxed?: boolean;
}

type Opened = Omit<Database, 'kind'>;

/**
 * The database that `url` names, or a file in `home` that its owner alone may read.
 *
 * @example
 * const { execute } = openDatabase({ home, file: 'notes.db', prepare: async (run) => void (await run('CREATE TABLE …')) });
 */
export function openDatabase(options: DatabaseOptions): Database {
  const isPostgres = options.url?.startsWith('postgres') ?? false;
  let opening: Promise<Opened> | undefined;
  const opened = (): Promise<Opened> => {
    opening ??= (isPostgres ? openPostgres(options) : openSqlite(options)).catch((error: unknown) => {
      // Whoever asks next tries again.
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    kind: isPostgres ? 'PostgreSQL' : 'SQLite',
    execute: async (statement, ...args) => (await opened()).execute(statement, ...args),
    transaction: async (work) => (await opened()).transaction(work),
    close: async () => (await opening)?.close(),
  };
}

async function openSqlite(options: DatabaseOptions): Promise<Opened> {
  const path = join(options.home, options.file);
  await mkdir(options.home, { recursive: true, mode: 0o700 });
  try {
    return await openFile(path, options);
  } catch (error) {
    if (!options.replaceDamaged || !/CORRUPT|NOTADB/.test(codeOf(error))) throw error;
    await Promise.all(beside(path).map((file) => rm(file, { force: true })));
    return openFile(path, options);
  }
}

/** The file of SQLite and those that it may have beside it. */
const beside = (path: string): string[] => ['', '-wal', '-shm'].map((ending) => `${path}${ending}`);

async function openFile(path: string, { prepare, relaxed = false }: DatabaseOptions): Promise<Opened> {
  const { createClient } = await installed('A database of SQLite', () => import('@libsql/client'));
  // SQLite would let everyone read a file that it makes; those that it makes beside it get the mode of this one.
  await (await open(path, 'a', 0o600)).close();
  // So may files of earlier versions be; one that is another user's stays as it is.
  await Promise.all(beside(path).map((file) => chmod(file, 0o600).catch(() => undefined)));
  const client = createClient({ url: pathToFileURL(path).href, timeout: lockedThreadMs });
  const { execute, transaction } = inTurn(client);
  try {
    await execute('PRAGMA journal_mode = WAL');
    if (relaxed) await execute('PRAGMA synchronous = NORMAL');
    await transaction(prepare);
  } catch (error) {
    client.close();
    throw error;
  }
  return { execute, transaction, close: async () => client.close() };
}

/**
 * One statement or transaction of a process at a time, as each would only find the file locked by the other.
 * The surprising rule: after a lock that was waited for in vain the connection is opened anew. The driver leaves the statement
 * open, and SQLite commits what the next ones write only once no other that writes is open: they would succeed here alone.
 */
function inTurn(client: Client): Pick<Opened, 'execute' | 'transaction'> {
  let last: Promise<unknown> = Promise.resolve();
  const turn = <R>(work: () => Promise<R>): Promise<R> => {
    const mine = last.then(() => orReconnect(client, work));
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    execute: (sql, ...args) => patiently(() => turn(async () => (await client.execute({ sql, args })).rows)),
    transaction: (work) => turn(() => transact(client, work)),
  };
}

async function transact<R>(client: Client, work: (execute: ExecuteStatement) => Promise<R>): Promise<R> {
  const begun = await patiently(() => orReconnect(client, () => client.transaction('write')));
  try {
    const result = await work(async (sql, ...args) => (await begun.execute({ sql, args })).rows);
    await begun.commit();
    return result;
  } finally {
    begun.close();
  }
}

async function orReconnect<R>(client: Client, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (isLocked(error)) client.reconnect();
    throw error;
  }
}

/** How long SQLite itself waits for a lock: the thread waits with it. */
const lockedThreadMs = 20;
const lockedMs = 10_000;

/** Waits for others to end their transactions, so that what is refused as locked is asked for again. */
async function patiently<R>(work: () => Promise<R>): Promise<R> {
  for (const end = Date.now() + lockedMs; ;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end || !isLocked(error)) throw error;
      await sleep(5 + Math.random() * 20);
    }
  }
}

function isLocked(error: unknown): boolean {
  return /BUSY|LOCKED/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The lock of those that prepare tables: PostgreSQL refuses the second of two sessions that make one at once. */
const preparing = 0x66_61_6e_66;

/** Until a server that says nothing any more, such as one whose other end is gone, is one that is away. */
const silence = { connectionTimeoutMillis: 5000, query_timeout: 15_000, keepAlive: true };

/** Of this transaction alone, as a pooler may give the connection to others. */
const beginRelaxed = 'BEGIN; SET LOCAL synchronous_commit TO OFF';

async function openPostgres({ url, prepare, relaxed = false }: DatabaseOptions): Promise<Opened> {
  const { default: pg } = await installed('A database of PostgreSQL', () => import('pg'));
  const pool = new pg.Pool({ connectionString: url, max: 4, ...silence });
  // A connection that breaks while idle is replaced by the pool, and one that breaks between two statements of a transaction
  // fails its next one; without a listener either would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const through =
    (client: Pick<typeof pool, 'query'>): ExecuteStatement =>
    async (statement, ...args) =>
      (await client.query<DatabaseRow>(numbered(statement), args)).rows;
  const within = async <R>(begin: string, work: (execute: ExecuteStatement) => Promise<R>): Promise<R> => {
    const client = await pool.connect();
    const execute = through(client);
    try {
      await client.query(begin);
      const result = await work(execute);
      await execute('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // Closing the connection undoes what it began, also where it is the connection that broke.
      client.release(true);
      throw error;
    }
  };
  try {
    await within('BEGIN', async (execute) => {
      await execute('SELECT pg_advisory_xact_lock(?)', preparing);
      await prepare(execute);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  const begin = relaxed ? beginRelaxed : 'BEGIN';
  return { execute: through(pool), transaction: (work) => within(begin, work), close: () => pool.end() };
}

/** `?` as PostgreSQL counts its arguments. */
function numbered(statement: string): string {
  let number = 0;
  return statement.replaceAll('?', () => `$${++number}`);
}
