/** What calls of models cost, by task, run and tenant, over HTTP and in the shell; and what becomes of who has spent the budget. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { countTokens, reserveTokens } from '../../src/activities.ts';
import { FanfoldClient, type CostsView, type RunView, type TenantCosts } from '../../src/client.ts';
import type { Problem } from '../../src/http/answers.ts';
import { scriptedModel } from '../support/model.ts';
import { stage } from '../support/temporal.ts';
import { newId, problemOf, serve } from './http-service.ts';

// Before the worker is made, which reads all of it.
const home = mkdtempSync(join(tmpdir(), 'fanfold-costs-'));
const config = join(home, 'fanfold.config.json');
const budgets = {
  small: { cost: 1 },
  'small-map': { cost: 1 },
  'small-unit': { cost: 1 },
  'small-pack': { cost: 1 },
  nothing: { cost: 0 },
  talker: { tokens: 20 },
};
writeFileSync(config, JSON.stringify({ budgets, limits: { model: { concurrency: 1, adapt: false } } }));
const environment = { FANFOLD_HOME: home, FANFOLD_CONFIG: config, OPENAI_MODEL: 'scripted' };
Object.assign(process.env, environment);
delete process.env['DATABASE_URL'];
afterAll(() => {
  for (const name of Object.keys(environment)) delete process.env[name];
});

/** One call of a model that costs so much. */
let asked = 0;
const ask = async ({ cost, tokens = 10 }: { cost?: number; tokens?: number }): Promise<string> => {
  asked++;
  const settle = await reserveTokens(tokens);
  countTokens('gpt', { inputTokens: tokens, outputTokens: 1, cost });
  await settle(tokens + 1);
  return 'said';
};
const on = stage({ ask }, undefined, { home });
let known: FanfoldClient | undefined;
/** Who starts knows the budgets too, as the service and the shell do. */
const withBudgets = {
  get fanfold() {
    return (known ??= new FanfoldClient({ client: on.client, taskQueue: on.taskQueue, budgets }));
  },
};
const served = serve({}, withBudgets);
const key = 'a-token-of-acme-a-token-of-acme-';
const tokensFile = join(home, 'tokens.json');
const all = ['read', 'start', 'control', 'approve'];
writeFileSync(tokensFile, JSON.stringify({ tokens: [{ name: 'ada', token: key, roles: all, tenant: 'acme' }] }), {
  mode: 0o600,
});
const ofAcme = serve({ tokensFile }, withBudgets);
const model = scriptedModel();
beforeEach(() => {
  delete process.env['OPENAI_BASE_URL'];
});

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
async function fanfold(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, TEMPORAL_ADDRESS: inject('temporal').address, NO_COLOR: '1' };
  return promisify(execFile)(process.execPath, [main, ...args], { cwd: home, env }).then(
    (output) => ({ code: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

const tasksOf = (count: number, input: object): object[] =>
  Array.from({ length: count }, (_, at) => ({ id: `t${at}`, activity: 'ask', input }));
async function run(options: object, tasks: object[], id = newId()): Promise<RunView> {
  await withBudgets.fanfold.start('tasks', { tasks, options } as never, { id });
  return withBudgets.fanfold.result(id);
}
async function costsOf(tenant: string | undefined): Promise<TenantCosts | undefined> {
  return (await withBudgets.fanfold.costs()).tenants.find((each) => each.tenant === tenant);
}

test('each call is counted once to its task, its run and its tenant, however it travels', async () => {
  const ids = [newId(), newId(), newId()] as const;
  const options = { tenant: 'acme' };
  await run(
    { ...options, granularity: 'task' },
    [...tasksOf(3, { cost: 0.01 }), ...tasksOf(4, { cost: 0.5 }).slice(3)],
    ids[0],
  );
  await run({ ...options, granularity: 10 }, tasksOf(5, { cost: 0.02 }), ids[1]);
  const source = { kind: 'range', count: 7 } as const;
  await withBudgets.fanfold.start('map', { activity: 'ask', source, options } as never, { id: ids[2] });
  await withBudgets.fanfold.result(ids[2]);
  const [first, second, third] = await Promise.all(ids.map(async (id) => (await served.get(`/runs/${id}`)).body.costs));
  expect(first).toMatchObject({ calls: 4, inputTokens: 40, outputTokens: 4, cost: 0.53 });
  expect(first?.tasks?.[0]).toMatchObject({ task: 't3', calls: 1, cost: 0.5 });
  expect(first?.tasks?.map(({ task }) => task).toSorted()).toEqual(['t0', 't1', 't2', 't3']);
  expect(second).toMatchObject({ calls: 5, cost: 0.1 });
  expect(second?.tasks).toHaveLength(5);
  // Rows of a map are too many to tell of each, and these have no price.
  expect(third).toEqual({ calls: 7, inputTokens: 70, outputTokens: 7 });
  const acme = await costsOf('acme');
  expect(acme).toMatchObject({ calls: 16, inputTokens: 160, cost: 0.63, unpriced: 7 });
  expect(acme?.models.map(({ kind, calls }) => [kind, calls])).toEqual([
    ['map', 7],
    ['tasks', 9],
  ]);
});

test('a run that names no tenant is nobody’s, also where a page of it is a child; a tenant is not confused with a run', async () => {
  const id = newId();
  await run({}, tasksOf(2, { cost: 1 }), id);
  const mapped = newId();
  const source = { kind: 'range', count: 3 } as const;
  await withBudgets.fanfold.start('map', { activity: 'ask', source, options: { limit: 'model' } } as never, {
    id: mapped,
  });
  await withBudgets.fanfold.result(mapped);
  const { tenants } = await withBudgets.fanfold.costs();
  const names = tenants.map(({ tenant }) => tenant);
  expect(names).toContain(undefined);
  expect(names.filter((name) => name?.includes(id) || name?.includes(mapped))).toEqual([]);
  expect((await served.get(`/runs/${mapped}`)).body.costs).toMatchObject({ calls: 3 });
  // A run may have the name of a tenant for its id.
  await run({ tenant: 'twin' }, tasksOf(1, { cost: 1 }), 'twin');
  expect(await costsOf('twin')).toMatchObject({ calls: 1 });
  await expect(
    withBudgets.fanfold.start('tasks', { tasks: [], options: { tenant: `run:${id}` } }),
  ).rejects.toMatchObject({
    type: 'InvalidOptionsError',
    field: 'tenant',
  });
});

test('a tenant’s token sees what the tenant has spent and nothing of others, whatever it asks for', async () => {
  await run({ tenant: 'blue' }, tasksOf(1, { cost: 3 }));
  const headers = { authorization: `Bearer ${key}` };
  for (const path of ['/costs', '/costs?tenant=blue', '/costs?since=0']) {
    const { body } = await ofAcme.get<CostsView>(path, { headers });
    expect(body.tenants.map(({ tenant }) => tenant)).toEqual(['acme']);
  }
  const { body } = await served.get<CostsView>('/costs?tenant=blue');
  expect(body.tenants).toMatchObject([{ tenant: 'blue', calls: 1, cost: 3 }]);
  const later = Date.now() + 2 * 86_400_000;
  expect((await served.get<CostsView>(`/costs?since=${later}`)).body.tenants).toEqual([]);
  expect((await served.get('/costs?since=soon')).status).toBe(400);
});

test('the shell shows them: of tenants, in the list of runs, and below the outcome of one', async () => {
  const id = newId();
  await run({ tenant: 'shell' }, [...tasksOf(1, { cost: 0.25 }), ...tasksOf(2, { cost: 0.75 }).slice(1)], id);
  const table = await fanfold('costs', '--since', '1d');
  expect(table.stdout).toMatch(/shell\s+│\s+2\s+│\s+20\s+│\s+2\s+│\s+1\s/);
  const { tenants } = JSON.parse((await fanfold('costs', '--json', '--tenant', 'shell')).stdout) as CostsView;
  expect(tenants).toMatchObject([{ tenant: 'shell', cost: 1 }]);
  expect((await fanfold('costs', '--since', 'soon')).code).toBe(2);
  const listed = await fanfold('runs', '--kind', 'tasks', '--since', '1h');
  expect(listed.stdout).toMatch(new RegExp(`${id}.*│ 1 +│`));
  const shown = await fanfold('show', id);
  expect(shown.stdout).toContain('2 calls of models: 20 tokens in, 2 out, cost 1. Most: t1 0.75, t0 0.25.');
});

test('a run that meets the end of its tenant’s budget stops by it, and keeps what it has', async () => {
  const id = newId();
  const view = await run({ tenant: 'small', concurrency: 1, granularity: 'task' }, tasksOf(8, { cost: 0.4 }), id);
  expect(view.fanIn).toMatchObject({ stoppedBy: 'budget', successCount: 3, failureCount: 5 });
  const refused = view.fanIn?.results.find(({ id: task }) => task === 't3');
  expect(refused).toMatchObject({
    attempts: 1,
    error: { name: 'TenantBudgetSpent', message: expect.stringContaining("tenant 'small'") },
  });
  const last = view.fanIn?.results.at(-1);
  expect(last).toMatchObject({
    attempts: 0,
    error: { kind: 'notStarted', message: expect.stringContaining('budget') },
  });
  expect((await costsOf('small'))?.budget).toMatchObject({
    cost: 1,
    used: { calls: 3 },
    spent: '1 a month for models',
  });
  // No other run of it begins; the same one is joined.
  const answer = await served.post<Problem>('/runs/tasks', { input: { tasks: [] }, options: { tenant: 'small' } });
  expect(problemOf(answer)).toMatchObject({ status: 402, title: 'Budget spent', field: 'options.tenant' });
  await expect(withBudgets.fanfold.start('tasks', { tasks: [], options: { tenant: 'small' } })).rejects.toMatchObject({
    type: 'TenantBudgetSpent',
  });
  const joined = await withBudgets.fanfold.start(
    'tasks',
    { tasks: tasksOf(8, { cost: 0.4 }), options: { tenant: 'small' } } as never,
    { id },
  );
  expect(joined).toMatchObject({ runId: id, created: false });
  // Others are none the worse.
  expect((await run({ tenant: 'other' }, tasksOf(1, { cost: 5 }))).fanIn?.successCount).toBe(1);
  await expect(withBudgets.fanfold.start('tasks', { tasks: [], options: { tenant: 'nothing' } })).rejects.toMatchObject(
    {
      type: 'TenantBudgetSpent',
    },
  );
});

test('so does a map run, at a limit too, rather than to fail each of its rows', async () => {
  const start = async (options: object, count: number): Promise<RunView> => {
    const id = newId();
    const items = Array.from({ length: count }, (_, at) => ({ id: `r${at}`, cost: 0.3 }));
    await withBudgets.fanfold.map('ask', items, { id, options: { tenant: 'small-map', ...options } });
    return withBudgets.fanfold.result(id);
  };
  const view = await start({ concurrency: 1, limit: 'model' }, 40);
  expect(view.fanIn?.stoppedBy).toBe('budget');
  expect(view.fanIn?.successCount).toBe(4);
});

test('the rest of a unit of a map run and of a pack is not begun any more, and is not said to have failed by itself', async () => {
  asked = 0;
  const items = Array.from({ length: 300 }, (_, at) => ({ id: `r${at}`, cost: 0.3 }));
  const id = newId();
  await withBudgets.fanfold.map('ask', items, { id, options: { tenant: 'small-unit', concurrency: 1 } });
  const { fanIn } = await withBudgets.fanfold.result(id);
  expect(fanIn).toMatchObject({ stoppedBy: 'budget', successCount: 4, failureCount: 296 });
  expect(asked).toBe(5);
  const results = [];
  for await (const result of withBudgets.fanfold.results(id)) results.push(result);
  expect(results.map((result) => (result.success ? '' : result.error.name)).slice(3, 6)).toEqual([
    '',
    'TenantBudgetSpent',
    'TaskNotStartedError',
  ]);
  asked = 0;
  const packed = await run({ tenant: 'small-pack', concurrency: 1, granularity: 200 }, tasksOf(40, { cost: 0.3 }));
  expect(packed.fanIn).toMatchObject({ stoppedBy: 'budget', successCount: 4, failureCount: 36 });
  expect(packed.fanIn?.results.at(-1)).toMatchObject({ attempts: 0, error: { kind: 'notStarted' } });
  expect(asked).toBe(5);
});

test('an agent whose tenant has spent its budget answers without the model, and says why', async () => {
  process.env['OPENAI_BASE_URL'] = model.url;
  model.classifies({ topics: ['order'], orderId: 1042 });
  model.plays({ content: 'It is in transit [order 1042].' });
  const id = newId();
  const options = { tenant: 'talker' };
  await withBudgets.fanfold.start('support', { message: 'Where is my order 1042?', customer: 7, options }, { id });
  const { answer, costs } = {
    ...(await withBudgets.fanfold.result(id)),
    costs: (await served.get(`/runs/${id}`)).body.costs,
  };
  expect(costs?.calls).toBe(1);
  expect(answer).toMatchObject({ method: 'rules', note: expect.stringMatching(/budget of (the )?tenant/) });
});
