import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { joined, startPool } from '../../src/limits/learned/pool.ts';
import { limitTable } from '../../src/limits/table.ts';
import { hasPostgres, withPostgres } from '../support/postgres.ts';
import { startProxy } from '../support/proxy.ts';

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

test('a queue of the same name in another namespace is another limit, in the same database', async () => {
  const home = await newHome();
  const [shop, bank] = ['shop', 'bank'].map((namespace) => limitTable(home, undefined, namespace));
  await shop?.update('fanfold.limit.api', (pool = startPool(settings, 7)) => pool);
  expect(await bank?.read('fanfold.limit.api')).toBeUndefined();
  expect([...((await bank?.readAll('')) ?? [])]).toEqual([]);
  expect([...((await shop?.readAll('fanfold.limit.')) ?? [])]).toMatchObject([
    ['fanfold.limit.api', { tokens: { at: 7 } }],
  ]);
});

test('the row of a queue that nobody has served for a week goes, and that of one that is served stays', async () => {
  const table = limitTable(await newHome(), undefined);
  const day = 86_400_000;
  const serve = (name: string, now: number) =>
    table.update(name, (pool = startPool(settings, now)) =>
      joined(pool, { process: 'p', running: 0, started: 0, endings: [] }, settings, now, 4000),
    );
  await serve('old', day);
  await serve('new', 10 * day);
  await serve('again', day);
  await serve('again', 9 * day);
  expect(await table.removeUnserved(3 * day)).toBe(1);
  expect(await table.read('old')).toBeUndefined();
  expect(await Promise.all(['new', 'again'].map((name) => table.read(name)))).not.toContain(undefined);
  // Who still knew the removed row begins it anew.
  await serve('old', 11 * day);
  expect(await table.read('old')).toMatchObject({ tokens: { at: 11 * day } });
});

test.skipIf(!hasPostgres)(
  'a PostgreSQL that falls silent is an error in its time, and serves again once it answers',
  async () => {
    await withPostgres(async (url) => {
      const { host, username, pathname } = new URL(url);
      const proxy = await startProxy(host);
      const table = limitTable(await newHome(), `postgres://${username}@${proxy.address}${pathname}`);
      const serve = () => table.update('api', (pool = startPool(settings, 0)) => pool);
      await serve();
      proxy.freeze();
      await expect(serve()).rejects.toThrow();
      proxy.mend();
      await serve();
      await proxy.close();
    });
  },
  120_000,
);

test.skipIf(!hasPostgres)(
  'a PostgreSQL that dies amid changes fails them, ends no process, and takes the next ones once it is back',
  async () => {
    await withPostgres(async (url, server) => {
      const tables = await Promise.all([1, 2, 3].map(async () => limitTable(await newHome(), url)));
      const serve = (table: (typeof tables)[number]) => table.update('api', (pool = startPool(settings, 0)) => pool);
      for (let round = 0; round < 4; round++) {
        await Promise.all(tables.map(serve));
        const changes = tables.map(async (table) => {
          for (;;) await serve(table);
        });
        const failures = Promise.allSettled(changes);
        // Wherever each of them is by then.
        server.stop();
        expect((await failures).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
        server.start();
      }
    });
  },
  120_000,
);
