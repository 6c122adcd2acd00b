import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { joined, startPool } from '../../src/limits/learned/pool.ts';
import { limitTable } from '../../src/limits/table.ts';
import { hasPostgres, withPostgres } from '../support/postgres.ts';

const settings = { concurrency: 6, adapt: false };

async function countsAll(home: string, url: string | undefined): Promise<void> {
  const tables = Array.from({ length: 4 }, () => limitTable(home, url));
  const ending = { ending: 'success', startedAt: 1, endedAt: 2, inFlight: 1 } as const;
  const report = (process: string) => ({ process, running: 0, started: 1, endings: [ending] });
  const changes = tables.flatMap((table, index) =>
    Array.from({ length: 25 }, () =>
      table.update('api', (pool = startPool(settings, 0)) => joined(pool, report(`p${index}`), settings, 10, 1000)),
    ),
  );
  await Promise.all(changes);
  const pool = await tables[0]?.read('api');
  expect(pool?.counts.succeeded).toBe(100);
  expect(Object.keys(pool?.members ?? {})).toHaveLength(4);
}

const newHome = (): Promise<string> => mkdtemp(join(tmpdir(), 'fanfold-table-'));

test('no change of a limit is lost, however many processes make one at the same time', async () => {
  await countsAll(await newHome(), undefined);
});

test.skipIf(!hasPostgres)(
  'none is lost in PostgreSQL either',
  async () => {
    await withPostgres(async (url) => countsAll(await newHome(), url));
  },
  60_000,
);

test('a limit that nobody has served is not there', async () => {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-table-'));
  expect(await limitTable(home, undefined).read('nothing')).toBeUndefined();
});
