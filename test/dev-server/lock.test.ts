/** The lock across processes. A holder here is a process that really dies, as that is the only hard part. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withLock } from '../../src/dev-server/lock.ts';
import { compiled } from './compiled.ts';

let folder = '';
let holder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanfold-lock-'));
  holder = join(await compiled(folder, 'dev-server/lock.ts'), 'holder.mjs');
  writeFileSync(
    holder,
    `import { withLock } from './dev-server/lock.js';
     await withLock(process.argv[2], () => { process.send('held'); return new Promise(() => setInterval(() => {}, 1000)); });`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function hold(path: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [holder, path], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return child;
}

test('work under one lock never overlaps, and every caller gets its turn', async () => {
  let inside = 0;
  let most = 0;
  const turns = Array.from({ length: 8 }, (_, turn) =>
    withLock(join(folder, 'turns'), async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
      return turn;
    }),
  );
  expect(await Promise.all(turns)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(1);
});

test('a failure under the lock frees it and reaches the caller', async () => {
  const path = join(folder, 'failing');
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(path, async () => 'free')).toBe('free');
});

test('a lock held by another process keeps us out until that is killed, and then several waiters still take turns', async () => {
  const path = join(folder, 'killed');
  const child = await hold(path);
  let ended = false;
  const order: string[] = [];
  const waiters = [1, 2, 3, 4].map((waiter) =>
    withLock(path, async () => {
      expect(ended).toBe(true);
      order.push(`in ${waiter}`);
      await new Promise(setImmediate);
      order.push(`out ${waiter}`);
    }),
  );
  await withLock(join(folder, 'another'), async () => {});
  ended = true;
  child.kill('SIGKILL');
  await Promise.all(waiters);
  expect(order).toHaveLength(8);
  for (let turn = 0; turn < 8; turn += 2) expect(order[turn + 1]).toBe(order[turn]?.replace('in', 'out'));
});

test('one who waits long is told so once', async () => {
  const path = join(folder, 'slow');
  const child = await hold(path);
  let told = 0;
  await withLock(
    path,
    async () => {},
    () => {
      told += 1;
      child.kill('SIGKILL');
    },
  );
  expect(told).toBe(1);
});
