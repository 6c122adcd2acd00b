import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { joined, startPool } from '../../src/limits/learned/pool.ts';
import { limitTable } from '../../src/limits/table.ts';

const settings = { concurrency: 6, adapt: false };

test('no change of a limit is lost, however many processes make one at the same time', async () => {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-table-'));
  const tables = Array.from({ length: 4 }, () => limitTable(home, undefined));
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
});

test('a limit that nobody has served is not there', async () => {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-table-'));
  expect(await limitTable(home, undefined).read('nothing')).toBeUndefined();
});
