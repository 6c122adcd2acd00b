/** Of a customer with more rows than are looked at, nothing is said of those that were not. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoShop } from '../../../src/agents/support/activities/demo/shop.ts';
import { shopDatabase } from '../../../src/agents/support/activities/demo/database.ts';
import { answerByRules } from '../../../src/agents/support/activities/template.ts';
import { customerSchema, supportTools } from '../../../src/agents/support/activities/tools.ts';
import { act, read } from '../../../src/agents/loop/own-tools.ts';

test('a double charge beyond the newest is not said not to be, and that there is more is said of every look-up', async () => {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-newest-'));
  const database = shopDatabase(home, undefined);
  const { execute } = database;
  await execute(`INSERT INTO shop_customers (id, name, email, city) VALUES (99, 'Ada', 'ada@example.com', 'Kiel')`);
  const many = 30;
  for (let n = 0; n < many; n++) {
    const id = 5000 + n;
    await execute(`INSERT INTO shop_orders VALUES (?, 99, '2026-01-01', 'delivered', 100, 'EUR')`, id);
    // The oldest order alone is paid twice.
    for (const half of n === 0 ? ['1', '2'] : ['1'])
      await execute(
        `INSERT INTO shop_payments VALUES (?, ?, 99, ?, 100, 'EUR', 'card', 'captured')`,
        `P-${id}${half}`,
        id,
        `2026-01-01T10:0${half}`,
      );
    await execute(
      `INSERT INTO shop_shipments VALUES (?, ?, 99, 'Mail', 'delivered', '2026-01-02', '2026-01-03')`,
      `T${id}`,
      id,
    );
  }
  const tools = supportTools(demoShop({ home, environment: {} }))({ read, act });
  const context = { subject: { customer: 99 }, signal: new AbortController().signal, mayRetry: false } as never;
  const look = (name: string, input = {}) => {
    const tool = tools[name]?.bind(customerSchema);
    if (tool?.effect !== 'read') throw new Error(`There is no look-up ${name}`);
    return tool.run(input, context);
  };
  for (const name of ['orders', 'payments', 'shipping']) {
    const { rows, note } = await look(name);
    expect(rows).toHaveLength(20);
    expect(note).toMatch(/newest 20 .*nothing is known of them/);
    expect(note).not.toMatch(/No charge/);
  }
  const say = async (input = {}): Promise<string> => {
    const rows = (await Promise.all(['orders', 'payments'].map((name) => look(name, input)))).flatMap(
      (each) => each.rows,
    );
    return answerByRules({
      rows,
      actions: [],
      failed: [],
      intent: { topics: ['order', 'payments'], orderId: null },
    } as never) as string;
  };
  expect(await say()).toMatch(/Of your newest 20 charges none looks like one too many; older ones were not looked at/);
  expect(await say()).toMatch(/There are more\./);
  // Where the order is named, all of it is looked at.
  expect(await say({ orderId: 5000 })).toMatch(/order 5000 was charged twice/);
  expect(await say({ orderId: 5001 })).toMatch(/No charge looks like one too many:/);
  await database.close();
});
