/**
 * One table: what lies on a disk is damaged, gone or replaced, by each door. What is said of it is true, or an error with a type;
 * a failure to read is never a number, a `no` or an empty list.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SupportAnswer } from '../../src/client.ts';
import { shopDatabase } from '../../src/agents/support/activities/demo/database.ts';
import { inputKey } from '../../src/agents/reconcile/pure/types.ts';
import { openExternalStorage } from '../../src/store/payloads.ts';
import { eventually, stage } from '../support/temporal.ts';
import { newId, outerDoors, workflowDoor, type Asked, type Told } from './doors.ts';
import { assertTrue, isError, isUnanswered } from './truths.ts';

// A command starts in a second, and on a busy machine in ten.
vi.setConfig({ testTimeout: 180_000 });

const root = mkdtempSync(join(tmpdir(), 'fanfold-damaged-'));
const at = (...names: string[]): string => join(root, ...names);
const home = at('home');
mkdirSync(home);
process.env['FANFOLD_HOME'] = home;
for (const name of ['DATABASE_URL', 'OPENAI_BASE_URL', 'OPENAI_API_KEY']) delete process.env[name];
writeFileSync(at('ledger.csv'), 'date,account,currency,amount,reference\n2026-01-30,A1,EUR,10.00,R1\n');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const held = new Map<unknown, () => void>();
const on = stage(
  {
    play: (input: unknown) => ({ of: input }),
    big: (input: unknown) => String(input).repeat(1_200_000),
    async wait(input: unknown) {
      if (input === 'held') await new Promise<void>((resolve) => held.set(input, resolve));
      return { of: input };
    },
  },
  () => openExternalStorage({ home, environment: {} }),
  { home },
);
const { doors: outer, close } = outerDoors(on, () => on.fanfold, home, root);
const doors = { ...outer, workflow: workflowDoor(on, () => on.fanfold) };
afterAll(() => close());
type DoorName = keyof typeof doors;
const names = Object.keys(doors) as DoorName[];

/** Objects of the store in whose path this stands. */
const objects = (part: string): string[] =>
  readdirSync(at('home', 'store'), { recursive: true })
    .map((path) => at('home', 'store', String(path)))
    .filter((path) => path.includes(part) && statSync(path).isFile());

const rawShop = at('whole.db');
beforeEach(async () => {
  if (readdirSync(root).includes('whole.db')) return;
  const database = shopDatabase(at('whole'), undefined);
  expect(await database.execute('SELECT id FROM shop_orders WHERE id = ?', 1042)).toHaveLength(1);
  await database.execute('PRAGMA wal_checkpoint(TRUNCATE)');
  await database.close();
  copyFileSync(at('whole', 'shop.db'), rawShop);
});

const shops: Readonly<Record<string, () => void>> = {
  'cut to a third': () => truncateSync(at('home', 'shop.db'), Math.floor(statSync(rawShop).size / 3 / 4096) * 4096),
  'of which one page is other bytes': () => {
    const bytes = readFileSync(rawShop);
    // Each page but the first, which says what the file is.
    for (let page = 4096; page < bytes.length; page += 4096) bytes.fill(0xa5, page, page + 512);
    writeFileSync(at('home', 'shop.db'), bytes);
  },
  'whose first page is gone': () => writeFileSync(at('home', 'shop.db'), readFileSync(rawShop).fill(0, 0, 4096)),
};

interface Row {
  readonly what: string;
  /** Makes it so, before each door is asked. */
  damage?(): void | Promise<void>;
  ask(door: DoorName): Asked;
  /** Once the run is under way. */
  meanwhile?(): Promise<void>;
  /** @default all */
  readonly doors?: readonly DoorName[];
  says(told: Told): void;
}

const inside: readonly DoorName[] = ['client', 'http', 'workflow'];
const ledger = readFileSync(at('ledger.csv'), 'utf8');
const items = ['held', ...Array.from({ length: 1200 }, (_, number) => number)];

/** Each success is that of its own item. */
function isOwn({ results, view, error }: Told): void {
  if (error || view?.status !== 'completed') return;
  for (const [place, result] of (results ?? []).entries())
    if (result.success) expect(result.result).toEqual({ of: items[place] });
}

const rows: readonly Row[] = [
  ...Object.entries(shops).map(([how, damage]): Row => ({
    what: `an order of a database ${how} is not said to be none`,
    damage() {
      for (const beside of ['', '-wal', '-shm']) rmSync(at('home', `shop.db${beside}`), { force: true });
      copyFileSync(rawShop, at('home', 'shop.db'));
      damage();
    },
    ask: () => ({
      kind: 'support',
      input: { message: 'Where is my order 1042?', customer: 7 },
      command: ['support', 'Where is my order 1042?', '--customer', '7'],
    }),
    says: ({ view }) => isUnanswered(view?.answer as SupportAnswer | undefined),
  })),
  ...(['gone', 'changed', 'cut'] as const).map((how): Row => ({
    what: `files to reconcile that are ${how} in the store are an error`,
    doors: inside,
    damage() {
      const key = at('home', 'store', ...inputKey(hashOf(ledger)).split('/'));
      mkdirSync(join(key, '..'), { recursive: true });
      if (how === 'gone') rmSync(key, { force: true });
      else writeFileSync(key, how === 'cut' ? ledger.slice(0, 60) : ledger.replace('10.00', '10.01'));
    },
    ask: () => ({
      kind: 'reconcile',
      input: {
        ledger: { name: 'ledger.csv', sha256: hashOf(ledger) },
        statements: [{ name: 'bank.csv', content: ledger }],
      },
    }),
    says(told) {
      isError('TaskFailedError')(told);
      expect((told.error ?? told.view?.error)?.message).toMatch(/The store has no|is not what was put there/);
    },
  })),
  {
    what: 'a store that is replaced while a map run goes on: each result is that of its own item, or there is none',
    doors: inside,
    ask: () => ({
      kind: 'map',
      input: { activity: 'wait', source: { kind: 'list', items }, options: { concurrency: 1, granularity: 500 } },
    }),
    // The worker has this one in mind, and would be said to share none with whoever looks at the new one.
    damage() {
      if (!existsSync(at('home', 'before'))) return;
      rmSync(at('home', 'store'), { recursive: true, force: true });
      renameSync(at('home', 'before'), at('home', 'store'));
    },
    async meanwhile() {
      const release = await eventually(() => held.get('held'));
      held.clear();
      renameSync(at('home', 'store'), at('home', 'before'));
      release();
    },
    says: isOwn,
  },
];

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('of what is damaged is said what is true, or an error', () => {
  for (const { what, damage, ask, meanwhile, says, doors: asked = names } of rows)
    test.each(asked)(`${what}: by the %s`, async (door) => {
      await damage?.();
      const asking = doors[door].ask(ask(door));
      await meanwhile?.();
      const told = await asking;
      assertTrue(told);
      says(told);
    });
});

test.each(Object.entries(outer))(
  'results of tasks that are damaged in the store are an error by the %s',
  async (_name, door) => {
    for (const how of ['changed', 'gone']) {
      const id = newId();
      await on.fanfold.run(
        'tasks',
        { tasks: ['x', 'y'].map((input) => ({ id: input, activity: 'big', input })) },
        { id },
      );
      for (const path of objects(id)) {
        if (how === 'gone') rmSync(path);
        else writeFileSync(path, readFileSync(path).subarray(1));
      }
      const told = await door.read(id);
      expect(told.results ?? []).toEqual([]);
      isError('ResultsLost', 'StoreNotShared', '409')(told);
    }
  },
);

test('limits whose database cannot be read are an error, and not limits that nobody serves', async () => {
  for (const beside of ['-wal', '-shm']) rmSync(at('home', `limits.db${beside}`), { force: true });
  writeFileSync(at('home', 'limits.db'), Buffer.alloc(8192, 7));
  await expect(on.fanfold.limits()).rejects.toMatchObject({ type: 'Unreachable', message: /limits/ });
});
