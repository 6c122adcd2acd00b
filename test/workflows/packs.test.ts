import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stage } from '../support/temporal.ts';

const on = stage();

async function scheduled(id: string): Promise<number> {
  const { events } = await on.client.workflow.getHandle(id).fetchHistory();
  return events?.filter((event) => event.activityTaskScheduledEventAttributes).length ?? 0;
}

test('a hundred and twenty tasks in packs of fifty are three activities, and each task has its own result', async () => {
  const handle = await on.start('packed', 120, { ms: 1 }, {});
  expect(await handle.result()).toMatchObject({ successCount: 120, inOrder: true, stoppedBy: 'allSettled' });
  expect(await scheduled(handle.workflowId)).toBe(3);
});

test('a task that fails in a pack fails alone, after its own attempts', async () => {
  const outcome = await on.run('packed', 100, { ms: 1, fail: 'bad item' }, {});
  expect(outcome).toMatchObject({
    successCount: 99,
    failedTasks: ['n3'],
    sample: [
      { id: 'n2', success: true },
      { error: { message: 'bad item', name: 'DemoFailure' }, attempts: 1 },
      { id: 'n4' },
    ],
  });
});

test('a pack settles itself at the deadline and hands back what it has', async () => {
  const outcome = await on.run('packed', 40, { ms: 100 }, { concurrency: 4, granularity: 20, deadline: '450ms' });
  expect(outcome).toMatchObject({ stoppedBy: 'deadline', inOrder: true });
  const { successCount } = outcome as { successCount: number };
  expect(successCount).toBeGreaterThanOrEqual(4);
  expect(successCount).toBeLessThan(40);
});

test('packs together never run more tasks at once than the concurrency', async () => {
  const journal = join(await mkdtemp(join(tmpdir(), 'fanfold-')), 'journal');
  await on.run('packed', 60, { ms: 5, journal }, { concurrency: 6, granularity: 20 });
  let running = 0;
  let most = 0;
  for (const line of (await readFile(journal, 'utf8')).split('\n')) {
    running += line.startsWith('start') ? 1 : line.startsWith('end') ? -1 : 0;
    most = Math.max(most, running);
  }
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(6);
});

test('the first ten of many end the fan-out though they travel in packs', async () => {
  expect(await on.run('packed', 200, { ms: 10 }, { first: 10, concurrency: 8 })).toMatchObject({ stoppedBy: 'first' });
});

test('automatic granularity packs many fast tasks and leaves slow ones alone', async () => {
  const fast = await on.start('packed', 700, { ms: 1 }, { granularity: 'auto' });
  expect(await fast.result()).toMatchObject({ successCount: 700, inOrder: true });
  expect(await scheduled(fast.workflowId)).toBeLessThan(20);
  const slow = await on.start('packed', 510, { ms: 900 }, { granularity: 'auto', first: 20, concurrency: 40 });
  expect(await slow.result()).toMatchObject({ stoppedBy: 'first' });
  expect(await scheduled(slow.workflowId)).toBeGreaterThan(20);
});

test('what must be seen task by task is refused for packs', async () => {
  const thrown = await on.failure('packed', 10, { ms: 1 }, { hedge: {} });
  expect(thrown).toMatchObject({ type: 'InvalidOptionsError', details: [{ field: 'granularity' }] });
});
