/** What the server had given out to a process that died, and no journal has: not begun there, or ended and not delivered. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompleteAsyncError, Context } from '@temporalio/activity';
import { NativeConnection } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { createWorker } from '../../src/worker.ts';
import { stage } from '../support/temporal.ts';

const died = 'The worker process that ran it died';

/** Its first attempt is one of which nothing more is heard. */
function act({ id }: { id: string }): unknown {
  const { info, cancelled } = Context.current();
  if (id === 'elsewhere') throw new CompleteAsyncError();
  return info.attempt === 1 ? cancelled : info.attempt;
}

const activities = { act, twice: (value: unknown) => value };
const here = stage(activities);

async function pidOfTheDead(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('they are tried again as soon as another process of the machine looks, and what somebody else completes is not', async () => {
  const pid = await pidOfTheDead();
  const { address, codePath } = inject('temporal');
  const connection = await NativeConnection.connect({ address });
  const taskQueue = `${here.taskQueue}-dead`;
  const worker = { workflowBundle: { codePath }, identity: `${pid}@${hostname()}`, shutdownGraceTime: 0 };
  // It stands for the process that died: the server knows it by the number of that one.
  const dead = await createWorker({ connection, taskQueue, activities, agents: [], worker });
  const running = dead.run();
  const home = mkdtempSync(join(tmpdir(), 'fanfold-orphans-'));
  const handle = await here.client.workflow.start('calling', {
    taskQueue,
    workflowId: taskQueue,
    args: [[{ id: 'lost' }, { id: 'elsewhere' }], 'alone', {}, { heartbeatTimeout: '40s' }],
    workflowExecutionTimeout: '50s',
  });
  const pending = async () => (await handle.describe()).raw.pendingActivities ?? [];
  await expect.poll(async () => (await pending()).filter(({ lastWorkerIdentity: by }) => by).length).toBe(2);
  const run = { namespace: 'default', workflowId: taskQueue, runId: handle.firstExecutionRunId };
  mkdirSync(join(home, 'workers'));
  const journal = [{ run: true, ...run }, { left: `${run.runId}/item-elsewhere` }].map((line) => JSON.stringify(line));
  writeFileSync(join(home, 'workers', `${encodeURIComponent(hostname())}~${pid}~then.in-flight`), journal.join('\n'));
  const successor = await createWorker({
    connection,
    taskQueue: here.taskQueue,
    home,
    agents: [],
    worker: { workflowBundle: { codePath } },
  });
  const serving = successor.run();
  await expect
    .poll(async () => (await pending()).find(({ activityId }) => activityId === 'item-lost')?.attempt ?? 2, {
      timeout: 8000,
    })
    .toBe(2);
  const elsewhere = (await pending()).find(({ activityId }) => activityId === 'item-elsewhere');
  expect(elsewhere).toMatchObject({ attempt: 1, state: 2 });
  await handle.terminate();
  const { events } = await handle.fetchHistory();
  const failures = (events ?? []).flatMap(
    ({ activityTaskStartedEventAttributes: started }) => started?.lastFailure?.message ?? [],
  );
  expect(failures).toContain(died);
  for (const each of [dead, successor]) each.shutdown();
  await Promise.all([running, serving]);
});
