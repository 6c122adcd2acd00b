/** Calls in tasks see the same, whichever way they travel. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { stage } from '../support/temporal.ts';

interface Item {
  readonly id: unknown;
  readonly ms?: number;
  readonly failures?: number;
  readonly thrown?: 'plain' | 'final' | 'deep';
  readonly held?: boolean;
}

const begun: unknown[] = [];
let release = (): void => {};

const on = stage({
  async act({ id, ms = 0, failures = 0, thrown, held }: Item, more?: unknown) {
    const { info } = Context.current();
    begun.push(id);
    if (held) await new Promise<void>((resolve) => (release = resolve));
    if (ms > 0) await Context.current().sleep(ms);
    if (thrown === 'final') throw ApplicationFailure.nonRetryable('no', 'Refused', { why: [1, 'two'] });
    if (thrown === 'deep') throw new Error('above', { cause: ApplicationFailure.retryable('below', 'Below') });
    if (info.attempt <= failures) throw new TypeError('not yet');
    return [id, more, info.activityId, info.activityType, info.attempt];
  },
  async twice(item: unknown) {
    return [item, Context.current().info.activityId];
  },
  async straggler(last: boolean) {
    if (last) await new Promise<void>((resolve) => (release = resolve));
  },
  async release() {
    release();
  },
});

const items = (count: number, more: object = {}): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: index, ...more }));
const ways = ['alone', 'pack', 'local'] as const;

async function kinds(workflowId: string): Promise<Record<string, number>> {
  const { events } = await on.client.workflow.getHandle(workflowId).fetchHistory();
  const found: Record<string, number> = {};
  for (const { activityTaskScheduledEventAttributes: scheduled } of events ?? []) {
    const name = scheduled?.activityType?.name;
    if (name) found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

test.each(ways)('calls that travel %s have their own results, ids, names and attempts', async (travel) => {
  const handle = await on.start('calling', items(4, { failures: 1 }), travel);
  const { mergedResults, stoppedBy } = await handle.result();
  expect(stoppedBy).toBe('allSettled');
  expect(mergedResults).toEqual([0, 1, 2, 3].map((at) => [[at, 'more', `item-${at}`, 'act', 2], `item-${at}#2`]));
  // What failed in the workflow's own task is tried again outside of it.
  const expected = {
    alone: { act: 4, twice: 4 },
    pack: { 'fanfold.runPack': 2 },
    local: { 'fanfold.runPack': 1 },
  }[travel];
  expect(await kinds(handle.workflowId)).toEqual(expected);
});

test.each(ways)('a task whose call travels %s catches what the activity threw', async (travel) => {
  const thrown = [{ thrown: 'final' }, { thrown: 'deep' }, { failures: 9 }].map((more, id) => ({ id, ...more }));
  expect(await on.run('catching', thrown, travel)).toEqual([
    [
      true,
      'act',
      'item-0',
      { name: 'ApplicationFailure', type: 'Refused', details: [{ why: [1, 'two'] }], nonRetryable: true },
      'no',
    ],
    [
      true,
      'act',
      'item-1',
      { name: 'ApplicationFailure', type: 'Error', details: [], nonRetryable: false, below: 'Below' },
      'above',
    ],
    [
      true,
      'act',
      'item-2',
      { name: 'ApplicationFailure', type: 'TypeError', details: [], nonRetryable: false },
      'not yet',
    ],
  ]);
});

test.each(ways)('an attempt that takes too long times out, travelling %s', async (travel) => {
  const of = { startToCloseTimeout: '200ms', retry: { maximumAttempts: 2, initialInterval: '10ms' } };
  const [[, , , { name }], other] = (await on.run('catching', [{ id: 0, ms: 9000 }, { id: 1 }], travel, of)) as [
    [unknown, unknown, unknown, { name: string }],
    unknown[],
  ];
  expect([name, other[0]]).toEqual(['TimeoutFailure', 1]);
});

test.each(ways)('at the deadline what has finished is there, travelling %s', async (travel) => {
  const list = [...items(3), { id: 'slow', ms: 20_000 }];
  const found = await on.run('calling', list, travel, { deadline: '4s' });
  expect(found).toMatchObject({ stoppedBy: 'deadline', successCount: 3 });
  expect((found as { results: unknown[] }).results[3]).toMatchObject({
    error: { kind: 'timedOut', name: 'DeadlineExceededError' },
  });
});

test.each(ways)('a task has its own timeout, travelling %s', async (travel) => {
  const list = [...items(3), { id: 'slow', ms: 20_000 }];
  const found = await on.run('calling', list, travel, { taskTimeout: '3s' });
  expect(found).toMatchObject({ stoppedBy: 'allSettled', successCount: 3 });
  expect((found as { results: unknown[] }).results[3]).toMatchObject({
    error: { kind: 'timedOut', name: 'TaskTimeoutError' },
  });
});

test.each(ways)('one call is cancelled and the others go on, travelling %s', async (travel) => {
  const list = [
    { id: 0, ms: 1000 },
    { id: 1, ms: 500 },
  ];
  const [first, second] = (await on.run('cancelling', list, travel)) as [unknown, unknown[]];
  expect([first, second[0]]).toEqual(['cancelled: true', 1]);
});

test.each([...ways, undefined])('all verbs and policies work, travelling %s', async (travel) => {
  expect(await on.run('verbs', items(6), travel)).toEqual([6, 6, 'until', 6, 6]);
});

test('an input that no message takes is the failure of its own task, which never started', async () => {
  const found = await on.run('swollen', 33_000_000);
  const failed = { error: { kind: 'notStarted', name: 'InputTooLarge' } };
  expect(found).toMatchObject({ successCount: 2, results: [{}, failed, {}] });
});

test.each(['pack', 'local'])(
  'a straggler holds up no other, nor what depends on the others, travelling %s',
  async (travel) => {
    expect(await on.run('waitingForOthers', 5, travel)).toBe('5 had landed, then the straggler');
  },
);

test('few calls that the worker has seen to be fast need no activity, and a replay sends them so too', async () => {
  await on.run('calling', items(6), 'pack');
  await expect
    .poll(
      async () => {
        const handle = await on.start('calling', items(6));
        expect(await handle.result()).toMatchObject({ successCount: 6 });
        const { codePath } = inject('temporal');
        await Worker.runReplayHistory({ workflowBundle: { codePath } }, await handle.fetchHistory(), handle.workflowId);
        return kinds(handle.workflowId);
      },
      // On a busy machine one of the latest runs may have been slow.
      { timeout: 60_000 },
    )
    .toEqual({});
});

test('few fast calls go along with the question what the worker knows: a run of them is one marker', async () => {
  await on.run('calling', items(6), 'pack');
  const counts = async (): Promise<unknown> => {
    const handle = await on.start('catching', items(6));
    expect(await handle.result()).toHaveLength(6);
    const { events } = await handle.fetchHistory();
    const markers = (events ?? []).filter(
      (event) => event.markerRecordedEventAttributes?.markerName === 'core_local_activity',
    );
    return [await kinds(handle.workflowId), markers.length];
  };
  await expect.poll(counts, { timeout: 60_000 }).toEqual([{}, 1]);
});

test('a signal that makes the server refuse the end of a run makes no call in it run again', async () => {
  const wasRefused = async (): Promise<boolean> => {
    begun.length = 0;
    const handle = await on.start('endingAtOnce', [{ id: 0 }, { id: 1, held: true }], 'local');
    await expect.poll(() => begun.length, { interval: 2 }).toBe(2);
    // It lies there while the workflow's task, in which the calls run, is open.
    await handle.signal('any');
    release();
    expect(await handle.result()).toHaveLength(2);
    expect(begun).toEqual([0, 1]);
    const { events } = await handle.fetchHistory();
    return (events ?? []).some((event) => event.workflowTaskFailedEventAttributes);
  };
  // On a busy machine the task may be over before the signal is there.
  await expect.poll(wasRefused, { timeout: 30_000 }).toBe(true);
});

test('many fan-outs whose tasks are all called alike end, whatever those are called', async () => {
  expect(await on.run('sideBySide', 8, 40, ['1', '2', '3', 'pack-1', 'pack-1#2', 'a', 'a#2'])).toBe(320);
});

test('calls in a pack are beaten for no more often than each would be alone, and a large pack is missed in two seconds', async () => {
  const limits = async (count: number): Promise<number[]> => {
    const handle = await on.start('catching', items(count), 'pack');
    await handle.result();
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name === 'fanfold.runPack'
        ? [Number(scheduled.heartbeatTimeout?.seconds) * 1000 + Number(scheduled.heartbeatTimeout?.nanos) / 1e6]
        : [],
    );
  };
  // A worker beats three times in it, and a call alone every three seconds.
  expect(await limits(2)).toEqual([4500]);
  expect(await limits(3)).toEqual([3000]);
  expect(await limits(50)).toEqual([2000]);
});
