/** The shop's database, the same in SQLite and PostgreSQL: filled once, one customer's rows only, and one refund a payment. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { customerData } from '../../../src/agents/support/activities/demo/customer.ts';
import { shopDatabase } from '../../../src/agents/support/activities/demo/database.ts';
import type { Database } from '../../../src/store/index.ts';
import { hasPostgres, withPostgres } from '../../support/postgres.ts';

const home = (): Promise<string> => mkdtemp(join(tmpdir(), 'fanfold-shop-'));

async function isShop(open: () => Database): Promise<void> {
  // Several workers start at once, and each migrates.
  const databases = [open(), open(), open()];
  const counts = await Promise.all(databases.map(({ execute }) => execute('SELECT COUNT(*) AS n FROM shop_orders')));
  expect(counts.map(([row]) => Number(row?.['n']))).toEqual([100, 100, 100]);
  const [database = open()] = databases;

  const seven = customerData(database, 7);
  expect(await customerData(database, 4711).orders()).toEqual([]);
  expect(await seven.orders(1042)).toMatchObject([
    { id: 1042, status: 'in transit', totalCents: 12_990, placedOn: '2026-11-16', products: '1 × Headphones Aria 2' },
  ]);
  expect((await seven.payments(1042)).map(({ id }) => id).toSorted()).toEqual(['P-10421', 'P-10422']);
  expect(await seven.shipments(1042)).toMatchObject([{ order: 1042, status: 'in transit' }]);

  // Customer 8 has order 1043, and customer 7 sees nothing of it.
  expect(await customerData(database, 8).orders(1043)).toHaveLength(1);
  expect(await seven.orders(1043)).toEqual([]);
  expect(await seven.payments(1043)).toEqual([]);
  expect(await seven.shipments(1043)).toEqual([]);
  expect(await seven.payment('P-10431')).toBeUndefined();
  await seven.refund({ key: 'theft', paymentId: 'P-10431', amountCents: 100, reason: 'not mine' });
  expect(await customerData(database, 8).refundOf('P-10431')).toBeUndefined();

  const request = { paymentId: 'P-10422', amountCents: 12_990, reason: 'charged twice' };
  await seven.refund({ ...request, key: 'too much', amountCents: 12_991 });
  expect(await seven.refundOf('P-10422')).toBeUndefined();
  // The same key twice and other keys at once: one refund.
  const keys = ['run/one', 'run/one', 'run/two', 'run/three'];
  await Promise.all(
    keys.map((key, index) => customerData(databases[index % 3] ?? database, 7).refund({ ...request, key })),
  );
  const made = await seven.refundOf('P-10422');
  expect(keys).toContain(made?.key);
  expect(await seven.payment('P-10422')).toMatchObject({ refundedCents: 12_990 });
  expect(Number((await database.execute('SELECT COUNT(*) AS n FROM shop_refunds'))[0]?.['n'])).toBe(1);

  // Data that somebody deleted does not come back.
  await database.execute('DELETE FROM shop_refunds');
  await open().execute('SELECT 1 AS one');
  expect(await seven.refundOf('P-10422')).toBeUndefined();
  await Promise.all(databases.map((each) => each.close()));
}

describe('a shop', () => {
  test('in a file of SQLite', async () => {
    const folder = await home();
    await isShop(() => shopDatabase(folder, undefined));
  });

  // PostgreSQL's server is not on every developer's machine.
  test.skipIf(!hasPostgres)('in PostgreSQL', async () => {
    await withPostgres((url) => isShop(() => shopDatabase('/nowhere', url)));
  });
});
