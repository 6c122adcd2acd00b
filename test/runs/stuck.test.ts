/** Whether a run waits for somebody who is not there, by what the server says of its activities and their queues. */
import type { Client } from '@temporalio/client';
import { defaultFailureConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { expect, test } from 'vitest';
import proto from '../../src/packages/temporal-proto.ts';
import { limitQueue } from '../../src/limits/learned/settings.ts';
import { isServed, type AskedQueues } from '../../src/runs/pollers.ts';
import { commandQueue } from '../../src/runs/run-queue.ts';
import { stuckOf } from '../../src/runs/stuck.ts';

const { PENDING_ACTIVITY_STATE_SCHEDULED: scheduled, PENDING_ACTIVITY_STATE_STARTED: started } =
  proto.temporal.api.enums.v1.PendingActivityState;
const ofWorkflows: number = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW;
const agoMs = (ms: number): object => ({ seconds: Math.floor((Date.now() - ms) / 1000), nanos: 0 });
const minute = 60_000;

/** As one that an application has; each byte is turned over. */
const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff);
const turn = async (payloads: Payload[]): Promise<Payload[]> =>
  payloads.map(({ metadata, data }) => ({ metadata: { ...metadata }, data: turned(data ?? Buffer.from('')) }));

interface Server {
  readonly decode?: (payloads: Payload[]) => Promise<Payload[]>;
  readonly polled?: (queue: string) => boolean;
}

/** Of a server on which somebody polls `served` and nobody anything else. */
function clientOf({ decode = turn, polled = (queue) => queue === 'served' }: Server = {}): Client {
  const loadedDataConverter = {
    payloadConverter: defaultPayloadConverter,
    failureConverter: defaultFailureConverter,
    payloadCodecs: [{ encode: turn, decode }],
  };
  const describeTaskQueue = async ({ taskQueue }: { taskQueue: { name: string } }): Promise<object> => ({
    pollers: polled(taskQueue.name) ? [{ identity: 'one', lastAccessTime: agoMs(1000) }] : [],
  });
  return { options: { namespace: 'default', loadedDataConverter }, workflowService: { describeTaskQueue } } as never;
}

interface Waits {
  readonly queue: string;
  readonly state?: number;
  readonly attempt?: number;
  readonly sinceMs?: number;
  readonly nextMs?: number;
  /** Why its last attempt failed, by an error of the type that the SDK's worker has for an activity that it lacks. */
  readonly failed?: string;
  /** Whether a codec has encoded that. */
  readonly isEncoded?: boolean;
}

const lacking = 'Activity function look is not registered on this Worker, available activities: ["other"]';

function failureOf({ failed, isEncoded = false }: Pick<Waits, 'failed' | 'isEncoded'>): object | undefined {
  if (failed === undefined) return undefined;
  const applicationFailureInfo = { type: 'NotFoundError' };
  if (!isEncoded) return { message: failed, applicationFailureInfo };
  const data = turned(Buffer.from(JSON.stringify({ message: failed, stack_trace: '' })));
  const encodedAttributes = { metadata: { encoding: Buffer.from('json/plain') }, data };
  return { message: 'Encoded failure', encodedAttributes, applicationFailureInfo };
}

function pendingOf(activities: readonly Waits[]): object[] {
  return activities.map(({ queue, state = scheduled, attempt = 1, sinceMs = minute, nextMs, ...how }) => ({
    state,
    attempt,
    activityType: { name: 'look' },
    lastFailure: failureOf(how),
    scheduledTime: agoMs(sinceMs),
    lastStartedTime: agoMs(sinceMs),
    activityOptions: { taskQueue: { name: queue } },
    ...(nextMs === undefined ? {} : { nextAttemptScheduleTime: agoMs(nextMs) }),
  }));
}

function stuck(...activities: readonly Waits[]): ReturnType<typeof stuckOf> {
  return stuckOf(clientOf(), { workflowId: 'w', runId: 'r', raw: { pendingActivities: pendingOf(activities) } });
}

test.each<[what: string, ...activities: Waits[]]>([
  ['an activity that nobody has taken', { queue: 'gone' }],
  ['one that was given back to its queue, or whose worker died', { queue: 'gone', attempt: 7 }],
  ['one whose next attempt was due a while ago', { queue: 'gone', attempt: 2, sinceMs: 2 * minute, nextMs: minute }],
  ['one beside others that are taken', { queue: 'served' }, { queue: 'served', state: started }, { queue: 'gone' }],
  ['one beside another whose worker was last heard of long ago', { queue: 'gone' }, { queue: 'gone', state: started }],
])('%s, on a queue that nobody polls, cannot go on', async (_what, ...activities) => {
  expect(await stuck(...activities)).toMatchObject({
    reason: 'noWorker',
    message: expect.stringContaining("'gone'"),
    since: expect.any(Number),
  });
});

test('what a command did that has ended is gone on with by who follows its run, and not by a worker that stays', async () => {
  const queue = commandQueue('shop', { home: '/home/ada/.fanfold', settingsFile: undefined });
  for (const waits of [queue, limitQueue(queue, 'openai')]) {
    const { message } = (await stuck({ queue: waits })) ?? {};
    expect(message).toContain('`fanfold watch` with its id');
    expect(message).not.toContain('start one');
  }
});

test('a worker all of whose slots are taken asks for workflow tasks alone, and is there all the same', async () => {
  const describeTaskQueue = async ({ taskQueueType }: { taskQueueType: number }): Promise<object> => ({
    pollers: taskQueueType === ofWorkflows ? [{ identity: 'one', lastAccessTime: agoMs(1000) }] : [],
  });
  const client = { options: { namespace: 'default' }, workflowService: { describeTaskQueue } } as never;
  expect(await isServed(client, 'busy', 'runs')).toBe(true);
});

test.each<[what: string, ...activities: Waits[]]>([
  ['one that runs', { queue: 'gone', state: started }],
  ['one that has only just begun to wait', { queue: 'gone', sinceMs: 1000 }],
  ['one whose next attempt is not due yet', { queue: 'gone', attempt: 2, nextMs: -minute }],
  ['one that somebody will take', { queue: 'served', attempt: 3 }],
  ['one beside another of its queue that runs', { queue: 'gone' }, { queue: 'gone', state: started, sinceMs: 1000 }],
])('%s can', async (_what, ...activities) => {
  expect(await stuck(...activities)).toBeUndefined();
});

test.each([false, true])(
  'one that no worker has which took it cannot, where a codec encodes failures: %s',
  async (isEncoded) => {
    const waits = { queue: 'served', attempt: 4, failed: lacking, isEncoded };
    expect(await stuck({ queue: 'served' }, waits)).toMatchObject({
      reason: 'noWorker',
      attempts: 4,
      message: expect.stringContaining("activity 'look'"),
    });
    expect(await stuck({ ...waits, attempt: 3 })).toBeUndefined();
  },
);

test.each<[what: string, ...activities: Waits[]]>([
  ['one that runs by now, on a worker that has it', { queue: 'served', state: started, attempt: 9, failed: lacking }],
  ['one beside others that run', { queue: 'served', attempt: 9, failed: lacking }, { queue: 'served', state: started }],
  ['one that found nothing', { queue: 'served', attempt: 9, failed: 'No such order' }],
  [
    'one that found nothing, as a codec has it',
    { queue: 'served', attempt: 9, failed: 'No such order', isEncoded: true },
  ],
])('%s is not said to be one that no worker has', async (_what, ...activities) => {
  expect(await stuck(...activities)).toBeUndefined();
});

test('where why it failed cannot be decoded, nothing is said of it', async () => {
  const without = clientOf({ decode: () => Promise.reject(new Error('no key')) });
  const pendingActivities = pendingOf([{ queue: 'served', attempt: 9, failed: lacking, isEncoded: true }]);
  expect(await stuckOf(without, { workflowId: 'w', runId: 'r', raw: { pendingActivities } })).toBeUndefined();
});

test('who looks at many runs asks of each queue once', async () => {
  const polls: string[] = [];
  const client = clientOf({ polled: (queue) => polls.push(queue) === 0 });
  const asked: AskedQueues = new Map();
  const look = async (_run: unknown, at: number): ReturnType<typeof stuckOf> => {
    const pendingActivities = pendingOf([{ queue: at % 2 === 0 ? 'one' : 'other' }]);
    return stuckOf(client, { workflowId: `w${at}`, runId: 'r', raw: { pendingActivities } }, asked);
  };
  const found = await Promise.all(Array.from({ length: 50 }, look));
  expect(found.map((each) => each?.reason)).toEqual(Array<string>(50).fill('noWorker'));
  // For activities, and as nobody takes those, for workflow tasks.
  expect(polls).toEqual(['one', 'other', 'one', 'other']);
});
