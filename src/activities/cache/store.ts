/**
 * Where results are kept by task key, in SQLite or PostgreSQL, with one statement that both understand.
 * A claim is a lease, so that a key whose owner died is free again after seconds.
 */
import { oneLine } from '../../core/text/controls.ts';
import { decodeWithCodecs, encodeText, noCodecs, parseStored, type Codecs } from '../../store/codecs.ts';
import { openDatabase } from '../../store/database.ts';

export type CacheClaim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'found'; readonly value: unknown }
  | { readonly kind: 'busy' };

export interface ResultStore {
  /** Takes the key for `owner`, unless its result is there or somebody else is at it. Times in ms since the epoch. */
  claim(key: string, owner: string, now: number, leaseUntil: number): Promise<CacheClaim>;
  renew(key: string, owner: string, leaseUntil: number): Promise<void>;
  store(key: string, owner: string, value: unknown, expiresAt: number): Promise<void>;
  /** Frees a key whose execution failed, so that the next one need not wait for the lease. */
  release(key: string, owner: string): Promise<void>;
}

const table = `CREATE TABLE IF NOT EXISTS fanfold_results (
  key TEXT PRIMARY KEY, owner TEXT NOT NULL, lease_until BIGINT NOT NULL, value TEXT, expires_at BIGINT
)`;
const claimKey = `INSERT INTO fanfold_results (key, owner, lease_until) VALUES (?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until, value = NULL, expires_at = NULL
  WHERE (fanfold_results.value IS NULL AND fanfold_results.lease_until < ?) OR fanfold_results.expires_at < ?
  RETURNING owner`;

/** The store that `DATABASE_URL` names, or a file in `home`. Opened at first use. @param codecs that results pass through */
export function resultStore(home: string, databaseUrl: string | undefined, codecs: Codecs = noCodecs): ResultStore {
  const { execute } = openDatabase({
    url: databaseUrl,
    home,
    file: 'results.db',
    prepare: async (run) => void (await run(table)),
  });
  return {
    async claim(key, owner, now, leaseUntil) {
      const claimed = await execute(claimKey, key, owner, leaseUntil, now, now);
      if (claimed.length > 0) return { kind: 'claimed' };
      const [row] = await execute('SELECT value FROM fanfold_results WHERE key = ?', key);
      if (typeof row?.['value'] !== 'string') return { kind: 'busy' };
      const name = `The row '${oneLine(key, 200)}' of fanfold_results`;
      return { kind: 'found', value: parseStored(await decodeWithCodecs(codecs, row['value'], name), name) };
    },
    async renew(key, owner, leaseUntil) {
      await execute('UPDATE fanfold_results SET lease_until = ? WHERE key = ? AND owner = ?', leaseUntil, key, owner);
    },
    async store(key, owner, value, expiresAt) {
      const text = await encodeText(codecs, JSON.stringify(value ?? null));
      await execute(
        'UPDATE fanfold_results SET value = ?, expires_at = ? WHERE key = ? AND owner = ?',
        text,
        expiresAt,
        key,
        owner,
      );
    },
    async release(key, owner) {
      await execute('DELETE FROM fanfold_results WHERE key = ? AND owner = ? AND value IS NULL', key, owner);
    },
  };
}
