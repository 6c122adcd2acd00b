/** What is said of tasks whose activity died for good, where what it had kept in the store can or cannot be read. */
import { ActivityFailure, RetryState, TimeoutFailure, TimeoutType } from '@temporalio/common';
import { expect, test, vi } from 'vitest';
import { lastReported } from '../../src/workflows/travel/last-reported.ts';

const { recoverPack } = vi.hoisted(() => ({ recoverPack: vi.fn<(options: object, args: object[]) => unknown>() }));
vi.mock('../../src/workflows/own-activities.ts', () => ({
  ownActivities: () => ({
    recoverPack: { executeWithOptions: async (options: object, args: object[]) => recoverPack(options, args) },
  }),
}));

const one = { id: 'one', success: true, result: 1, durationMs: 1, attempts: 1, startedAt: 0 } as const;
const two = { ...one, id: 'two', result: 2 };

function died(spills: number): ActivityFailure {
  const last = { spills, recent: [[0, 0, JSON.stringify(one)]] };
  const cause = new TimeoutFailure('activity Heartbeat timeout', last, TimeoutType.HEARTBEAT);
  return new ActivityFailure('Activity task timed out', 'runPack', 'pack-1', RetryState.TIMEOUT, 'worker', cause);
}

test('where all that was kept can be read, the other tasks are lost by what the activity died of', async () => {
  const whole = died(0);
  expect(await lastReported(whole, 'pack-1')).toEqual({ results: [one], lost: whole });
  for (const found of [[one, two], { results: [one, two] }]) {
    recoverPack.mockReturnValueOnce(found);
    const spilled = died(1);
    expect(await lastReported(spilled, 'pack-1')).toEqual({ results: [one, two], lost: spilled });
  }
});

test('where the store cannot be read, no other task is said to have failed: what became of it is not known', async () => {
  recoverPack.mockImplementationOnce(() => {
    throw new Error('EACCES: the store cannot be opened');
  });
  expect(await lastReported(died(1), 'pack-1')).toMatchObject({
    results: [one],
    lost: { type: 'ResultsLost', nonRetryable: true, message: expect.stringContaining('is not known') },
  });
});

test('where a part of it is damaged, the rest is read and the part is named', async () => {
  recoverPack.mockReturnValueOnce({ results: [two], unread: 'the first is packs/1-000000.json' });
  const { results, lost } = await lastReported(died(2), 'pack-1');
  expect(results).toEqual([two]);
  expect(lost).toMatchObject({
    type: 'ResultsLost',
    message: expect.stringMatching(/activity Heartbeat timeout.*packs\/1-000000\.json/),
  });
});
