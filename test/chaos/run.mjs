/**
 * Random crashes: workers are killed with -9 at random moments of random runs, and every task is accounted for.
 * What a run said was finished before a kill must not run again after it. A task that had ended and of which no one had been
 * told may: `ended and run again` counts these, and says how long before the kill the oldest of them had ended.
 * `--runs N` (default 5), `--seed S` (default 1; the same seed plans the same runs and kills), `--kind tasks|map`. Exits 1 where a task is lost, or
 * ran again after its run had said that it was finished.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FanfoldClient } from '../../dist/client.js';
import { findTemporal } from '../../dist/dev-server/binary.js';
import { startServer } from '../../dist/dev-server/embedded.js';
import { generator } from '../support/seeded.mjs';

const { values: asked } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string', default: 'tasks' },
  },
});
const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const taskQueue = 'chaos';

const random = generator(Number(asked.seed));
const between = (least, most) => least + Math.floor(random() * (most - least + 1));
const folder = await mkdtemp(join(tmpdir(), 'fanfold-chaos-'));
const { path: binary } = await findTemporal({ home: process.env.FANFOLD_HOME ?? '.fanfold' });
// The worker's store is the client's.
process.env.FANFOLD_HOME = folder;
const server = await startServer({
  binary,
  dbFilename: join(folder, 'temporal.db'),
  logFile: join(folder, 'server.log'),
});
const env = {
  ...process.env,
  TEMPORAL_ADDRESS: server.address,
  FANFOLD_TASK_QUEUE: taskQueue,
  FANFOLD_JOURNALS: folder,
};
const { temporal } = await FanfoldClient.connect({ address: server.address });
const client = new FanfoldClient({ client: temporal, taskQueue });
let worker = startWorker();

function startWorker() {
  return spawn(process.execPath, [main, 'worker', '--demo'], { env, stdio: 'ignore' });
}

/** What history says has succeeded; a task may have ended without its worker having told so. */
async function succeeded(runId) {
  const [progress] = (await client.progress(runId, 1000)) ?? [];
  return progress?.tasks.filter(({ state }) => state === 'succeeded').map(({ id }) => id) ?? [];
}

/** Each line of what has run so far. */
async function linesOf(journal) {
  const lines = (await readFile(journal, 'utf8').catch(() => '')).split('\n');
  return lines.filter(Boolean).map((line) => {
    const [what, id, , at] = line.split(' ');
    return { what, id, at: Number(at) };
  });
}

/**
 * Kills the worker; the answer compares what had ended by then with what the journal has at the end of the run.
 *
 * @param since lines of the journal that were there at the kill before: what was lost then is not lost once more
 */
async function kill(runId, journal, since) {
  const finished = new Set(await succeeded(runId));
  const killedAt = Date.now();
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const before = await linesOf(journal);
  worker = startWorker();
  const ended = before.slice(since).filter(({ what }) => what === 'end');
  const repeats = (lines) => {
    const startedAgain = new Set(lines.slice(before.length).map(({ id }) => id));
    const again = ended.filter(({ id }) => startedAgain.has(id));
    return {
      finished: [...finished].filter((id) => startedAgain.has(id)),
      ended: again.length,
      oldestMs: Math.max(0, ...again.map(({ at }) => killedAt - at)),
    };
  };
  return { lines: before.length, repeats };
}

/** A map run of the same tasks has ten times as many, as it is for many. */
async function start(tasks, options) {
  if (asked.kind === 'tasks') return client.start('tasks', { tasks, options });
  const items = tasks.map(({ id, input }) => ({ id, ...input }));
  return client.map('wait', items, { options });
}

async function oneRun(number) {
  const journal = join(folder, `journal-${number}`);
  const count = between(10, 60) * (asked.kind === 'map' ? 10 : 1);
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    activity: 'wait',
    input: { ms: between(5, 150), journal },
  }));
  const options = { concurrency: between(2, 20), attempts: 20 };
  const { runId } = await start(tasks, options);
  const kills = [];
  for (let left = between(1, 3); left > 0; left--) {
    await sleep(between(300, 2500));
    kills.push(await kill(runId, journal, kills.at(-1)?.lines));
  }
  const { fanIn } = await client.result(runId);
  const lines = await linesOf(journal);
  const repeated = kills.map(({ repeats }) => repeats(lines));
  for (const { finished } of repeated)
    if (finished.length > 0) console.error(`${runId} had finished and ran again: ${finished.join(', ')}`);
  return {
    tasks: count,
    kills: kills.length,
    lost: count - (fanIn?.successCount ?? 0),
    again: repeated.reduce((sum, { finished }) => sum + finished.length, 0),
    ended: repeated.reduce((sum, { ended }) => sum + ended, 0),
    oldestMs: Math.max(...repeated.map(({ oldestMs }) => oldestMs)),
  };
}

const total = { runs: 0, kills: 0, tasks: 0, lost: 0, again: 0, ended: 0, oldestMs: 0 };
for (let number = 0; number < Number(asked.runs); number++) {
  const { tasks, kills, lost, again, ended, oldestMs } = await oneRun(number);
  total.runs++;
  total.kills += kills;
  total.tasks += tasks;
  total.lost += lost;
  total.again += again;
  total.ended += ended;
  total.oldestMs = Math.max(total.oldestMs, oldestMs);
}
worker.kill('SIGTERM');
await once(worker, 'exit');
await client.close();
await server.stop();
await rm(folder, { recursive: true, force: true });
console.log(
  `runs ${total.runs}, kills ${total.kills}, tasks ${total.tasks}, lost ${total.lost}, finished and run again ${total.again}, ended and run again ${total.ended}, the oldest ${total.oldestMs} ms before its kill (seed ${asked.seed})`,
);
process.exit(total.lost + total.again === 0 ? 0 : 1);
