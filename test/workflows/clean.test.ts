import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { cleanStore, measureStore, type CleanOptions, type Cleaned } from '../../src/store/clean.ts';
import { fileStore } from '../../src/store/files.ts';
import { payloadPrefix, runPrefix } from '../../src/store/keys.ts';
import { openExternalStorage } from '../../src/store/payloads.ts';
import { eventually, stage } from '../support/temporal.ts';

const folder = await mkdtemp(join(tmpdir(), 'fanfold-clean-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const store = fileStore(folder);
const large = async (length: number): Promise<string> => 'x'.repeat(length);
const on = stage({ large }, () => openExternalStorage({ store }));
const day = 24 * 3600_000;

const clean = (options: Partial<CleanOptions> = {}): Promise<Cleaned> =>
  cleanStore(store, on.client, { olderThanMs: 0, now: Date.now() + day, ...options });
const keys = async (prefix = ''): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key);
  return found;
};
const put = (key: string) => store.put(key, Buffer.from('x'));
const runLarge = async (id = `large-${randomUUID()}`): Promise<string> => {
  await on.fanfold.run('tasks', { tasks: [{ id: 'a', activity: 'large', input: 1_000_000 }] }, { id });
  return id;
};
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('what belongs to a run that the server has stays, open or closed; of a forgotten one all goes', async () => {
  const closed = await runLarge();
  const gone = `gone-${randomUUID()}`;
  const { runId: open } = await on.fanfold.start('tasks', {
    tasks: [
      { id: 'a', activity: 'large', input: 1_000_000 },
      { id: 'b', activity: 'wait', input: { ms: 60_000 } },
    ],
  });
  const kept = await eventually(async () => {
    const found = await keys(payloadPrefix('default', open, 'x').slice(0, -2));
    return found.length > 0 ? found : undefined;
  });
  await put(`${runPrefix('default', open)}page`);
  await put(`${payloadPrefix('default', gone, 'start-1')}hash`);
  await put(`${payloadPrefix('default', gone, 'r1')}hash`);
  await put(`${runPrefix('default', gone)}page`);
  expect(await clean({ dryRun: true })).toMatchObject({ dryRun: true, runs: 1, objects: 3, kept: 3 });
  expect(await clean()).toMatchObject({ runs: 1, objects: 3, kept: 3 });
  const left = await keys();
  expect(left).toEqual(expect.arrayContaining([...kept, `${runPrefix('default', open)}page`]));
  expect(left.filter((key) => key.includes(gone))).toEqual([]);
  expect(left.filter((key) => key.includes(closed))).toHaveLength(2);
  expect((await on.fanfold.result(closed)).fanIn?.successCount).toBe(1);
  await on.fanfold.cancel(open);
});

test('an input that was just written for a run that has not begun stays until it is old', async () => {
  await runLarge();
  await put(`${payloadPrefix('default', 'about-to-start', 'start-1')}hash`);
  expect(await clean({ now: Date.now() })).toMatchObject({ objects: 0, kept: 2 });
  expect(await clean({ now: Date.now() + 4 * 60_000 })).toMatchObject({ objects: 0 });
  expect(await clean({ olderThanMs: 2 * day })).toMatchObject({ objects: 0 });
  expect(await clean()).toMatchObject({ objects: 1 });
});

test('what another run refers to stays although its own run is gone', async () => {
  const key = `${runPrefix('default', `earlier-${randomUUID()}`)}pages`;
  await put(key);
  await put(`${runPrefix('default', 'nobody')}page`);
  const tasks = [
    { id: 'a', activity: 'large', input: 600_000 },
    { id: 'b', activity: 'echo', input: key },
  ];
  const { runId } = await on.fanfold.run('tasks', { tasks });
  // A listing by the server is a moment behind.
  await eventually(async () => {
    for await (const { workflowId } of on.client.workflow.list({ query: 'TemporalExternalPayloadCount > 0' }))
      if (workflowId === runId) return true;
    return undefined;
  });
  await clean();
  expect(await keys('runs/')).toContain(key);
  expect(await keys(runPrefix('default', 'nobody'))).toEqual([]);
});

test('a run with a very long name is found as well', async () => {
  const id = `${'long'.repeat(100)}-${randomUUID()}`;
  await runLarge(id);
  const prefix = payloadPrefix('default', id, 'x').slice(0, -2);
  await eventually(async () => {
    for await (const { workflowId } of on.client.workflow.list({ query: `WorkflowId = '${id}'` })) return workflowId;
    return undefined;
  });
  await put(`${payloadPrefix('default', `${id}-other`, 'r')}hash`);
  expect(await clean()).toMatchObject({ objects: 1 });
  expect(await keys(prefix)).toHaveLength(2);
});

test('a server that knows none of the runs is taken for the wrong one, and so is one that another took the place of', async () => {
  await put(`${runPrefix('default', 'somebody')}page`);
  await expect(clean()).rejects.toThrow(/knows none of the 1 runs/);
  expect(await clean({ force: true })).toMatchObject({ objects: 1 });
  await put('owner/default');
  await put(`${runPrefix('default', 'somebody')}page`);
  await expect(clean({ force: true })).rejects.toThrow(/another Temporal server/);
  expect(await keys('runs/')).toHaveLength(1);
});

test('what a crash left half written goes once it is old, and the store tells what it holds', async () => {
  await put('unfinished/a');
  await put(`${runPrefix('default', 'a')}page`);
  await put('stray/a');
  const usage = Object.fromEntries((await measureStore(store)).map(({ kind, objects }) => [kind, objects]));
  expect(usage).toMatchObject({ payloads: 0, pages: 1, stray: 1, unfinished: 1 });
  await clean({ force: true });
  expect(await keys()).toEqual(['owner/default', 'stray/a']);
});
