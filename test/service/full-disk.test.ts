/** A store without room: what a caller and whoever watches a run learn of it, and that the run goes on once there is room. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Problem } from '../../src/http/answers.ts';
import { openStore } from '../../src/store/open.ts';
import { openExternalStorage } from '../../src/store/payloads.ts';
import type { Store } from '../../src/store/store.ts';
import { eventually, stage } from '../support/temporal.ts';
import { newId, problemOf, serve } from './http-service.ts';

const home = await mkdtemp(join(tmpdir(), 'fanfold-full-'));
afterAll(() => rm(home, { recursive: true, force: true }));

let isFull = false;
const folder = openStore(home, {});
/** As a file system answers without room, when there is none. */
const refuse = (): void => {
  if (isFull)
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
};
const store: Store = {
  get: (key) => folder.get(key),
  list: (prefix) => folder.list(prefix),
  delete: (key) => folder.delete(key),
  async put(key, body) {
    refuse();
    await folder.put(key, body);
  },
};
let filled = (): void => {};
const many = async (): Promise<string> => {
  filled();
  return 'x'.repeat(100_000);
};
const staged = stage({ many }, () => openExternalStorage({ store }));
const served = serve({}, staged);
const large = { tasks: [{ id: 'a', activity: 'echo', input: 'x'.repeat(1_500_000) }] };

test('a start that finds no room is 507 and says when to come back; with room it runs', async () => {
  isFull = true;
  const id = newId();
  const answer = await served.post<Problem>('/runs/tasks', { id, ...large });
  expect(problemOf(answer)).toMatchObject({ status: 507, title: 'Storage full' });
  expect(answer.headers.get('retry-after')).toBe('60');
  expect((await served.get(`/runs/${id}`)).status).toBe(404);
  isFull = false;
  expect((await served.post('/runs/tasks', { id, ...large })).status).toBe(202);
  expect(await served.over(id)).toMatchObject({ status: 'completed' });
});

test('a run that finds no room says so while it waits, and ends by itself once there is room', async () => {
  filled = () => void (isFull = true);
  const id = newId();
  const tasks = Array.from({ length: 12 }, (_, index) => ({ id: `t${index}`, activity: 'many' }));
  await served.post('/runs/tasks', { id, tasks, options: { granularity: 'task' } });
  const { status, stuck } = await eventually(async () => {
    const { body } = await served.get(`/runs/${id}`);
    return body.stuck ? body : undefined;
  });
  expect({ status, reason: stuck?.reason }).toEqual({ status: 'running', reason: 'workflowTaskFails' });
  expect(stuck?.message).toMatch(/ENOSPC.* – the disk of the store is full/);
  filled = () => {};
  isFull = false;
  expect(await served.over(id)).toMatchObject({ status: 'completed', fanIn: { successCount: 12 } });
});
