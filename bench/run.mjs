/**
 * Makespan and throughput beside plain `Promise.allSettled`, in one run, on a server of its own.
 * `--json` prints JSON lines, `--memory` takes the in-memory server, `--runs N` the runs a median is of (default 3).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
} from '@temporalio/worker';
import { findTemporal } from '../dist/server/binary.js';
import { startServer } from '../dist/server/embedded.js';
import { createWorker } from '../dist/worker.js';

const { values: asked } = parseArgs({
  options: { json: { type: 'boolean' }, memory: { type: 'boolean' }, runs: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const runs = Number(asked.runs);
const taskQueue = 'bench';

function say(row, text) {
  console.log(asked.json ? JSON.stringify(row) : text);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function timed(client, type, args) {
  const startedAt = performance.now();
  const result = await client.workflow.execute(type, { taskQueue, workflowId: `${type}-${performance.now()}`, args });
  return { ms: performance.now() - startedAt, result };
}

async function measure(client, type, args) {
  const all = [];
  for (let run = 0; run < runs; run++) all.push((await timed(client, type, args)).ms);
  return median(all);
}

async function compare(client, count, ms) {
  // By turns, so that what else the machine does hits both alike.
  const plain = [];
  const own = [];
  for (let run = 0; run < runs; run++) {
    plain.push((await timed(client, 'allSettled', [count, ms])).ms);
    own.push((await timed(client, 'gathered', [count, ms])).ms);
  }
  const [theirs, ours] = [median(plain), median(own)];
  const row = {
    bench: 'makespan',
    tasks: count,
    taskMs: ms,
    gatherMs: ours,
    allSettledMs: theirs,
    ratio: ours / theirs,
    tasksPerSecond: (count / ours) * 1000,
  };
  say(
    row,
    `${String(count).padStart(6)} × ${ms} ms   gather ${ours.toFixed(0).padStart(6)} ms (${row.tasksPerSecond.toFixed(0)}/s)   allSettled ${theirs.toFixed(0).padStart(6)} ms   ratio ${row.ratio.toFixed(2)}`,
  );
}

async function packs(client, count, ms) {
  const makespan = await measure(client, 'packed', [count, ms]);
  const row = {
    bench: 'packs',
    tasks: count,
    taskMs: ms,
    packsMs: makespan,
    tasksPerSecond: (count / makespan) * 1000,
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
  say(
    row,
    `${String(count).padStart(6)} × ${ms} ms   packs  ${makespan.toFixed(0).padStart(6)} ms (${row.tasksPerSecond.toFixed(0)}/s)   RSS ${row.rssMiB} MiB`,
  );
}

/** The slowest of a hundred runs, with backups and without, by turns. */
async function hedging(client) {
  const samples = { plain: [], hedged: [] };
  let attempts = 0;
  const rounds = runs;
  for (let round = 0; round < rounds; round++) {
    samples.plain.push((await timed(client, 'stragglers', [100, null])).ms);
    const { ms, result } = await timed(client, 'stragglers', [100, { percentile: 90 }]);
    samples.hedged.push(ms);
    attempts += result.attempts;
  }
  const [plain, hedged] = [Math.max(...samples.plain), Math.max(...samples.hedged)];
  const extra = attempts / (rounds * 100) - 1;
  say(
    {
      bench: 'hedge',
      tasks: 100,
      slowShare: 0.02,
      rounds,
      worstPlainMs: plain,
      worstHedgedMs: hedged,
      gain: plain / hedged,
      extraCalls: extra,
    },
    `hedging 100 tasks, 2 first attempts of which take 10 s, worst of ${rounds}: ${plain.toFixed(0)} ms without, ${hedged.toFixed(0)} ms with, ${(extra * 100).toFixed(1)} % extra calls`,
  );
}

async function bench(client) {
  await timed(client, 'gathered', [50, 0]);
  const empty = await measure(client, 'empty', []);
  say({ bench: 'empty', ms: empty }, `empty workflow ${empty.toFixed(1)} ms`);
  for (const ms of [0, 50]) for (const count of [5, 50, 500]) await compare(client, count, ms);
  for (const ms of [0, 50]) for (const count of [500, 5000, 50_000]) await packs(client, count, ms);
  await hedging(client);
  const { ms, result } = await timed(client, 'straggler', [20, '1s']);
  say(
    { bench: 'deadline', deadlineMs: 1000, returnedMs: ms, ...result },
    `deadline 1000 ms: back after ${ms.toFixed(0)} ms with ${result.successes} of 20, cut: ${result.failed.join(', ')}`,
  );
}

const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
const folder = await mkdtemp(join(tmpdir(), 'fanfold-bench-'));
const { path: binary, version } = await findTemporal({
  home: process.env.FANFOLD_HOME ?? '.fanfold',
  onMessage: (text) => console.error(text),
});
const file = asked.memory ? {} : { dbFilename: join(folder, 'temporal.db') };
const server = await startServer({ binary, logFile: join(folder, 'server.log'), ...file });
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('./workflows.mjs', import.meta.url)),
  logger: new DefaultLogger('ERROR'),
});
const worker = await createWorker({
  connection: await NativeConnection.connect({ address: server.address }),
  taskQueue,
  activities: {
    slowAtFirst: (slow) =>
      Context.current().sleep(slow && !Context.current().info.activityId.includes('#') ? 10_000 : 20),
    pause: (ms) => (ms > 0 ? Context.current().sleep(ms) : undefined),
  },
  worker: { workflowBundle },
});
const [cpu] = cpus();
const machine = {
  cpu: cpu?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  temporal: version,
  server: asked.memory ? 'in memory' : 'SQLite file',
};
say(
  { bench: 'machine', ...machine },
  `${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}, Temporal CLI ${machine.temporal}, server ${machine.server}; median of ${runs}`,
);
const connection = await Connection.connect({ address: server.address });
await worker.runUntil(() => bench(new Client({ connection })));
await server.stop();
await rm(folder, { recursive: true, force: true });
process.exit(0);
