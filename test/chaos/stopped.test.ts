/** A worker that is stopped for seconds and goes on, as when its machine is paused. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { fileStore } from '../../src/store/files.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const workers: ChildProcess[] = [];

afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill('SIGKILL');
});

test(
  'a stop while the first tasks run does not make quick tasks slow ones: none becomes an activity of its own',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fanfold-stopped-'));
    const { address } = inject('temporal');
    const taskQueue = `stopped-${folder.slice(-6)}`;
    const env = { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: folder, FANFOLD_TASK_QUEUE: taskQueue };
    const worker = spawn(process.execPath, [main, 'worker', '--demo'], { env, stdio: 'ignore' });
    workers.push(worker);
    const client = new Client({ connection: await Connection.connect({ address }) });
    const fanfold = new FanfoldClient({ client, taskQueue, store: fileStore(join(folder, 'store')) });
    const total = 2865;
    // The first ones are in flight long enough to be stopped, and quick on a busy machine too.
    const items = Array.from({ length: total }, (_, value) => ({ ms: value < 10 ? 250 : 1, value }));
    const { runId } = await fanfold.map('wait', items);
    const run = client.workflow.getHandle(runId);
    const attemptOfUnit = async (): Promise<number | undefined> => {
      const { raw } = await run.describe();
      return raw.pendingActivities?.find(
        ({ activityId, lastStartedTime }) => activityId === 'unit-0' && lastStartedTime,
      )?.attempt as number | undefined;
    };
    while ((await attemptOfUnit()) === undefined);
    worker.kill('SIGSTOP');
    // Until the server has missed its heartbeats.
    await eventually(async () => ((await attemptOfUnit()) ?? 1) > 1 || undefined);
    worker.kill('SIGCONT');
    const view = await eventually(async () => {
      const now = await fanfold.get(runId);
      return now.status === 'running' ? undefined : now;
    });
    expect(view.fanIn).toMatchObject({ successCount: total, failureCount: 0 });
    // Whatever the attempt that was stopped has written since, each task has its own result.
    let at = 0;
    for await (const result of fanfold.results(runId)) {
      if (!result.success) expect(result).toMatchObject({ success: true });
      at++;
    }
    expect(at).toBe(total);
    const { events } = await run.fetchHistory();
    expect(events?.filter((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)).toEqual([]);
  },
);
