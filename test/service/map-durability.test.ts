import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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

test('thirty thousand tasks outlive three killed workers: each has one result, in its place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-map-crash-'));
  const taskQueue = `map-crash-${folder.slice(-6)}`;
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: inject('temporal').address,
    FANFOLD_HOME: folder,
    FANFOLD_TASK_QUEUE: taskQueue,
  };
  const work = (): ChildProcess => {
    const worker = spawn(process.execPath, [main, 'worker', '--demo'], { env, stdio: 'ignore' });
    workers.push(worker);
    return worker;
  };
  const client = new Client({ connection: await Connection.connect({ address: inject('temporal').address }) });
  const fanfold = new FanfoldClient({ client, taskQueue, store: fileStore(join(folder, 'store')) });
  let worker = work();
  const total = 30_000;
  const items = Array.from({ length: total }, (_, value) => ({ ms: 20, value }));
  const { runId } = await fanfold.map('wait', items, { options: { granularity: 2000, concurrency: 200, attempts: 1 } });
  for (const share of [0.1, 0.4, 0.7]) {
    await eventually(async () => {
      const [progress] = (await fanfold.progress(runId)) ?? [];
      return progress && progress.succeeded >= share * total ? true : undefined;
    });
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    worker = work();
  }
  expect((await fanfold.result(runId)).fanIn).toMatchObject({ successCount: total, failureCount: 0 });
  let next = 0;
  for await (const result of fanfold.results(runId)) {
    if (!result.success || result.result !== next) throw new Error(`At ${next}: ${JSON.stringify(result)}`);
    next++;
  }
  expect(next).toBe(total);
});
