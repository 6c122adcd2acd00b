/** A fan-out is a guest in somebody's workflow: what is the author's stays the author's, and what is over is forgotten. */
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { eventually, stage } from '../support/temporal.ts';

const on = stage();

async function details(handle: WorkflowHandle): Promise<string> {
  return (await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails ?? '';
}

test.each([
  ['before', true],
  ['after', false],
])("an author's query, Update and details stay, set %s the fan-out", async (_when, isFirst) => {
  const handle = await on.start('ownHandlers', isFirst);
  await eventually(async () =>
    (await on.fanfold.progress(handle.workflowId))?.[0]?.succeeded === 1 ? true : undefined,
  );
  expect(await handle.query('progress')).toBe('MY PROGRESS');
  expect(await handle.executeUpdate('settleNow')).toBe('MY ORDER IS SETTLED 1');
  const shown = await details(handle);
  expect(shown.startsWith('MY DETAILS\n\n**fan-out** 1 of 2 succeeded')).toBe(true);
  expect(shown.endsWith('MY SECTION')).toBe(true);
  expect(shown.match(/MY DETAILS/g)).toHaveLength(1);
  // Fanfold's own client goes by the prefix, so it ends the fan-out and settles no order.
  expect((await on.fanfold.settle(handle.workflowId)).stoppedBy).toBe('settleNow');
  expect(await handle.result()).toBe('settleNow');
});

test('what was set by the names of before is still there when its history is replayed', async () => {
  const handle = await on.start('ownHandlers', true);
  await handle.executeUpdate('settleNow');
  await handle.signal('leave');
  await handle.result();
  const { codePath } = inject('temporal');
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, await handle.fetchHistory());
  expect(await handle.query('progress')).toBe('MY PROGRESS');
});

test('it can be switched off: neither handlers nor details', async () => {
  const handle = await on.start('withoutLive');
  await expect(handle.query('fanfold.progress')).rejects.toThrow(/fanfold\.progress/);
  expect(await details(handle)).toBe('');
  await handle.signal('leave');
  expect(await handle.result()).toBe('allSettled');
});

test('of many fan-outs what runs and the last few are kept, and the newest is shown first', async () => {
  const handle = await on.start('manyFanOuts', 120, 20, 20);
  const kept = (await handle.result()) as string[];
  expect(kept).toEqual(Array.from({ length: 10 }, (_, index) => `fan-out-${111 + index}`));
  expect(await details(handle)).toMatch(/^\*\*fan-out-120\*\* [a-z ]+: 20 of 20 succeeded/);
});

test('a run of a kind whose code is wrong ends with the reason', async () => {
  expect(await on.failure('wrongKind')).toMatchObject({
    type: 'TypeError',
    message: 'a mistake in the code of a kind',
    nonRetryable: true,
  });
});

test('continueAsNew inside a task continues the workflow', async () => {
  expect(await on.run('continues', 2)).toBe('last a,last b');
});

test("the errors of fan-outs are caught as people catch them, and a mistake in the workflow's own code is told apart", async () => {
  expect(await on.run('caught')).toMatchObject({
    is: [true, false, false],
    merged: ['fine'],
    errors: [
      null,
      { name: 'Bad', details: [{ code: 4242 }] },
      { name: 'TypeError', message: 'a mistake', inWorkflowCode: true },
    ],
    group: [{ code: 4242 }],
    none: 'none',
  });
});
