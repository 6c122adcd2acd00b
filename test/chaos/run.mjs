/**
 * Random crashes: workers are killed with -9 at random moments of random runs, and every task is accounted for.
 * `--runs N` (default 5), `--seed S` (default 1; the same seed plans the same runs and kills). Exits 1 where a task is lost.
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
  options: { runs: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } },
});
const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const taskQueue = 'chaos';

const random = generator(Number(asked.seed));
const between = (least, most) => least + Math.floor(random() * (most - least + 1));
const folder = await mkdtemp(join(tmpdir(), 'fanfold-chaos-'));
const { path: binary } = await findTemporal({ home: process.env.FANFOLD_HOME ?? '.fanfold' });
const server = await startServer({
  binary,
  dbFilename: join(folder, 'temporal.db'),
  logFile: join(folder, 'server.log'),
});
const env = {
  ...process.env,
  TEMPORAL_ADDRESS: server.address,
  FANFOLD_HOME: folder,
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

async function oneRun(number) {
  const journal = join(folder, `journal-${number}`);
  const count = between(10, 60);
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    activity: 'wait',
    input: { ms: between(5, 150), journal },
  }));
  const { runId } = await client.start('tasks', { tasks, options: { concurrency: between(2, 20), attempts: 20 } });
  const finished = new Set();
  const kills = between(1, 3);
  for (let kill = 0; kill < kills; kill++) {
    await sleep(between(300, 2500));
    for (const id of await succeeded(runId)) finished.add(id);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    worker = startWorker();
  }
  const { fanIn } = await client.result(runId);
  const lines = (await readFile(journal, 'utf8')).split('\n').filter((line) => line.startsWith('end '));
  const ends = lines.map((line) => line.split(' ')[1]);
  const again = [...finished].filter((id) => ends.filter((each) => each === id).length > 1).length;
  return { tasks: count, kills, lost: count - (fanIn?.successCount ?? 0), again };
}

const total = { runs: 0, kills: 0, tasks: 0, lost: 0, again: 0 };
for (let number = 0; number < Number(asked.runs); number++) {
  const { tasks, kills, lost, again } = await oneRun(number);
  total.runs++;
  total.kills += kills;
  total.tasks += tasks;
  total.lost += lost;
  total.again += again;
}
worker.kill('SIGTERM');
await once(worker, 'exit');
await client.close();
await server.stop();
await rm(folder, { recursive: true, force: true });
console.log(
  `runs ${total.runs}, kills ${total.kills}, tasks ${total.tasks}, lost ${total.lost}, finished and run again ${total.again} (seed ${asked.seed})`,
);
process.exit(total.lost + total.again === 0 ? 0 : 1);
