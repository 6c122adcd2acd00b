import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { expect, test } from 'vitest';
import { eventually, stage } from '../support/temporal.ts';

const heard: boolean[] = [];
const held = new Map<string, () => void>();
const on = stage({
  quick: async (input: unknown) => input,
  heldAt: async (input: string) => {
    if (input === 'straggler') await new Promise<void>((resolve) => held.set(input, resolve));
    return input;
  },
  whoami: async () => {
    const { info } = Context.current();
    Context.current().heartbeat('ignored');
    if (info.attempt === 1) throw new Error('not yet');
    return `${info.activityId} ${info.attempt}`;
  },
  listens: async () => {
    const { cancellationSignal } = Context.current();
    await Context.current()
      .sleep('30 seconds')
      .catch(() => {});
    heard.push(cancellationSignal.aborted);
  },
  lengthy: async (length: number) => 'x'.repeat(length),
});

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

test('a few tasks inside the workflow’s own task schedule no activity, and each has its own result', async () => {
  const handle = await on.start('packed', 5, { ms: 1, fail: 'bad item' }, { granularity: 'local' });
  expect(await handle.result()).toMatchObject({ successCount: 4, failedTasks: ['n3'], stoppedBy: 'allSettled' });
  expect(await scheduled(handle.workflowId)).toBe(0);
  const [progress] = (await on.fanfold.progress(handle.workflowId)) ?? [];
  expect(progress).toMatchObject({ granularity: 'local', succeeded: 4, failed: 1 });
});

test('a task that hangs in a pack hides none of the others', async () => {
  const granularity = 5;
  const tasks = ['a', 'b', 'c', 'd', 'straggler'].map((id) => ({ id, activity: 'heldAt', input: id }));
  held.clear();
  const { runId } = await on.fanfold.start('tasks', { tasks, options: { granularity, attempts: 1 } });
  const release = await eventually(() => held.get('straggler'));
  const [progress] = await eventually(async () => {
    const seen = await on.fanfold.progress(runId);
    return seen?.[0]?.succeeded === 4 ? seen : undefined;
  });
  expect(progress).toMatchObject({ granularity, running: 1 });
  release();
  const { fanIn } = await on.fanfold.result(runId);
  expect(fanIn?.results.map(({ id, success }) => [id, success])).toEqual(tasks.map(({ id }) => [id, true]));
});

test('a pack in the workflow’s own task signals nothing, as a signal would have the server refuse the end and all of it run again', async () => {
  // Some are done long before the last.
  const tasks = [1, 5, 400].map((ms) => ({ id: `${ms}`, activity: 'wait', input: { ms } }));
  const { runId, fanIn } = await on.fanfold.run('tasks', { tasks, options: { granularity: 'local' } });
  expect(fanIn?.successCount).toBe(3);
  const { events = [] } = await on.client.workflow.getHandle(runId).fetchHistory();
  const unwanted = (events ?? []).filter(
    (event) => event.workflowExecutionSignaledEventAttributes || event.workflowTaskFailedEventAttributes,
  );
  expect(unwanted).toEqual([]);
});

test('more tasks than the workflow’s own task bears are refused for it', async () => {
  const thrown = await on.failure('packed', 101, { ms: 1 }, { granularity: 'local' });
  expect(thrown).toMatchObject({ type: 'InvalidOptionsError', details: [{ field: 'granularity' }] });
});

test('a deadline cuts tasks inside the workflow’s own task as it does any other', async () => {
  const outcome = await on.run('packed', 4, { ms: 30_000 }, { granularity: 'local', deadline: '200ms' });
  expect(outcome).toMatchObject({ successCount: 0, stoppedBy: 'deadline' });
});

test('an activity that the worker has seen to be fast runs inside the workflow’s own task, unless told otherwise', async () => {
  const run = async (granularity: 'auto' | 'task'): Promise<number> => {
    const tasks = Array.from({ length: 5 }, (_, index) => ({ id: `q${index}`, activity: 'quick', input: index }));
    const { runId } = await on.fanfold.start('tasks', { tasks, options: { granularity } });
    expect(await on.fanfold.result(runId)).toMatchObject({ fanIn: { mergedResults: [0, 1, 2, 3, 4] } });
    return scheduled(runId);
  };
  expect(await run('auto')).toBe(5);
  // How fast it was seen to be depends on the machine, which calms down.
  await eventually(async () => ((await run('auto')) === 0 ? true : undefined));
  expect(await run('task')).toBe(5);
});

test('a result that does not fit beside the others fails its task alone', async () => {
  const handle = await on.start('mappedLocal', [10, 700_000, 20]);
  expect(await handle.result()).toEqual(['ok', 'ResultTooLarge', 'ok']);
});

test('an activity in a pack finds its own task in its context: id, attempt and a signal that its timeout aborts', async () => {
  const named = { granularity: 4, attempts: 2 } as const;
  expect(await on.run('mapped', [1, 2, 3], 'whoami', named)).toMatchObject({ mergedResults: ['0 2', '1 2', '2 2'] });
  const outcome = await on.run('mapped', [1, 2], 'listens', { granularity: 4, taskTimeout: '100ms', attempts: 1 });
  expect(outcome).toMatchObject({ failureCount: 2, results: [{ error: { kind: 'timedOut' } }, {}] });
  await eventually(() => (heard.length === 2 ? true : undefined));
  expect(heard).toEqual([true, true]);
});

test('a straggler among the first tasks does not keep the others out of packs, and the deadline cuts it alone', async () => {
  const inputs = Array.from({ length: 700 }, (_, index) => ({ ms: index === 0 ? 30_000 : 1, value: index }));
  const handle = await on.start('mapped', inputs, 'wait', { deadline: '5s' });
  expect(await handle.result()).toMatchObject({
    successCount: 699,
    stoppedBy: 'deadline',
    failedTasks: { 0: expect.stringContaining('Still running') },
  });
  expect(await scheduled(handle.workflowId)).toBeLessThan(20);
});

test('inputs of many megabytes leave in as many turns as it takes, though the first tasks are waited for', async () => {
  const handle = await on.start('mappedWide', 20_000, 'wait', { input: { ms: 50 }, bytes: 500 });
  expect(await handle.result()).toMatchObject({ successCount: 20_000, stoppedBy: 'allSettled' });
});

test('packs are cut by what their inputs weigh, and one that cannot be sent fails its task alone', async () => {
  const handle = await on.start('mappedWide', 12, 'wait', {
    input: { ms: 1 },
    bytes: 200_000,
    granularity: 12,
    odd: 3,
  });
  expect(await handle.result()).toMatchObject({ successCount: 11, failed: ['3'] });
  expect(await scheduled(handle.workflowId)).toBeGreaterThanOrEqual(5);
});
