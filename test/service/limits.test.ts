/** Real worker processes against a real server with a quota that nobody tells them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import type { LimitSettings } from '../../src/limits/learned/settings.ts';
import { limitQueue } from '../../src/limits/learned/settings.ts';
import { limitTable } from '../../src/limits/table.ts';
import { readLimits, type LimitView } from '../../src/limits/view.ts';
import { startQuotaServer, type Quota, type QuotaServer } from '../support/quota-server.ts';
import { eventually } from '../support/temporal.ts';

const script = fileURLToPath(new URL('../support/limited-worker.mjs', import.meta.url));
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

interface Place {
  readonly api: QuotaServer;
  readonly fanfold: FanfoldClient;
  readonly startWorker: () => ChildProcess;
  readonly look: () => Promise<LimitView>;
}

async function place(quota: Quota, settings: LimitSettings): Promise<Place> {
  const { address } = inject('temporal');
  const api = await startQuotaServer(quota);
  open.push(api.close);
  const home = await mkdtemp(join(tmpdir(), 'fanfold-limits-'));
  const limits = { api: settings };
  await writeFile(join(home, 'fanfold.config.json'), JSON.stringify({ limits }));
  const taskQueue = `limits-${home.slice(-6)}`;
  const environment = {
    TEMPORAL_ADDRESS: address,
    FANFOLD_HOME: home,
    FANFOLD_TASK_QUEUE: taskQueue,
    QUOTA_URL: api.url,
  };
  const client = new Client({ connection: await Connection.connect({ address }) });
  const table = limitTable(home, undefined);
  return {
    api,
    fanfold: new FanfoldClient({ client, taskQueue }),
    startWorker() {
      const worker = spawn(process.execPath, [script], {
        cwd: home,
        env: { ...process.env, ...environment },
        stdio: 'ignore',
      });
      open.push(() => worker.kill('SIGKILL'));
      return worker;
    },
    async look() {
      const [view] = await readLimits(client, taskQueue, limits, table);
      if (!view) throw new Error(`There is no limit at ${limitQueue(taskQueue, 'api')}`);
      return view;
    },
  };
}

const tasks = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `t${index}`, activity: 'ask', input: `t${index}` }));
const served = ({ seen }: QuotaServer): number => seen.filter((each) => each.served).length;

test('three processes never have more calls in flight than the limit, also when one is killed', async () => {
  const quota = { perSecond: 10_000, burst: 10_000, latencyMs: 120, tells: false };
  const { api, fanfold, startWorker, look } = await place(quota, { concurrency: 5, adapt: false });
  const [first] = [startWorker(), startWorker(), startWorker()];
  await eventually(async () => ((await look()).processes === 3 ? true : undefined));
  const { runId } = await fanfold.start('tasks', { tasks: tasks(200), options: { limit: 'api', attempts: 5 } });
  await eventually(() => (served(api) > 60 ? true : undefined));
  first?.kill('SIGKILL');
  const { fanIn } = await fanfold.result(runId);
  expect(fanIn).toMatchObject({ successCount: 200, failureCount: 0 });
  expect(api.mostAtOnce()).toBe(5);
  await eventually(async () => ((await look()).processes === 2 ? true : undefined));
});

test('an untold quota is found and kept, through an outage, and no task fails', async () => {
  const quota = { perSecond: 30, burst: 15, latencyMs: 60, tells: true };
  const { api, fanfold, startWorker, look } = await place(quota, {});
  startWorker();
  await eventually(async () => ((await look()).processes === 1 ? true : undefined));
  const { runId } = await fanfold.start('tasks', { tasks: tasks(380), options: { limit: 'api' } });
  await eventually(() => (served(api) > 200 ? true : undefined));
  const settled = await look();
  quota.perSecond = 0;
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const waiting = await fanfold.get(runId);
  quota.perSecond = 30;
  const { fanIn } = await fanfold.result(runId);
  expect(fanIn).toMatchObject({ successCount: 380, failureCount: 0 });
  expect(settled.perSecond).toBeGreaterThan(15);
  expect(settled.perSecond).toBeLessThan(60);
  expect(settled.queued).toBeGreaterThan(0);
  const reasons = waiting.progress?.[0]?.tasks.flatMap(({ waitingFor }) => waitingFor?.why ?? []);
  expect(reasons).toContain('queued');
  const refused = api.seen.filter((each) => !each.served).length;
  expect(refused / api.seen.length).toBeLessThan(0.3);
});
