/** A pack whose finished results are more than a heartbeat bears: the store has them, and its next attempt skips them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { createPack } from '../../../src/activities/travel/pack.ts';
import type { PackInput, PackOutput, PackCheckpoint, RecoveredPack } from '../../../src/core/travel/pack.ts';
import type { TaskResult } from '../../../src/core/task.ts';
import { fileStore } from '../../../src/store/files.ts';

const count = 20;
const ids = Array.from({ length: count }, (_, index) => `t${index}`);
const tasks = [...ids, 'last'].map((id) => ({ id, input: id }));
const input: PackInput = { activity: 'large', tasks, width: 50, attempts: 1 };

test('what a dead attempt had finished is not run again, however large it is, and is there if the pack dies for good', async () => {
  const ran: string[] = [];
  let hangs = true;
  const large = async (id: string): Promise<string> => {
    ran.push(id);
    if (id === 'last' && hangs) await new Promise(() => {});
    return id.repeat(10_000);
  };
  const store = fileStore(mkdtempSync(join(tmpdir(), 'fanfold-pack-')));
  const { runPack, recoverPack } = createPack(() => large as (input: unknown) => unknown, store);
  const info = { activityId: 'pack-1' };

  const dying = new MockActivityEnvironment(info);
  const told = new Promise<PackCheckpoint>((resolve) => {
    dying.on('heartbeat', (now: PackCheckpoint) => now.spills > 0 && resolve(now));
  });
  void dying.run(runPack, input).catch(() => {});
  const last = await told;
  // A workflow may have hundreds of packs in flight, whose heartbeats are all part of its state of 8 MB.
  expect(JSON.stringify(last).length).toBeLessThan(20_000);
  hangs = false;
  const next = new MockActivityEnvironment({ ...info, attempt: 2, heartbeatDetails: last });
  const results: PackOutput = await next.run(runPack, input);
  expect(results.map(({ id, success }) => [id, success])).toEqual(tasks.map(({ id }) => [id, true]));
  for (const id of ids) expect(ran.filter((each) => each === id)).toHaveLength(1);

  const recover = async (saysUnread: boolean): Promise<RecoveredPack | TaskResult[]> =>
    new MockActivityEnvironment().run(recoverPack, { ...info, told: last, saysUnread });
  const found = (await recover(true)) as TaskResult[];
  expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());

  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  const [spilled = ''] = keys.toSorted();
  await store.put(spilled, Buffer.from('damaged'));
  const rest = (await recover(true)) as RecoveredPack;
  expect(rest.unread).toContain(`1 of its objects are missing or damaged, the first is ${spilled}`);
  expect(rest.results.length).toBeLessThan(ids.length);
  // A workflow of an earlier version takes a list.
  expect(await recover(false)).toEqual(rest.results);
});
