/**
 * Where the processes of a cluster keep what they know of each limit: one row a limit, replaced as a whole.
 * The surprising rule: nobody locks it. Who replaces a row that has changed meanwhile reads it again and thinks anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from './learned/pool.ts';
import { openDatabase } from '../store/database.ts';

export interface LimitTable {
  /** Replaces a limit's pool by what `change` makes of it, and returns that; `undefined` where there is none yet. */
  update(name: string, change: (pool: Pool | undefined) => Pool): Promise<Pool>;
  read(name: string): Promise<Pool | undefined>;
}

const table =
  'CREATE TABLE IF NOT EXISTS fanfold_limits (name TEXT PRIMARY KEY, version BIGINT NOT NULL, pool TEXT NOT NULL)';
const insert =
  'INSERT INTO fanfold_limits (name, version, pool) VALUES (?, 1, ?) ON CONFLICT (name) DO NOTHING RETURNING version';
const replace =
  'UPDATE fanfold_limits SET version = version + 1, pool = ? WHERE name = ? AND version = ? RETURNING version';
const select = 'SELECT version, pool FROM fanfold_limits WHERE name = ?';

/** Each loser of a race has seen somebody else win, so even many processes come through. */
const mostTries = 100;

interface Seen {
  readonly version: number;
  readonly pool: Pool;
}

/** The table in the database that `DATABASE_URL` names, or in a file in `home`. */
export function limitTable(home: string, databaseUrl: string | undefined): LimitTable {
  const { execute } = openDatabase({
    url: databaseUrl,
    home,
    file: 'limits.db',
    prepare: async (run) => void (await run(table)),
  });
  const latest = new Map<string, Seen>();
  const readRow = async (name: string): Promise<Seen | undefined> => {
    const [row] = await execute(select, name);
    if (typeof row?.['pool'] !== 'string') return undefined;
    return { version: Number(row['version']), pool: JSON.parse(row['pool']) as Pool };
  };
  const write = async (name: string, seen: Seen | undefined, pool: Pool): Promise<Seen | undefined> => {
    const text = JSON.stringify(pool);
    const [row] = seen ? await execute(replace, text, name, seen.version) : await execute(insert, name, text);
    return row ? { version: Number(row['version']), pool } : undefined;
  };
  return {
    async update(name, change) {
      // Alone, a process knows the row that it wrote last, and is spared reading it.
      let seen = latest.get(name) ?? (await readRow(name));
      for (let tries = 1; tries <= mostTries; tries++) {
        const written = await write(name, seen, change(seen?.pool));
        if (written) {
          latest.set(name, written);
          return written.pool;
        }
        if (tries > 3) await sleep(Math.random() * tries);
        seen = await readRow(name);
      }
      throw new Error(`The limit '${name}' was changed by others ${mostTries} times in a row`);
    },
    read: async (name) => (await readRow(name))?.pool,
  };
}
