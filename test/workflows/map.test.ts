import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { expect, test } from 'vitest';
import type { MapOptions, MapSource } from '../../src/client.ts';
import type { ContinuedMapInput } from '../../src/core/map/types.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { eventually, stage } from '../support/temporal.ts';

let inFlight = 0;
let most = 0;
const ran: unknown[] = [];
const calls = { number: 0, broken: true };

const on = stage({
  double: async (item: number) => item * 2,
  odd: async (item: number) => {
    if (item % 2 === 1) throw ApplicationFailure.nonRetryable(`${item} is odd`, 'Odd');
    return item;
  },
  /** Succeeds once `calls.broken` is false, and counts whom it ran for. */
  mended: async (item: { id: string; bad?: boolean }) => {
    ran.push(item.id);
    if (item.bad && calls.broken) throw ApplicationFailure.nonRetryable('not yet', 'Broken');
    return item.id;
  },
  nap: async () => {
    inFlight++;
    most = Math.max(most, inFlight);
    await sleep(5);
    inFlight--;
  },
  hang: async (item: number) => {
    if (item >= 20) await Context.current().sleep('1 hour');
    return item;
  },
  large: async (item: number) => 'x'.repeat(item),
  /** Three pages of four. */
  pages: async ({ cursor = 0 }: { cursor?: number }) => ({
    items: Array.from({ length: 4 }, (_, at) => cursor * 4 + at),
    ...(cursor < 2 ? { cursor: cursor + 1 } : {}),
  }),
});

const range = (count: number): MapSource => ({ kind: 'range', count });
const packs = { granularity: 500 } as const;

async function start(activity: string, source: MapSource, options: MapOptions = packs) {
  const { runId } = await on.fanfold.start('map', { activity, source, options }, { id: `map-${randomUUID()}` });
  return runId;
}

async function all(runId: string, after = 0): Promise<TaskResult[]> {
  const results: TaskResult[] = [];
  for await (const result of on.fanfold.results(runId, after)) results.push(result);
  return results;
}

const idsOf = (results: readonly TaskResult[]): string[] => results.map(({ id }) => id);
const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}`);

async function eventsOf(runId: string): Promise<number> {
  return (await on.client.workflow.getHandle(runId).describe()).historyLength;
}

test('thirty thousand tasks come back once each and in order, though the run itself holds only counts', async () => {
  const runId = await start('double', range(30_000), {});
  const view = await on.fanfold.result(runId);
  expect(view).toMatchObject({ status: 'completed', resultsInPages: true });
  expect(view.fanIn).toMatchObject({ successCount: 30_000, failureCount: 0, results: [], stoppedBy: 'allSettled' });
  let next = 0;
  for await (const result of on.fanfold.results(runId)) {
    if (!result.success || result.id !== `${next}` || result.result !== next * 2)
      throw new Error(JSON.stringify(result));
    next++;
  }
  expect(next).toBe(30_000);
  expect(idsOf(await all(runId, 29_998))).toEqual(['29998', '29999']);
  expect(await eventsOf(runId)).toBeLessThan(200);
});

test('a run of few tasks has its results in its view, as any other run has', async () => {
  const { fanIn, resultsInPages } = await on.fanfold.result(await start('odd', range(4)));
  expect(resultsInPages).toBeUndefined();
  expect(fanIn).toMatchObject({ mergedResults: [0, 2], failedTasks: { 1: '1 is odd', 3: '3 is odd' } });
});

test('JSON lines with a mark, blank lines, Windows ends and a bad line are a task each, the bad one failed', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'fanfold-')), 'items.jsonl');
  await writeFile(path, '\uFEFF{"id":"a","v":1}\r\n\r\n{"v":\r\n   \n{"v":2}');
  const view = await on.fanfold.result(await start('echo', { kind: 'file', path, format: 'jsonl' }));
  expect(view.fanIn?.results).toMatchObject([
    { id: 'a', success: true, result: { id: 'a', v: 1 } },
    {
      id: '2',
      success: false,
      error: { kind: 'notStarted', name: 'BadLine', message: expect.stringContaining('Line 3') },
    },
    { id: '4', success: true, result: { v: 2 } },
  ]);
});

test('CSV rows are objects by the header, a quoted one over two lines as well, and a short one fails alone', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'fanfold-')), 'items.csv');
  await writeFile(path, 'id,text\r\nx,"one\nand ""two"""\r\n\r\nshort\r\ny,three\r\n');
  const view = await on.fanfold.result(await start('echo', { kind: 'file', path, format: 'csv' }));
  expect(view.fanIn?.results).toMatchObject([
    { id: 'x', result: { id: 'x', text: 'one\nand "two"' } },
    { success: false, error: { name: 'BadLine', message: expect.stringContaining('1 fields') } },
    { id: 'y', result: { text: 'three' } },
  ]);
});

test('a file that is not there fails the run with its name, and so does one that changed since it was counted', async () => {
  const view = await on.fanfold.result(await start('echo', { kind: 'file', path: '/nowhere/items', format: 'jsonl' }));
  expect(view).toMatchObject({ status: 'failed', error: { type: 'SourceNotFound' } });
  const path = join(await mkdtemp(join(tmpdir(), 'fanfold-')), 'items.jsonl');
  await writeFile(path, '1\n2\n');
  const runId = await start('odd', { kind: 'file', path, format: 'jsonl' });
  expect((await on.fanfold.result(runId)).fanIn).toMatchObject({ successCount: 1 });
  await writeFile(path, '1\n2\n3\n');
  const { runId: again } = await on.fanfold.redrive(runId);
  expect(await on.fanfold.result(again)).toMatchObject({ status: 'failed', error: { type: 'SourceChanged' } });
});

test('any iterable is uploaded page by page and run from there', async () => {
  async function* rows() {
    for (let row = 0; row < 1200; row++) yield { id: `row-${row}`, row };
  }
  const { runId } = await on.fanfold.map('echo', rows(), { options: packs });
  await on.fanfold.result(runId);
  expect(idsOf(await all(runId))).toEqual(numbers(1200).map((row) => `row-${row}`));
});

test('a query is asked for page after page until it has no cursor', async () => {
  const view = await on.fanfold.result(await start('double', { kind: 'query', activity: 'pages' }));
  expect(view.fanIn?.mergedResults).toEqual(numbers(12).map((number) => Number(number) * 2));
});

test('no more tasks run at once than the concurrency says, over all packs together', async () => {
  await on.fanfold.result(await start('nap', range(3000), { ...packs, concurrency: 70 }));
  expect(most).toBeGreaterThan(20);
  expect(most).toBeLessThanOrEqual(70);
});

test.each([
  ['first', { first: 5 }, 'completed'],
  ['minSuccesses', { minSuccesses: 5 }, 'completed'],
  ['deadline', { deadline: '1s' }, 'completed'],
] as const)(
  'over by %s, every one of ten thousand tasks is told once, and those not begun as such',
  async (stoppedBy, rule, status) => {
    const runId = await start('hang', range(10_000), { ...packs, ...rule });
    const view = await on.fanfold.result(runId);
    expect(view).toMatchObject({ status, fanIn: { stoppedBy } });
    const results = await all(runId);
    expect(idsOf(results)).toEqual(numbers(10_000));
    const succeeded = results.filter(({ success }) => success).length;
    expect(view.fanIn).toMatchObject({ successCount: succeeded, failureCount: 10_000 - succeeded });
    expect(view.fanIn?.elapsedMs).toBeLessThan(10_000);
  },
);

test('too many failures, and a minimum out of reach, end it long before the last task', async () => {
  const many = await on.fanfold.result(
    await start('odd', range(100_000), { ...packs, maxFailures: 10, concurrency: 10 }),
  );
  expect(many.fanIn).toMatchObject({ stoppedBy: 'maxFailures' });
  const never = await on.fanfold.result(
    await start('odd', range(100_000), { ...packs, minSuccessRatio: 0.99, concurrency: 10 }),
  );
  expect(never).toMatchObject({ status: 'failed', error: { type: 'InsufficientResultsError' } });
  expect(never.fanIn).toMatchObject({ stoppedBy: 'unreachable' });
});

test('settled by hand or cancelled, it hands back what its packs had', async () => {
  for (const [stoppedBy, act] of [
    ['settleNow', (id: string) => on.fanfold.settle(id)],
    ['cancelled', (id: string) => on.fanfold.cancel(id)],
  ] as const) {
    const runId = await start('hang', range(1000), packs);
    await eventually(async () => ((await on.fanfold.progress(runId))?.[0]?.succeeded === 20 ? true : undefined));
    await act(runId);
    const view = await on.fanfold.result(runId);
    expect(view.fanIn).toMatchObject({ stoppedBy, successCount: 20, failureCount: 980 });
    expect(idsOf(await all(runId))).toEqual(numbers(1000));
  }
});

test('a run that continues as new loses nothing and counts nothing twice', async () => {
  const { workflowId: runId } = await on.start('mapItems', {
    activity: 'double',
    source: range(20_000),
    options: packs,
    unitsPerExecution: 20,
  } satisfies ContinuedMapInput);
  const first = (await on.client.workflow.getHandle(runId).describe()).runId;
  const view = await on.fanfold.result(runId);
  expect(view.fanIn).toMatchObject({ successCount: 20_000, failureCount: 0 });
  expect((await on.client.workflow.getHandle(runId).describe()).runId).not.toBe(first);
  expect(idsOf(await all(runId))).toEqual(numbers(20_000));
});

test('a redrive runs only what had no success, and its results are of the whole', async () => {
  ran.length = 0;
  calls.broken = true;
  const items = numbers(1500).map((id) => ({ id, bad: Number(id) % 100 === 7 }));
  const { runId } = await on.fanfold.map('mended', items, { options: packs });
  expect((await on.fanfold.result(runId)).fanIn).toMatchObject({ successCount: 1485, failureCount: 15 });
  expect(await on.fanfold.deadLetters(runId)).toHaveLength(15);
  ran.length = 0;
  calls.broken = false;
  const { runId: again } = await on.fanfold.redrive(runId);
  expect((await on.fanfold.result(again)).fanIn).toMatchObject({ successCount: 1500, failureCount: 0 });
  expect(ran).toHaveLength(15);
  expect(idsOf(await all(again))).toEqual(numbers(1500));
});

test('tasks may be added while it runs, its deadline moved, and one task cannot be cancelled alone', async () => {
  const runId = await start('hang', range(30), { ...packs, deadline: '30s', concurrency: 40 });
  await eventually(async () => ((await on.fanfold.progress(runId))?.[0]?.succeeded === 20 ? true : undefined));
  await on.fanfold.add(runId, [1, 2, 3]);
  await on.fanfold.extend(runId, '5s');
  await expect(on.fanfold.cancel(runId, '25')).rejects.toThrow(/cannot be cancelled alone/);
  await eventually(async () => ((await on.fanfold.progress(runId))?.[0]?.succeeded === 23 ? true : undefined));
  await on.fanfold.settle(runId);
  const { fanIn } = await on.fanfold.result(runId);
  expect(fanIn).toMatchObject({ successCount: 23, failureCount: 10 });
  expect(fanIn?.results.slice(-3)).toMatchObject([{ id: '30', result: 1 }, { id: '31' }, { id: '32', result: 3 }]);
});

test('an input or a result that is too large for Temporal fails its task alone', async () => {
  const items = ['x'.repeat(3_000_000), 'y', 'x'.repeat(1_400_000)];
  const { runId } = await on.fanfold.map('echo', items, { options: packs });
  const { fanIn } = await on.fanfold.result(runId);
  expect(fanIn).toMatchObject({ successCount: 2, failedTasks: { 0: expect.stringContaining('at most') } });
  const sizes: MapSource = { kind: 'list', items: [3_000_000, 10, ...Array.from({ length: 998 }, () => 10_000)] };
  const large = await on.fanfold.result(await start('large', sizes));
  expect(large.fanIn).toMatchObject({ successCount: 999, failedTasks: { 0: expect.stringContaining('bytes') } });
});

test('what cannot be meant is refused before a task runs', async () => {
  await expect(start('double', range(10), { first: 11 })).rejects.toThrow(/first/);
  for (const field of ['state', 'unitsPerExecution']) {
    const input = { activity: 'double', source: range(10), [field]: 1 };
    await expect(on.fanfold.start('map', input)).rejects.toMatchObject({ type: 'InvalidInput', field });
  }
  const unknown = await on.fanfold.result(await start('nobody', range(10)));
  expect(unknown).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
  const hedged = await on.fanfold.result(await start('double', range(10), { granularity: 500, hedge: '95%' }));
  expect(hedged).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
});

test('slow tasks are an activity each, in a child workflow a page, with results large and small', async () => {
  const runId = await start(
    'large',
    { kind: 'list', items: [5, 3000, 10, ...numbers(150).map(Number)] },
    { granularity: 'task' },
  );
  const view = await on.fanfold.result(runId);
  expect(view.fanIn).toMatchObject({ successCount: 153, stoppedBy: 'allSettled' });
  const results = view.fanIn?.results.map((result) => (result.success ? String(result.result).length : -1));
  expect(results).toEqual([5, 3000, 10, ...numbers(150).map(Number)]);
  const { events } = await on.client.workflow.getHandle(`${runId}/1`).fetchHistory();
  expect(events?.filter((event) => event.activityTaskScheduledEventAttributes)).toHaveLength(144);
});

test('the first tasks tell that they are slow, and the others go one by one; cut, each is still told once', async () => {
  const runId = await start(
    'wait',
    { kind: 'list', items: numbers(40).map(() => ({ ms: 900, value: 1 })) },
    { first: 12, concurrency: 6 },
  );
  const { fanIn } = await on.fanfold.result(runId);
  expect(fanIn).toMatchObject({ stoppedBy: 'first' });
  expect(idsOf(fanIn?.results ?? [])).toEqual(numbers(40));
  expect(fanIn?.results.filter(({ success }) => success).length).toBe(fanIn?.successCount);
  expect(await on.client.workflow.getHandle(`${runId}/1`).describe()).toMatchObject({ type: 'mapBranch' });
});

test('a straggler among the first tasks does not hold the others back, and the deadline cuts it alone', async () => {
  const items = numbers(40).map((number) => ({ ms: number === '0' ? 60_000 : 1, value: number }));
  const runId = await start('wait', { kind: 'list', items }, { deadline: '6s' });
  const { fanIn } = await on.fanfold.result(runId);
  expect(fanIn).toMatchObject({ stoppedBy: 'deadline', successCount: 39, failureCount: 1 });
  expect(Object.keys(fanIn?.failedTasks ?? {})).toEqual(['0']);
});

test('a budget is shared by all pages', async () => {
  const { fanIn } = await on.fanfold.result(await start('double', range(700), { budget: 25 }));
  expect(fanIn).toMatchObject({ stoppedBy: 'budget', successCount: 25, spent: 25 });
});

test("a workflow of one's own has counts and the place of the results, and a minimum that is missed fails it", async () => {
  const handle = await on.start('mappedSource', 3000, 'double', packs);
  expect(await handle.result()).toMatchObject({ fanIn: { successCount: 3000, results: [] }, resultsInPages: true });
  expect(idsOf(await all(`${handle.workflowId}/map-1`, 2998))).toEqual(['2998', '2999']);
  const failure = await on.failure('mappedSource', 10, 'odd', { ...packs, minSuccessRatio: 1 });
  expect(failure.type).toBe('InsufficientResultsError');
});
