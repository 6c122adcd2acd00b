/**
 * Where the processes of a cluster keep what they know of each limit: one row a limit, replaced as a whole. It is locked for that
 * in PostgreSQL, as otherwise the slowest of many would lose every race.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMs } from '../core/sleep.ts';
import { oneLine } from '../core/text/controls.ts';
import type { Pool } from './learned/pool.ts';
import { parseStored } from '../store/codecs.ts';
import { openDatabase, type Database, type ExecuteStatement } from '../store/database.ts';

export interface LimitTable {
  /** Replaces a limit's pool by what `change` makes of it, and returns that; `undefined` where there is none yet. */
  update(name: string, change: (pool: Pool | undefined) => Pool): Promise<Pool>;
  read(name: string): Promise<Pool | undefined>;
  /** The limits whose names begin so; none where nobody has made the table yet. */
  readAll(prefix: string): Promise<ReadonlyMap<string, Pool>>;
  /** Removes the rows of queues that nobody has served since, in milliseconds since the Unix epoch; how many those were. */
  removeUnserved(since: number): Promise<number>;
}

/** Where there is no `DATABASE_URL`. */
export const limitsFile = 'limits.db';

const table =
  'CREATE TABLE IF NOT EXISTS fanfold_limits (name TEXT PRIMARY KEY, version BIGINT NOT NULL, pool TEXT NOT NULL)';
const insert =
  'INSERT INTO fanfold_limits (name, version, pool) VALUES (?, 1, ?) ON CONFLICT (name) DO NOTHING RETURNING version';
const replace =
  'UPDATE fanfold_limits SET version = version + 1, pool = ? WHERE name = ? AND version = ? RETURNING version';
const select = 'SELECT version, pool FROM fanfold_limits WHERE name = ?';

const all = 'SELECT name, version, pool FROM fanfold_limits';
const selectAll = 'SELECT name, pool FROM fanfold_limits WHERE substr(name, 1, ?) = ?';
const remove = 'DELETE FROM fanfold_limits WHERE name = ? AND version = ? RETURNING version';

/** Each loser of a race has seen somebody else win, so even many processes come through. */
const mostTries = 100;

type Change = (pool: Pool | undefined) => Pool;

interface Seen {
  readonly version: number;
  readonly pool: Pool;
}

/**
 * The table in the database that `DATABASE_URL` names, or in a file in `home`, as those see it who work in a namespace:
 * a queue of the same name in another one is another queue.
 */
export function limitTable(home: string, databaseUrl: string | undefined, namespace = 'default'): LimitTable {
  const rowOf = (name: string): string => `${namespace}:${name}`;
  const database = openDatabase({
    url: databaseUrl,
    home,
    file: limitsFile,
    prepare: async (run) => void (await run(table)),
    // A database that crashes is away for longer than what it loses is worth: limits are learned anew.
    relaxed: true,
  });
  return {
    // A lock of SQLite is one of the whole file, and those who wait for it have no order.
    update: (name, change) =>
      database.kind === 'SQLite' ? raced(database.execute, rowOf(name), change) : locked(database, rowOf(name), change),
    async removeUnserved(since) {
      const rows = await database.execute(all);
      let removed = 0;
      for (const { name, version, pool } of rows) {
        // Each report of a process fills the bucket up to its own time.
        const { tokens, members } = poolOf(name, pool);
        if (tokens.at >= since || Object.values(members).some(({ until }) => until >= since)) continue;
        removed += (await database.execute(remove, String(name), Number(version))).length;
      }
      return removed;
    },
    readAll: async (prefix) => {
      const rows = await database.execute(selectAll, rowOf(prefix).length, rowOf(prefix));
      const unscoped = (name: unknown): string => String(name).slice(rowOf('').length);
      return new Map(rows.map(({ name, pool }) => [unscoped(name), poolOf(name, pool)]));
    },
    read: async (name) => (await readRow(database.execute, select, rowOf(name)))?.pool,
  };
}

/** Those who wait for the row have it in the order in which they came. */
function locked(database: Database, name: string, change: Change): Promise<Pool> {
  return database.transaction(async (execute) => {
    const seen = await readRow(execute, `${select} FOR UPDATE`, name);
    const pool = change(seen?.pool);
    // Nobody can have locked a row that was not there, so somebody else may have made it meanwhile.
    return (await write(execute, name, seen, pool)) ? pool : raced(execute, name, change);
  });
}

async function raced(execute: ExecuteStatement, name: string, change: Change): Promise<Pool> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const seen = await readRow(execute, select, name);
    const pool = change(seen?.pool);
    if (await write(execute, name, seen, pool)) return pool;
    if (tries > 3) await sleep(boundedMs(Math.random() * tries));
  }
  throw new Error(`The limit '${name}' was changed by others ${mostTries} times in a row`);
}

function poolOf(name: unknown, pool: unknown): Pool {
  return parseStored(String(pool), `The row '${oneLine(String(name), 200)}' of fanfold_limits`) as Pool;
}

async function readRow(execute: ExecuteStatement, statement: string, name: string): Promise<Seen | undefined> {
  const [row] = await execute(statement, name);
  if (typeof row?.['pool'] !== 'string') return undefined;
  return { version: Number(row['version']), pool: poolOf(name, row['pool']) };
}

/** False where the row is no longer, or not yet, what was seen. */
async function write(execute: ExecuteStatement, name: string, seen: Seen | undefined, pool: Pool): Promise<boolean> {
  const text = JSON.stringify(pool);
  const rows = seen ? await execute(replace, text, name, seen.version) : await execute(insert, name, text);
  return rows.length > 0;
}
