#!/usr/bin/env node
/**
 * How much of a limit of 6 at once is used by 1, 2 and 4 workers: `node bench/limits/fixed.mjs [--tasks 60] [--ms 500]`.
 * With DATABASE_URL each worker has a home of its own, else they share one; with TEMPORAL_ADDRESS on a server that is there.
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '60' },
    ms: { type: 'string', default: '500' },
    runs: { type: 'string', default: '3' },
    workers: { type: 'string', default: '1,2,4' },
    // What Temporal's SDK does by itself with 6 slots of one worker, as the measure of the machine.
    control: { type: 'boolean', default: false },
  },
});
const atOnce = 6;
const [tasks, ms, runs] = [Number(values.tasks), Number(values.ms), Number(values.runs)];

if (process.send) await one();
else await all();

/** A worker, which tells when each of its calls began and ended. */
async function one() {
  const { NativeConnection } = await import('@temporalio/worker');
  const { quietLogs } = await import('../../dist/cli/quiet-logs.js');
  const { createWorker } = await import('../../dist/worker.js');
  quietLogs();
  const rest = async () => {
    const began = Date.now();
    await sleep(ms);
    process.send({ began, ended: Date.now() });
  };
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
  const limits = { api: { concurrency: atOnce, adapt: false } };
  const worker = values.control
    ? await createWorker({ connection, activities: { rest }, worker: { maxConcurrentActivityTaskExecutions: atOnce } })
    : await createWorker({ connection, activities: { rest }, limits });
  process.once('SIGTERM', () => worker.shutdown());
  await worker.run();
  process.exit(0);
}

async function all() {
  const { FanfoldClient } = await import('../../dist/client.js');
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-bench-'));
  const server = await serverIn(folder);
  try {
    console.log(`${cpus().length} cores, ${process.env.DATABASE_URL ? 'PostgreSQL' : 'a file'}, load ${loadavg()[0]}`);
    for (const workers of values.workers.split(',').map(Number)) {
      const uses = [];
      for (let run = 0; run < runs; run++) uses.push(await measure(FanfoldClient, server.address, folder, workers));
      const shown = uses.map(({ used, most, tookMs }) => `${Math.round(used * 100)} % (${tookMs} ms, ${most} at once)`);
      console.log(`${workers} workers, ${tasks} × ${ms} ms at ${atOnce}: used ${shown.join(', ')}`);
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  process.exit(0);
}

async function serverIn(folder) {
  if (process.env.TEMPORAL_ADDRESS) return { address: process.env.TEMPORAL_ADDRESS, stop: async () => {} };
  const { findTemporal } = await import('../../dist/dev-server/binary.js');
  const { startServer } = await import('../../dist/dev-server/dev-server.js');
  const home = fileURLToPath(new URL('../../.fanfold', import.meta.url));
  const { path: binary } = await findTemporal({ home, onMessage: (text) => console.error(text) });
  return startServer({ binary, logFile: join(folder, 'server.log') });
}

async function measure(FanfoldClient, address, folder, workers) {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  const taskQueue = `bench-${Math.random().toString(36).slice(2, 8)}`;
  const calls = [];
  const started = Array.from({ length: workers }, (_, index) => {
    const own = process.env.DATABASE_URL ? join(home, `${taskQueue}-${index}`) : home;
    const env = { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: own, FANFOLD_TASK_QUEUE: taskQueue };
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), { env, cwd: home });
    child.on('message', (call) => calls.push(call));
    return child;
  });
  process.env.FANFOLD_HOME = home;
  const connected = await FanfoldClient.connect({ address });
  const fanfold = new FanfoldClient({ client: connected.temporal, taskQueue });
  const served = async () => (await fanfold.limits()).find(({ name }) => name === 'api')?.processes ?? 0;
  while (!values.control && (await served()) < workers) await sleep(100);
  // Their shares are even after another look.
  await sleep(2500);
  const list = Array.from({ length: tasks }, (_, id) => ({ id: `t${id}`, activity: 'rest', input: null }));
  const options = values.control ? { granularity: 'task' } : { limit: 'api' };
  const { fanIn } = await fanfold.run('tasks', { tasks: list, options });
  if (fanIn?.successCount !== tasks) throw new Error(`Of ${tasks} tasks ${fanIn?.successCount} succeeded`);
  for (const child of started) child.kill('SIGKILL');
  await connected.close();
  const tookMs = Math.max(...calls.map(({ ended }) => ended)) - Math.min(...calls.map(({ began }) => began));
  const most = Math.max(...calls.map(({ began }) => calls.filter((o) => o.began <= began && o.ended > began).length));
  return { used: (tasks * ms) / atOnce / tookMs, most, tookMs };
}
