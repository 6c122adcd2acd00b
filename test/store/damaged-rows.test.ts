/** Rows of a database that somebody else has changed: each is named, and none is a bare error of a parser. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resultStore } from '../../src/activities/cache/store.ts';
import { startPool } from '../../src/limits/learned/pool.ts';
import { limitTable, limitsFile } from '../../src/limits/table.ts';
import { openDatabase } from '../../src/store/database.ts';

const newHome = (): Promise<string> => mkdtemp(join(tmpdir(), 'fanfold-rows-'));

async function spoil(home: string, file: string, statement: string): Promise<void> {
  const database = openDatabase({ home, file, prepare: async () => {} });
  await database.execute(statement);
  await database.close();
}

test('a cached result that is no JSON any more is named by its key and table', async () => {
  const home = await newHome();
  const store = resultStore(home, undefined);
  await store.claim('report\nof 2026', 'me', 0, 100);
  await store.store('report\nof 2026', 'me', { pages: 3 }, 1000);
  await spoil(home, 'results.db', `UPDATE fanfold_results SET value = '{"pages":'`);
  await expect(store.claim('report\nof 2026', 'other', 1, 100)).rejects.toMatchObject({
    name: 'DamagedObject',
    message: "The row 'report of 2026' of fanfold_results is damaged: it is no JSON, so it is not what was written",
  });
});

test('a limit whose row is no JSON any more is named by its name and table, however it is read', async () => {
  const home = await newHome();
  const table = limitTable(home, undefined, 'default');
  await table.update('api', (pool = startPool({ concurrency: 6, adapt: false }, 0)) => pool);
  await spoil(home, limitsFile, `UPDATE fanfold_limits SET pool = ''`);
  for (const reading of [() => table.read('api'), () => table.readAll(''), () => table.update('api', (pool) => pool!)])
    await expect(reading()).rejects.toThrow(/^The row '.*api' of fanfold_limits is damaged: it is no JSON/);
});
