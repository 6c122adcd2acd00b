/** What was thrown survives into results by every way that tasks travel and in every verb, and what must pass through a task passes. */
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import type { FanIn } from '../../src/core/fan-in.ts';
import type { RunOutcome } from '../../src/core/run.ts';
import type { Granularity } from '../../src/core/travel/granularity.ts';
import { carried, type Verb, type Way } from '../support/carry-workflows.ts';
import { eventually, stage } from '../support/temporal.ts';

const on = stage(
  {
    async carry() {
      throw carried();
    },
    async lasting(ms: number) {
      await Context.current().sleep(ms);
    },
    async failing() {
      throw new Error('not yet');
    },
  },
  undefined,
  { limits: { carry: { concurrency: 2 } } },
);

const verbs: readonly Verb[] = ['gather', 'group', 'asCompleted'];
const ways: readonly Way[] = ['alone', 'pack', 'local', 'child', 'own code'];
const expected = {
  kind: 'failed',
  name: 'Below',
  message: 'below',
  retryable: false,
  details: [{ code: 4242 }],
  category: 'BENIGN',
};
const wrapper = { name: 'Bad', message: 'bad' };

describe.each(verbs)('in %s', (verb) => {
  test.each(ways)('details, category and causes of what was thrown survive: %s', async (way) => {
    const { wrappers, ...error } = (await on.run('carrying', verb, way)) as typeof expected & { wrappers: unknown[] };
    expect(error).toEqual(expected);
    expect(wrappers.at(-1)).toEqual(wrapper);
  });

  test('continueAsNew inside a task continues the workflow', async () => {
    expect(await on.run('continuing', verb, 2)).toBe('last a,last b');
  });

  test('a cancelled workflow ends as cancelled, with what had come back', async () => {
    const handle = await on.start('cancelledIn', verb, false);
    await eventually(async () =>
      (await on.fanfold.progress(handle.workflowId))?.[0]?.succeeded === 1 ? true : undefined,
    );
    await handle.cancel();
    const thrown: unknown = await handle.result().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(WorkflowFailedError);
    expect((thrown as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
  });

  test('who catches the cancellation has what had come back', async () => {
    const handle = await on.start('cancelledIn', verb, true);
    await eventually(async () =>
      (await on.fanfold.progress(handle.workflowId))?.[0]?.succeeded === 1 ? true : undefined,
    );
    await handle.cancel();
    expect(await handle.result()).toEqual([true, ['a']]);
  });
});

test.each<[Granularity, object]>([
  ['task', {}],
  [10, {}],
  ['local', {}],
  ['task', { limit: 'carry' }],
])('as a run of tasks of granularity %s with %o', async (granularity, more) => {
  const tasks = [{ id: 'a', activity: 'carry' }];
  const { fanIn } = (await on.run('runTasks', { tasks, options: { granularity, ...more } })) as RunOutcome;
  expect(fanIn.results).toMatchObject([{ success: false, error: { ...expected, wrappers: [wrapper] } }]);
});

test('in the units of a map run', async () => {
  const { runId } = await on.fanfold.map('carry', [{}]);
  const { fanIn } = await on.fanfold.result(runId);
  const [result] = fanIn?.results ?? [];
  expect(result).toMatchObject({ success: false, error: { ...expected, wrappers: [wrapper] } });
});

test.each(['temporal', 'fanfold'])('local activities of %s end with the deadline of their fan-out', async (by) => {
  const found = (await on.run('localUnderDeadline', by, 20_000)) as FanIn;
  expect(found.results).toMatchObject([
    { id: '10', success: true },
    { id: '20000', success: false, error: { kind: 'timedOut' } },
  ]);
  // They would take 20 s.
  expect(found.elapsedMs).toBeLessThan(10_000);
});

test.each([
  ['lasting', 'many end at once', 50],
  ['failing', 'some wait to be tried again', 4],
])('local activities that are %s end with their deadline though %s', async (activity, _, count) => {
  const found = (await on.run('localsUnderDeadline', activity, count, 1_000)) as FanIn;
  expect(found.results.map(({ success }) => success)).toEqual(Array.from({ length: count }, () => false));
  // The workflow task would be held for 16 s.
  expect(found.elapsedMs).toBeLessThan(7_000);
});
