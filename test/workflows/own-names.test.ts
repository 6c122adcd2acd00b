/** What fanfold's own activities are called in a run: as the run began, also where the worker is a newer one by now. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { createWorker, demoPart, type FanfoldWorker } from '../../src/worker.ts';
import { eventually, quietLogs } from '../support/temporal.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-names-'));
delete process.env['DATABASE_URL'];
delete process.env['OPENAI_BASE_URL'];
const { address, codePath } = inject('temporal');
let connection: NativeConnection;
let client: Client;

beforeAll(async () => {
  quietLogs();
  connection = await NativeConnection.connect({ address });
  client = new Client({ connection: await Connection.connect({ address }) });
});
afterAll(() => connection.close());

/** As a worker did from before there were prefixes, and support was an agent like any other: it begins no run with them. */
const before: Partial<WorkerOptions> = {
  patchActivationCallback: ({ patchId }) => !['fanfold.names', 'support-is-an-agent'].includes(patchId),
};

const workerAt = (taskQueue: string, worker: Partial<WorkerOptions> = {}): Promise<FanfoldWorker> =>
  createWorker({
    connection,
    taskQueue,
    home,
    parts: [demoPart()],
    worker: { ...worker, workflowBundle: { codePath }, shutdownGraceTime: '100ms' },
  });

async function namesIn(workflowId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const names = (events ?? []).flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
    const markers = Object.values(event.markerRecordedEventAttributes?.details ?? {});
    const local = markers
      .flatMap(({ payloads }) => payloads ?? [])
      .map(({ data }) => Buffer.from(data ?? []).toString());
    return [
      ...(scheduled ? [scheduled] : []),
      ...local.flatMap((text) => /"activity_type":"([^"]+)"/.exec(text)?.[1] ?? []),
    ];
  });
  return [...new Set(names)].toSorted();
}

async function patchesIn(workflowId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => event.markerRecordedEventAttributes?.markerName === 'core_patch').length;
}

test('a run that waits while its worker is replaced by a newer one goes on by the names that it began with', async () => {
  const taskQueue = `names-${randomUUID().slice(0, 8)}`;
  const fanfold = new FanfoldClient({ client, taskQueue });
  const input = { message: 'Refund the double charge of order 1042', customer: 7 };
  const old = await workerAt(taskQueue, before);
  const { runId } = await old.runUntil(async () => {
    const started = await fanfold.start('support', input);
    await eventually(async () => (await fanfold.get(started.runId)).approvals);
    return started;
  });
  const now = await workerAt(taskQueue);
  await now.runUntil(async () => {
    await fanfold.say(runId, 'approve', { callId: 'refund-P-10422', by: 'Ada' });
    expect((await fanfold.result(runId)).status).toBe('completed');
    expect(await namesIn(runId)).toEqual([
      'checkAction',
      'classifyRequest',
      'executeAction',
      'knownActivities',
      'lookUp',
      'nextTurn',
      'verifyAction',
    ]);
  });
});

test('a run that begins now names them with the prefix and has one marker for it', async () => {
  const taskQueue = `names-${randomUUID().slice(0, 8)}`;
  const fanfold = new FanfoldClient({ client, taskQueue });
  const worker = await workerAt(taskQueue);
  await worker.runUntil(async () => {
    const tasks = [1, 2, 3].map((each) => ({ id: `${each}`, activity: 'echo', input: each }));
    const run = await fanfold.run('tasks', { tasks, options: { granularity: 2 } });
    expect(await namesIn(run.runId)).toEqual(['fanfold.knownActivities', 'fanfold.runPack']);
    expect(await patchesIn(run.runId)).toBe(1);
    const asked = await fanfold.run('support', { message: 'Where is my order 1042?', customer: 7 });
    // An agent's are those of its own name.
    const steps = ['classifyRequest', 'lookUp', 'nextTurn', 'terms'].map((name) => `support.${name}`);
    expect(await namesIn(asked.runId)).toEqual(['fanfold.knownActivities', ...steps]);
  });
});
