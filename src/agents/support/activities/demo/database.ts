/**
 * The shop's database, in SQLite or PostgreSQL: statements that both understand, and migrations that each process brings up to date.
 * Its tables have a prefix, and the made-up data goes only into tables that were empty.
 */
import { openDatabase, type Database, type ExecuteStatement } from '../../../../store/index.ts';
import { seed, type Table } from './seed.ts';

/** Each is applied once, in order; released ones are never changed. */
const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE IF NOT EXISTS shop_customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, city TEXT)`,
    `CREATE TABLE IF NOT EXISTS shop_orders (
      id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES shop_customers (id), placed_on TEXT NOT NULL,
      status TEXT NOT NULL, total_cents INTEGER NOT NULL CHECK (total_cents >= 0), currency TEXT NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS shop_order_lines (
      order_id INTEGER NOT NULL REFERENCES shop_orders (id), line INTEGER NOT NULL, product TEXT NOT NULL,
      quantity INTEGER NOT NULL, unit_cents INTEGER NOT NULL, PRIMARY KEY (order_id, line)
    )`,
    `CREATE TABLE IF NOT EXISTS shop_payments (
      id TEXT PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES shop_orders (id),
      customer_id INTEGER NOT NULL REFERENCES shop_customers (id), paid_at TEXT NOT NULL,
      amount_cents INTEGER NOT NULL CHECK (amount_cents > 0), currency TEXT NOT NULL, method TEXT NOT NULL, status TEXT NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS shop_shipments (
      tracking TEXT PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES shop_orders (id),
      customer_id INTEGER NOT NULL REFERENCES shop_customers (id), carrier TEXT NOT NULL, status TEXT NOT NULL,
      shipped_on TEXT NOT NULL, expected_on TEXT NOT NULL
    )`,
    // One refund a payment: the key is what makes two refunds of it impossible, whoever tries at the same time.
    `CREATE TABLE IF NOT EXISTS shop_refunds (
      payment_id TEXT PRIMARY KEY REFERENCES shop_payments (id), idempotency_key TEXT NOT NULL UNIQUE,
      customer_id INTEGER NOT NULL REFERENCES shop_customers (id), amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
      reason TEXT NOT NULL, refunded_at TEXT NOT NULL
    )`,
  ],
  [
    `CREATE INDEX IF NOT EXISTS shop_orders_customer ON shop_orders (customer_id, id)`,
    `CREATE INDEX IF NOT EXISTS shop_payments_customer ON shop_payments (customer_id, order_id)`,
    `CREATE INDEX IF NOT EXISTS shop_shipments_customer ON shop_shipments (customer_id, order_id)`,
  ],
];

/** The shop that `databaseUrl` names, or a file in `home`; opened, migrated and filled at the first statement. */
export function shopDatabase(home: string, databaseUrl: string | undefined): Database {
  return openDatabase({ url: databaseUrl, home, file: 'shop.db', prepare: migrate });
}

async function migrate(execute: ExecuteStatement): Promise<void> {
  await execute('CREATE TABLE IF NOT EXISTS shop_migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL)');
  const done = new Set((await execute('SELECT version FROM shop_migrations')).map(({ version }) => Number(version)));
  const note = (version: number): Promise<unknown> =>
    execute('INSERT INTO shop_migrations (version, applied_at) VALUES (?, ?)', version, new Date().toISOString());
  for (const [index, statements] of migrations.entries()) {
    if (done.has(index + 1)) continue;
    for (const statement of statements) await execute(statement);
    await note(index + 1);
  }
  // Version 0 is the made-up data: it is not filled in again where somebody has deleted it.
  if (done.has(0)) return;
  const [taken] = await execute(`SELECT id FROM shop_customers WHERE id > 40 LIMIT 1`);
  if (!taken) for (const table of seed()) await fill(execute, table);
  await note(0);
}

async function fill(execute: ExecuteStatement, { name, columns, rows }: Table): Promise<void> {
  const marks = `(${columns.map(() => '?').join(', ')})`;
  for (let start = 0; start < rows.length; start += 50) {
    const part = rows.slice(start, start + 50);
    const values = part.map(() => marks).join(', ');
    const statement = `INSERT INTO shop_${name} (${columns.join(', ')}) VALUES ${values} ON CONFLICT DO NOTHING`;
    await execute(statement, ...part.flat());
  }
}
