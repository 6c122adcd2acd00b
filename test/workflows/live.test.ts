import { expect, test } from 'vitest';
import { eventually, stage } from '../support/temporal.ts';
import type { Job } from '../support/workflows.ts';

const on = stage();
const slow = (id: string): Job => ({ id, ms: 30_000 });
const quick = (id: string): Job => ({ id, ms: 1 });

/** Waits until the quick tasks have settled and a slow one runs. */
async function started(jobs: Job[], options = {}): Promise<string> {
  const { workflowId } = await on.start('gathered', jobs, options);
  await eventually(async () => {
    const [fanOut] = (await on.fanfold.progress(workflowId)) ?? [];
    return fanOut && fanOut.running > 0 && fanOut.succeeded + fanOut.failed >= jobs.filter(({ ms }) => ms < 100).length
      ? true
      : undefined;
  });
  return workflowId;
}
const outcome = async (id: string): Promise<unknown> => on.client.workflow.getHandle(id).result();

test('settling by hand goes on with what there is', async () => {
  const id = await started([quick('a'), slow('b')]);
  await on.fanfold.settle(id);
  expect(await outcome(id)).toMatchObject({
    stoppedBy: 'settleNow',
    successCount: 1,
    failedTasks: { b: expect.stringContaining('settled by hand') },
  });
});

test('a cancelled task is reported as such and the others go on', async () => {
  const id = await started([slow('a'), slow('b')]);
  await on.fanfold.cancel(id, 'a');
  await on.fanfold.settle(id);
  expect(await outcome(id)).toMatchObject({ failedTasks: { a: 'Cancelled by hand' } });
});

test('tasks can be added while a run goes on, and their ids must be new', async () => {
  const id = await started([slow('a')]);
  await expect(on.fanfold.add(id, [slow('a')])).rejects.toThrow(/two tasks share the id 'a'/);
  expect((await on.fanfold.add(id, [quick('b')])).total).toBe(2);
  await eventually(async () => ((await on.fanfold.progress(id))?.[0]?.succeeded === 1 ? true : undefined));
  await on.fanfold.settle(id);
  expect(await outcome(id)).toMatchObject({ successCount: 1, failureCount: 1 });
});

test('a deadline can be moved, and only where there is one', async () => {
  const without = await started([slow('a')]);
  await expect(on.fanfold.extend(without, '1s')).rejects.toThrow(/no deadline/);
  await on.fanfold.settle(without);
  const id = await started([slow('a')], { deadline: '20s' });
  const before = (await on.fanfold.progress(id))?.[0]?.deadlineAt ?? 0;
  expect((await on.fanfold.extend(id, '30s')).deadlineAt).toBe(before + 30_000);
  await on.fanfold.settle(id);
});

test('concurrency can be raised in mid-run', async () => {
  const id = await started([slow('a'), slow('b'), slow('c')], { concurrency: 1 });
  expect((await on.fanfold.setConcurrency(id, 2)).running).toBe(2);
  await on.fanfold.settle(id);
});

test('a minimum that can no longer be reached ends the run at once', async () => {
  const id = await started([{ id: 'bad', ms: 1, fail: 'no' }, slow('a')]);
  await eventually(async () => ((await on.fanfold.progress(id))?.[0]?.failed === 1 ? true : undefined));
  await on.fanfold.setMinimum(id, { ratio: 1 });
  await expect(outcome(id)).rejects.toMatchObject({ cause: { type: 'InsufficientResultsError' } });
});

test('a change that cannot be made is refused with the field and leaves no event in history', async () => {
  const id = await started([slow('a')]);
  const length = async (): Promise<number> => (await on.client.workflow.getHandle(id).describe()).historyLength;
  const before = await length();
  await expect(on.fanfold.setConcurrency(id, 0)).rejects.toMatchObject({ name: 'FanfoldError', type: 'Refused' });
  await expect(on.fanfold.cancel(id, 'nobody')).rejects.toThrow(/names no task/);
  expect(await length()).toBe(before);
  await on.fanfold.settle(id);
});

test('a cancelled run ends as cancelled and still tells what it had', async () => {
  const id = await started([quick('a'), slow('b')]);
  await on.fanfold.cancel(id);
  await on.fanfold.result(id);
  expect(await on.fanfold.get(id)).toMatchObject({
    status: 'cancelled',
    fanIn: { successCount: 1, stoppedBy: 'cancelled' },
  });
});

test('changing a run that is over says that it is over, and an unknown one that it is unknown', async () => {
  const { workflowId: id } = await on.start('gathered', [quick('a')]);
  await outcome(id);
  await expect(on.fanfold.settle(id)).rejects.toMatchObject({ type: 'RunClosed' });
  await expect(on.fanfold.settle('no-such-run')).rejects.toMatchObject({ type: 'RunNotFound' });
});

test('the current details show a table of the tasks', async () => {
  const id = await started([quick('a'), slow('b')]);
  const metadata: { currentDetails?: string } = await on.client.workflow
    .getHandle(id)
    .query('__temporal_workflow_metadata');
  expect(metadata.currentDetails).toMatch(/\| a +\| ✓/);
  await on.fanfold.settle(id);
});
