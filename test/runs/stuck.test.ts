/** Whether a run waits for somebody who is not there, by what the server says of its activities and their queues. */
import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import proto from '../../src/packages/temporal-proto.ts';
import { stuckOf } from '../../src/runs/stuck.ts';

const { PENDING_ACTIVITY_STATE_SCHEDULED: scheduled, PENDING_ACTIVITY_STATE_STARTED: started } =
  proto.temporal.api.enums.v1.PendingActivityState;
const agoMs = (ms: number): object => ({ seconds: Math.floor((Date.now() - ms) / 1000), nanos: 0 });
const minute = 60_000;

/** A server on which somebody polls `served` and nobody anything else. */
const client = {
  options: { namespace: 'default' },
  workflowService: {
    describeTaskQueue: async ({ taskQueue }: { taskQueue: { name: string } }) => ({
      pollers: taskQueue.name === 'served' ? [{ identity: 'one', lastAccessTime: agoMs(1000) }] : [],
    }),
  },
} as never as Client;

interface Waits {
  readonly queue: string;
  readonly state?: number;
  readonly attempt?: number;
  readonly sinceMs?: number;
  readonly nextMs?: number;
}

function stuck(...activities: readonly Waits[]): ReturnType<typeof stuckOf> {
  const pendingActivities = activities.map(({ queue, state = scheduled, attempt = 1, sinceMs = minute, nextMs }) => ({
    state,
    attempt,
    scheduledTime: agoMs(sinceMs),
    activityOptions: { taskQueue: { name: queue } },
    ...(nextMs === undefined ? {} : { nextAttemptScheduleTime: agoMs(nextMs) }),
  }));
  return stuckOf(client, { workflowId: 'w', runId: 'r', raw: { pendingActivities } });
}

test.each<[what: string, ...activities: Waits[]]>([
  ['an activity that nobody has taken', { queue: 'gone' }],
  ['one that was given back to its queue, or whose worker died', { queue: 'gone', attempt: 7 }],
  ['one whose next attempt was due a while ago', { queue: 'gone', attempt: 2, sinceMs: 2 * minute, nextMs: minute }],
  ['one beside others that are taken', { queue: 'served' }, { queue: 'served', state: started }, { queue: 'gone' }],
])('%s, on a queue that nobody polls, cannot go on', async (_what, ...activities) => {
  expect(await stuck(...activities)).toMatchObject({
    reason: 'noWorker',
    message: expect.stringContaining("'gone'"),
    since: expect.any(Number),
  });
});

test.each<[what: string, ...activities: Waits[]]>([
  ['one that runs', { queue: 'gone', state: started }],
  ['one that has only just begun to wait', { queue: 'gone', sinceMs: 1000 }],
  ['one whose next attempt is not due yet', { queue: 'gone', attempt: 2, nextMs: -minute }],
  ['one that somebody will take', { queue: 'served', attempt: 3 }],
])('%s can', async (_what, ...activities) => {
  expect(await stuck(...activities)).toBeUndefined();
});
