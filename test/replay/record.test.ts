import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually, stage } from '../support/temporal.ts';
import type { Job } from '../support/workflows.ts';
import { record } from './record.ts';

// Recording is for releases only: in CI the released histories are replayed, not made.
const recording = process.env['FANFOLD_RECORD'] === '1';
const on = stage({}, undefined, { limits: { narrow: { concurrency: 2 } } });
const slow: Job = { id: 'slow', ms: 30_000 };
const quick = (id: string): Job => ({ id, ms: 5 });
const fails: Job = { id: 'fails', ms: 1, fail: 'no' };
const { start } = on;
/** A project whose place, which the history has, is the same on every machine. */
const project = (): string => {
  const root = '/tmp/fanfold-recorded';
  mkdirSync(root, { recursive: true });
  const files = {
    'a.ts': 'debugger;\n',
    'b.py': 'def f(x=[]): pass\n',
    'c.go': 'package c\n',
    'tsconfig.json': '{}\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(`${root}/${name}`, text);
  return root;
};

const rows = 'date,account,currency,amount\n2026-01-31,A,EUR,5.00\n2026-02-02,A,EUR,-1.00\n';
const reconciliation = {
  ledger: { name: 'ledger.csv', content: rows },
  statements: [{ name: 'bank.csv', content: rows.replace('01-31', '02-01') }],
};

const runs: Record<string, () => ReturnType<typeof start>> = {
  'all-settled': () => start('gathered', [quick('a'), fails, quick('b')], { concurrency: 2 }),
  deadline: () => start('gathered', [quick('a'), slow], { deadline: '300ms' }),
  first: () => start('gathered', [quick('a'), slow], { first: 1 }),
  'min-successes': () => start('gathered', [quick('a'), slow], { minSuccesses: 1 }),
  until: () => start('gatheredUntil', [{ ...quick('a'), value: 'x' }, slow], 'x'),
  unreachable: () => start('gathered', [fails, slow], { minSuccessRatio: 1 }),
  'max-failures': () => start('gathered', [fails, slow], { maxFailures: 0 }),
  budget: () =>
    start('runTasks', { tasks: ['a', 'b'].map((id) => ({ id, activity: 'echo' })), options: { budget: 1 } }),
  grouped: () => start('grouped', [quick('a'), quick('b')]),
  ordered: () => start('ordered', [quick('a'), slow], 1),
  nested: () => start('nested'),
  hedged: () =>
    start('gathered', [...Array.from({ length: 30 }, (_, index) => quick(`q${index}`)), slow], {
      hedge: { minSamples: 5, maxExtra: 0.5 },
      deadline: '2s',
    }),
  'task-timeout': () => start('gathered', [quick('a'), slow], { taskTimeout: '300ms' }),
  limited: () =>
    start('runTasks', { tasks: ['a', 'b'].map((id) => ({ id, activity: 'echo', input: id, limit: 'narrow' })) }),
  'run-tasks': () => start('runTasks', { tasks: [{ id: 'a', activity: 'echo', input: 1 }] }),
  'map-packs': () => start('mapItems', { source: { kind: 'range', count: 1200 }, activity: 'echo' }),
  'map-one-by-one': () =>
    start('mapItems', { source: { kind: 'range', count: 15 }, activity: 'echo', options: { granularity: 'task' } }),
  'map-deadline': () =>
    start('mapItems', {
      source: { kind: 'list', items: Array.from({ length: 30 }, () => ({ ms: 30_000 })) },
      activity: 'wait',
      options: { deadline: '700ms' },
    }),
  'map-source': () => start('mappedSource', 10, 'echo', { granularity: 500 }),
  reduce: () => start('reduced', [quick('a'), quick('b'), quick('c')], 300, 'echo'),
  reconcile: () => start('reconcile', reconciliation),
  'reconcile-failed': () =>
    start('reconcile', { ...reconciliation, ledger: { name: 'ledger.csv', content: 'date,amount\nnever,1\n' } }),
  'reconcile-unsigned': () => start('reconcile', { ...reconciliation, awaitSignOff: '200ms' }),
  review: () => start('review', { root: project() }),
  'review-packs': () => start('review', { root: project(), options: { granularity: 2 } }),
  'research-depth': () =>
    start('research', {
      question: 'How are retries, deadlines and budgets decided?',
      folders: ['docs/decisions'],
      depth: 2,
      breadth: 2,
    }),
  'prefixed-packs': () =>
    start('runTasks', {
      tasks: ['a', 'b', 'c'].map((id) => ({ id, activity: 'echo', cacheKey: `prefixed-${id}` })),
      options: { granularity: 2 },
    }),
  'prefixed-map': () => start('mapItems', { source: { kind: 'range', count: 1200 }, activity: 'echo' }),
  'prefixed-review': () => start('review', { root: project(), options: { granularity: 2 } }),
  'prefixed-support': () =>
    start('support', { message: 'Where is my order 1042 and was I charged twice?', customer: 7 }),
  'prefixed-research': () =>
    start('research', { question: 'How are retries decided?', folders: ['docs/decisions'], depth: 2, breadth: 2 }),
  'prefixed-reconcile': () => start('reconcile', reconciliation),
  research: () => start('research', { question: 'How are activities retried?', sources: ['package-docs'] }),
};

test.runIf(recording).each(Object.keys(runs))('a history of %s is recorded', async (name) => {
  const handle = await runs[name]?.();
  if (handle) await record(name, handle);
  expect(handle).toBeDefined();
});

test.runIf(recording)('a history of a reconciliation that a person signed is recorded', async () => {
  const handle = await start('reconcile', { ...reconciliation, awaitSignOff: '40s' });
  await eventually(() => on.fanfold.see(handle.workflowId, 'reconciliation'));
  await on.fanfold.say(handle.workflowId, 'sign-off', { by: 'Ada', note: 'seen' });
  await record('reconcile-signed', handle);
  expect(recording).toBe(true);
});

test.runIf(recording)('histories of a settled and of a cancelled run are recorded', async () => {
  for (const [name, act] of [
    ['settle-now', (id: string) => on.fanfold.settle(id)],
    ['cancelled', (id: string) => on.fanfold.cancel(id)],
  ] as const) {
    const handle = await start('gathered', [quick('a'), slow]);
    await eventually(async () =>
      (await on.fanfold.progress(handle.workflowId))?.[0]?.succeeded === 1 ? true : undefined,
    );
    await act(handle.workflowId);
    await record(name, handle);
  }
  expect(recording).toBe(true);
});

test.runIf(recording)('histories of a branch of a map run and of one that continues as new are recorded', async () => {
  const source = { kind: 'range', count: 15 };
  const handle = await start('mapItems', { source, activity: 'echo', options: { granularity: 'task' } });
  await handle.result();
  await record('map-branch', on.client.workflow.getHandle(`${handle.workflowId}/1`));
  const input = { source: { kind: 'range', count: 1200 }, activity: 'echo', options: { granularity: 500 } };
  const continued = await start('mapItems', { ...input, unitsPerExecution: 2 });
  await continued.result();
  await record('map-continued', on.client.workflow.getHandle(continued.workflowId));
  expect(recording).toBe(true);
});
