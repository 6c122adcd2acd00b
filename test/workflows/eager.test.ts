/** A run that a client begins on the connection of a worker needs no worker to ask for it. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { startsEagerly } from '../../src/runs/eager.ts';
import { createWorker } from '../../src/worker.ts';

const input = { tasks: [{ id: 'a', activity: 'echo', input: 7 }] };

test('the first workflow task comes with the answer to the start, also where only the starter shares the connection', async () => {
  const { address } = inject('temporal');
  const taskQueue = `eager-${randomUUID().slice(0, 8)}`;
  const connection = await NativeConnection.connect({ address });
  const worker = await createWorker({ connection, taskQueue, activities: { echo: async (given: unknown) => given } });
  const native = new Client({ connection });
  const plain = new Client({ connection: await Connection.connect({ address }) });
  const own = new FanfoldClient({ client: native, taskQueue });
  const helped = new FanfoldClient({ client: plain, taskQueue });
  helped.servedBy(worker, native);
  const alone = new FanfoldClient({ client: plain, taskQueue });
  await worker.runUntil(async () => {
    // The worker is not yet there for the first start of all, as its queue is registered when it polls.
    await alone.run('tasks', input);
    for (const [client, isEager] of [
      [own, true],
      [helped, true],
      [alone, false],
    ] as const) {
      const { runId } = await client.start('tasks', input);
      expect(await client.result(runId)).toMatchObject({ status: 'completed', fanIn: { successCount: 1 } });
      const { events } = await native.workflow.getHandle(runId).fetchHistory();
      const [started] = events?.flatMap((event) => event.workflowExecutionStartedEventAttributes ?? []) ?? [];
      expect(started?.eagerExecutionAccepted).toBe(isEager);
    }
  });
});

test('only a connection that workers share takes an eager start', async () => {
  const { address } = inject('temporal');
  const [native, plain] = [await NativeConnection.connect({ address }), await Connection.connect({ address })];
  expect([startsEagerly(native), startsEagerly(plain)]).toEqual([true, false]);
  await Promise.all([native.close(), plain.close()]);
});
