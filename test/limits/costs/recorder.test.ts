/** What a process has spent, with a table that may be away, and what it may still spend. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CostRecorder } from '../../../src/limits/costs/recorder.ts';
import type { CostEntry, CostTable } from '../../../src/limits/costs/table.ts';
import {
  addedUse,
  budgetOf,
  dayOf,
  noUse,
  periodEnd,
  periodStart,
  spentOf,
} from '../../../src/limits/learned/tenant-budget.ts';

const of = { run: 'r', task: 't', tenant: 'acme', kind: 'tasks', model: 'm' };
const use = { calls: 1, priced: 1, guessed: 0, inputTokens: 10, outputTokens: 5, cost: 2 };

/** One in memory, which is away as long as it is said so. */
function tableInMemory() {
  const kept: CostEntry[] = [];
  const state = { away: false, readOnly: false, late: 0, adds: 0, reads: 0 };
  const answer = async (): Promise<void> => {
    if (state.late > 0) await sleep(state.late);
    if (state.away) throw new Error('no database');
  };
  const table: CostTable = {
    async add(entries) {
      state.adds++;
      await answer();
      if (state.readOnly) throw new Error('read only');
      if (entries.some(({ task }) => task === 'refused'))
        throw Object.assign(new Error('index row size'), { code: '54000' });
      kept.push(...entries);
    },
    async used(tenant) {
      state.reads++;
      await answer();
      return kept.filter((each) => each.tenant === tenant).reduce((sum, each) => addedUse(sum, each.use), noUse);
    },
    ofRuns: async () => [],
    ofTasks: async () => [],
    ofTenants: async () => [],
    forgetRuns: async () => {},
    close: async () => {},
  };
  const calls = (): number => kept.reduce((sum, each) => sum + each.use.calls, 0);
  return { table, state, kept, calls };
}

test('what cannot be written down is kept and written once it can, which is told once each way', async () => {
  const { table, state, calls } = tableInMemory();
  const told: string[] = [];
  const recorder = new CostRecorder({ table, budgets: {}, onMessage: (message) => told.push(message) });
  state.away = true;
  for (let call = 0; call < 3; call++) {
    recorder.count(of, use);
    await recorder.written();
  }
  expect(calls()).toBe(0);
  expect(told).toEqual([expect.stringMatching(/cannot be written down.*no database/)]);
  state.away = false;
  recorder.count({ ...of, run: 'another' }, use);
  await recorder.written();
  expect(calls()).toBe(4);
  expect(told).toHaveLength(2);
  await recorder.written();
  expect(calls()).toBe(4);
});

test('attempts that end at the same time share a write, and each ends only after its own is there', async () => {
  const { table, state, calls } = tableInMemory();
  state.late = 30;
  const recorder = new CostRecorder({ table, budgets: {}, onMessage: () => {} });
  const attempt = async (at: number): Promise<number> => {
    recorder.count({ ...of, task: `t${at}` }, use);
    await recorder.written();
    return calls();
  };
  const seen = await Promise.all(Array.from({ length: 50 }, (_, at) => attempt(at)));
  expect(calls()).toBe(50);
  expect(Math.min(...seen)).toBeGreaterThan(0);
  expect(seen.at(-1)).toBe(50);
  expect(state.adds).toBeLessThanOrEqual(3);
});

test('a tenant may spend until its budget is spent, by what all have written and by what is counted here since', async () => {
  const { table, state, kept } = tableInMemory();
  const budgets = { acme: { cost: 5 }, '*': { tokens: 30, per: 'day' } } as const;
  const recorder = new CostRecorder({ table, budgets, onMessage: () => {} });
  expect(await recorder.spent('acme')).toBeUndefined();
  for (let call = 0; call < 3; call++) recorder.count(of, use);
  expect(await recorder.spent('acme')).toMatch(/^The budget of tenant 'acme' is spent: 5 a month for models; .* UTC/);
  // What others spend is seen when it is read, which is not with each call.
  expect(await recorder.spent('blue')).toBeUndefined();
  expect(await recorder.spent('blue')).toBeUndefined();
  expect(state.reads).toBe(2);
  kept.push({ ...of, tenant: 'green', use: { ...use, inputTokens: 30 } });
  expect(await recorder.spent('green')).toMatch(/30 tokens a day/);
  // Nobody's run has no budget, and asks for none.
  expect(await recorder.spent(undefined)).toBeUndefined();
  expect(state.reads).toBe(3);
});

test('where it cannot be read what a tenant has spent, that is an error and no leave to spend', async () => {
  const { table, state } = tableInMemory();
  state.away = true;
  const recorder = new CostRecorder({ table, budgets: { '*': { cost: 1 } }, onMessage: () => {} });
  await expect(recorder.spent('acme')).rejects.toThrow('no database');
});

test('what waits to be written counts against the budget, also once the table was read again', async () => {
  const { table, state } = tableInMemory();
  const recorder = new CostRecorder({ table, budgets: { acme: { cost: 5 } }, onMessage: () => {}, freshMs: 0 });
  state.readOnly = true;
  for (let call = 0; call < 2; call++) {
    recorder.count(of, use);
    expect(await recorder.spent('acme')).toBeUndefined();
  }
  recorder.count({ ...of, run: 'another' }, use);
  expect(await recorder.spent('acme')).toMatch(/is spent/);
  expect(state.reads).toBe(3);
  // Written, it counts once.
  state.readOnly = false;
  await recorder.written();
  expect(await new CostRecorder({ table, budgets: { acme: { cost: 7 } }, onMessage: () => {} }).spent('acme')).toBe(
    undefined,
  );
  expect(await recorder.spent('acme')).toMatch(/is spent/);
});

test('so does a batch that is being written, for longer than anyone waits for it', async () => {
  const { table } = tableInMemory();
  const stuck: CostTable = { ...table, add: () => new Promise(() => {}) };
  const recorder = new CostRecorder({ table: stuck, budgets: { acme: { cost: 4 } }, onMessage: () => {}, freshMs: 0 });
  recorder.count(of, use);
  void recorder.written();
  recorder.count(of, use);
  expect(await recorder.spent('acme')).toMatch(/is spent/);
});

test('calls that begin at once ask once what their tenant has spent', async () => {
  const { table, state } = tableInMemory();
  const recorder = new CostRecorder({ table, budgets: { acme: { cost: 4 } }, onMessage: () => {}, freshMs: 0 });
  await Promise.all(Array.from({ length: 20 }, () => recorder.spent('acme')));
  expect(state.reads).toBe(1);
  await recorder.spent('acme');
  expect(state.reads).toBe(2);
});

test('what the database refuses is dropped and said, and all else is written', async () => {
  const { table, kept } = tableInMemory();
  const told: string[] = [];
  const recorder = new CostRecorder({ table, budgets: {}, onMessage: (message) => told.push(message) });
  for (let at = 0; at < 20; at++) recorder.count({ ...of, task: at === 7 ? 'refused' : `t${at}` }, use);
  await recorder.written();
  expect(kept).toHaveLength(19);
  expect(told).toEqual([expect.stringMatching(/'r' cost is refused.*1 calls.*index row size/)]);
});

test('attempts that wait for a write that fails do not each try again, and the worker’s end says what is lost', async () => {
  const { table, state, calls } = tableInMemory();
  const told: string[] = [];
  const recorder = new CostRecorder({ table, budgets: {}, onMessage: (message) => told.push(message) });
  Object.assign(state, { away: true, late: 20 });
  const attempts = Array.from({ length: 50 }, async (_, at) => {
    recorder.count({ ...of, task: `t${at}` }, use);
    await recorder.written();
  });
  await Promise.all(attempts);
  expect(state.adds).toBe(2);
  await recorder.flush();
  expect(told.at(-1)).toMatch(/by the end of the worker: 50 calls, 500 tokens in, 250 out, cost 100/);
  state.away = false;
  await recorder.flush();
  expect(calls()).toBe(50);
  expect(told).toHaveLength(3);
});

test('a day or a month of a budget holds its moments, and the next one begins where it ends', () => {
  const moment = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) });
  fc.assert(
    fc.property(moment, fc.constantFrom('day', 'month', undefined), (now, per) => {
      const budget = { cost: 1, ...(per === undefined ? {} : { per }) };
      const [start, end] = [periodStart(budget, now), periodEnd(budget, now)];
      expect(Date.parse(`${start}T00:00:00Z`)).toBeLessThanOrEqual(now);
      expect(end).toBeGreaterThan(now);
      expect(periodStart(budget, end)).toBe(dayOf(end));
      expect(periodStart(budget, end - 1)).toBe(start);
      if (per === 'day') expect(end - Date.parse(`${start}T00:00:00Z`)).toBe(86_400_000);
    }),
  );
});

test('a budget is that of the tenant, else that of all others; one of nothing lets nothing be spent', () => {
  const budgets = { acme: { cost: 9 }, '*': { cost: 1 } };
  expect(budgetOf(budgets, 'acme')).toEqual({ cost: 9 });
  expect(budgetOf(budgets, 'blue')).toEqual({ cost: 1 });
  expect(budgetOf({ acme: { cost: 9 } }, 'constructor')).toBeUndefined();
  expect(budgetOf(budgets, undefined)).toBeUndefined();
  expect(spentOf({ cost: 0 }, noUse)).toBe('0 a month for models');
  expect(spentOf({ tokens: 15 }, use)).toBe('15 tokens a month');
  expect(spentOf({ tokens: 16, cost: 3 }, use)).toBeUndefined();
});
