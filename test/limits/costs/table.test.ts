/** Sums of costs: nothing is lost or counted twice, whoever adds at the same time and whatever things are called. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costsFile, costTable, type CostEntry, type CostTable } from '../../../src/limits/costs/table.ts';
import { noUse } from '../../../src/limits/learned/tenant-budget.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { hasPostgres, withPostgres } from '../../support/postgres.ts';

const newHome = (): Promise<string> => mkdtemp(join(tmpdir(), 'fanfold-costs-'));
const today = '2026-11-28';
const noon = Date.UTC(2026, 10, 28, 12);

function entry(of: Partial<CostEntry> = {}): CostEntry {
  const use = { calls: 1, priced: 1, guessed: 0, inputTokens: 100, outputTokens: 10, cost: 0.25 };
  return { run: 'r1', task: 't1', tenant: 'acme', kind: 'tasks', model: 'm', use, ...of };
}

/** Four processes that each add twenty-five calls at once, to rows that others add to as well, in no order. */
async function addsAll(home: string, url: string | undefined): Promise<void> {
  const tables = Array.from({ length: 4 }, () => costTable(home, url));
  const adding = tables.flatMap((table, process) =>
    Array.from({ length: 25 }, (_, at) => {
      const both = [entry({ task: `t${at % 3}` }), entry({ run: 'r2', task: '', tenant: undefined })];
      return table.add(process % 2 === 0 ? both : both.toReversed(), noon);
    }),
  );
  await Promise.all(adding);
  const [table] = tables as [CostTable];
  const hundred = { calls: 100, priced: 100, guessed: 0, inputTokens: 10_000, outputTokens: 1000, cost: 25 };
  expect(await table.used('acme', today)).toEqual(hundred);
  expect((await table.ofRuns(['r1', 'r2', 'r3'])).toSorted((a, b) => (a.run < b.run ? -1 : 1))).toEqual([
    { run: 'r1', tenant: 'acme', ...hundred },
    { run: 'r2', ...hundred },
  ]);
  expect((await table.ofTasks({ run: 'r1', tenant: 'acme' }, 2)).map(({ task, calls }) => [task, calls])).toEqual([
    ['t0', 36],
    ['t1', 32],
  ]);
  expect(await table.ofTasks({ run: 'r2', tenant: undefined }, 10)).toEqual([]);
  const ofModel = { kind: 'tasks', model: 'm', ...hundred };
  expect(await table.ofTenants({ since: [today] })).toEqual([
    { since: today, ...ofModel },
    { since: today, tenant: 'acme', ...ofModel },
  ]);
  // One before and one after a day that is asked for are told apart.
  await table.add([entry()], noon + 86_400_000);
  const tomorrow = '2026-11-29';
  const parted = await table.ofTenants({ since: [tomorrow, '2026-11-01', today, today], tenant: 'acme' });
  expect(parted.map(({ since, calls }) => [since, calls]).toSorted()).toEqual([
    [today, 100],
    [tomorrow, 1],
  ]);
  await table.forgetRuns(noon + 86_400_001);
  expect(await table.ofRuns(['r1'])).toEqual([]);
  expect((await table.used('acme', today)).calls).toBe(101);
  await Promise.all(tables.map((each) => each.close()));
}

test('no call is lost or counted twice, however many processes add at the same time', async () => {
  await addsAll(await newHome(), undefined);
});

test.skipIf(!hasPostgres)(
  'nor is any in PostgreSQL',
  () => withPostgres(async (url) => addsAll(await newHome(), url)),
  60_000,
);

test('what is asked of a tenant is its own and since that day, in its own namespace, whatever it is called', async () => {
  const home = await newHome();
  const [shop, bank] = ['shop', 'bank'].map((namespace) => costTable(home, undefined, namespace)) as [
    CostTable,
    CostTable,
  ];
  const names = ['acme', "o'neill", '__proto__', '%', 'run', '*', 'ünï😀', 'a\0b'];
  for (const tenant of names) await shop.add([entry({ tenant, run: `of ${tenant}` })], noon);
  await shop.add([entry()], noon - 2 * 86_400_000);
  for (const tenant of names) expect((await shop.used(tenant, today)).calls, tenant).toBe(1);
  expect((await shop.used('acme', '2026-11-01')).calls).toBe(2);
  expect(await shop.used('nobody', '2026-11-01')).toEqual(noUse);
  expect(await bank.used('acme', '2026-11-01')).toEqual(noUse);
  expect(await bank.ofTenants({ since: ['2026-11-01'] })).toEqual([]);
  expect((await shop.ofTenants({ since: ['2026-11-01'], tenant: '__proto__' })).map(({ tenant }) => tenant)).toEqual([
    '__proto__',
  ]);
  const many = Array.from({ length: 1200 }, (_, at) => `run ${at}`);
  expect(await shop.ofRuns([...many, 'of acme'])).toHaveLength(1);
});

test('a run shows nothing of what another tenant’s run of the same id has cost', async () => {
  const table = costTable(await newHome(), undefined);
  await table.add(
    [entry({ task: 'secret' }), entry({ task: 'own', tenant: 'blue' }), entry({ tenant: undefined })],
    noon,
  );
  const calls = { calls: 1 };
  expect(await table.ofTasks({ run: 'r1', tenant: 'blue' }, 9)).toMatchObject([{ task: 'own', ...calls }]);
  expect(await table.ofTasks({ run: 'r1', tenant: undefined }, 9)).toMatchObject([{ task: 't1', ...calls }]);
  const ofRuns = (await table.ofRuns(['r1'])).toSorted((a, b) => ((a.tenant ?? '') < (b.tenant ?? '') ? -1 : 1));
  expect(ofRuns.map(({ tenant }) => tenant)).toEqual([undefined, 'acme', 'blue']);
  expect(ofRuns).toMatchObject([calls, calls, calls]);
  await table.close();
});

test('the parts of any calls sum up to the whole, by run, by tenant and by task', async () => {
  const names = fc.constantFrom('a', 'b', 'c');
  const calls = fc.array(
    fc.record({ run: names, task: names, tenant: fc.option(names, { nil: undefined }), tokens: fc.nat(1e6) }),
    { minLength: 1, maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(calls, async (given) => {
      const table = costTable(await newHome(), undefined);
      const entries = given.map(({ tokens, ...of }) =>
        entry({ ...of, use: { calls: 1, priced: 0, guessed: 0, inputTokens: tokens, outputTokens: 1, cost: 0 } }),
      );
      await table.add(entries, noon);
      const total = given.reduce((sum, { tokens }) => sum + tokens, 0);
      const sumOf = (all: readonly { inputTokens: number }[]): number =>
        all.reduce((sum, { inputTokens }) => sum + inputTokens, 0);
      expect(sumOf(await table.ofRuns(['a', 'b', 'c']))).toBe(total);
      expect(sumOf(await table.ofTenants({ since: [today] }))).toBe(total);
      const payers = ['a', 'b', 'c', undefined].flatMap((tenant) => ['a', 'b', 'c'].map((run) => ({ run, tenant })));
      const tasks = await Promise.all(payers.map((of) => table.ofTasks(of, 9)));
      expect(sumOf(tasks.flat())).toBe(total);
      await table.close();
    }),
    { numRuns: 15 },
  );
});

test('a table that an earlier version made gets what it lacks, and that version writes to it on', async () => {
  const home = await newHome();
  const sums =
    'calls BIGINT NOT NULL, priced BIGINT NOT NULL, input BIGINT NOT NULL, output BIGINT NOT NULL, cost DOUBLE PRECISION NOT NULL';
  const old = openDatabase({
    home,
    file: costsFile,
    prepare: async (run) => {
      await run(
        `CREATE TABLE fanfold_costs_of_runs (namespace TEXT NOT NULL, run TEXT NOT NULL, tenant TEXT NOT NULL, task TEXT NOT NULL, at BIGINT NOT NULL, ${sums}, PRIMARY KEY (namespace, run, tenant, task))`,
      );
    },
  });
  const add = `INSERT INTO fanfold_costs_of_runs (namespace, run, tenant, task, at, calls, priced, input, output, cost) VALUES ('default', ?, '', '', 1, 2, 0, 10, 5, 0)`;
  await old.execute(add, 'before');
  const table = costTable(home, undefined);
  const use = { calls: 1, priced: 0, guessed: 1, inputTokens: 3, outputTokens: 2, cost: 0 };
  await table.add([{ run: 'before', task: '', tenant: undefined, kind: 'tasks', model: 'm', use }], 2);
  await old.execute(add, 'meanwhile');
  expect(await table.ofRuns(['before', 'meanwhile'])).toMatchObject([
    { run: 'before', calls: 3, guessed: 1, inputTokens: 13 },
    { run: 'meanwhile', calls: 2, guessed: 0 },
  ]);
  await Promise.all([table.close(), old.close()]);
});
