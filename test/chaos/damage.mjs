/**
 * Random damage: while runs go on, and once they are over, objects of their store are changed, cut, deleted or replaced as a
 * whole, and so is the shop's database. Then it is read what became of each task: the truth, or that it is lost, by name.
 * `--runs N` (default 5), `--seed S` (default 1; the same seed plans the same runs). Exits 1 where anything untrue is told.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
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
const taskQueue = 'damage';

const random = generator(Number(asked.seed));
const between = (least, most) => least + Math.floor(random() * (most - least + 1));
const oneOf = (list) => list[between(0, list.length - 1)];

const folder = await mkdtemp(join(tmpdir(), 'fanfold-damage-'));
const store = join(folder, 'store');
process.env.FANFOLD_HOME = folder;
for (const name of ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'DATABASE_URL', 'FANFOLD_STORE']) delete process.env[name];
const { path: binary } = await findTemporal({ home: process.env.FANFOLD_HOME });
const server = await startServer({
  binary,
  dbFilename: join(folder, 'temporal.db'),
  logFile: join(folder, 'server.log'),
});
const env = { ...process.env, TEMPORAL_ADDRESS: server.address, FANFOLD_TASK_QUEUE: taskQueue };
const { temporal } = await FanfoldClient.connect({ address: server.address });
/** Each its own, so that nothing is remembered of a store that was replaced. */
const newClient = () => new FanfoldClient({ client: temporal, taskQueue });
const newWorker = () => spawn(process.execPath, [main, 'worker', '--demo'], { env, stdio: 'ignore' });
let worker = newWorker();

async function restart() {
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  worker = newWorker();
}

/** The objects of runs, in an order that does not depend on their names' random parts. */
async function objects() {
  const paths = await readdir(store, { recursive: true }).catch(() => []);
  const found = [];
  for (const path of paths.toSorted()) {
    const facts = await stat(join(store, path)).catch(() => undefined);
    if (facts?.isFile() && facts.size > 0 && !path.startsWith('unfinished'))
      found.push([join(store, path), facts.size]);
  }
  return found;
}

const damages = {
  async changed() {
    const [path, size] = oneOf(await objects()) ?? [];
    const body = path && (await readFile(path).catch(() => undefined));
    if (!body) return;
    body[between(0, size - 1) % body.length] ^= between(1, 255);
    await writeFile(path, body);
  },
  async cut() {
    const [path, size] = oneOf(await objects()) ?? [];
    if (path) await truncate(path, between(0, size - 1)).catch(() => {});
  },
  async deleted() {
    const [path] = oneOf(await objects()) ?? [];
    if (path) await rm(path, { force: true });
  },
  async replaced() {
    await rename(store, `${store}-${between(0, 1e9)}`).catch(() => {});
    await restart();
  },
};
/** Most are of one object, as a replaced store leaves nothing else to find. */
const usual = ['changed', 'changed', 'cut', 'cut', 'deleted', 'deleted', 'replaced'];

const untrue = [];
const total = { runs: 0, damages: 0, tasks: 0, lost: 0, errors: 0 };

async function damage(times, mostMs) {
  for (let time = 0; time < times; time++) {
    await sleep(between(0, mostMs));
    await damages[oneOf(usual)]();
    total.damages++;
  }
}

/** An error by its type is an answer; one without is none. */
async function orError(what, work) {
  try {
    return await work();
  } catch (error) {
    total.errors++;
    if (typeof error?.type !== 'string') untrue.push(`${what}: an error without a type: ${String(error)}`);
    return undefined;
  }
}

async function ended(client, runId) {
  const late = sleep(90_000, 'late', { ref: false });
  const over = await Promise.race([orError(`${runId} ends`, () => client.result(runId).then(() => 'over')), late]);
  if (over === 'late') {
    const { stuck } = await client.get(runId);
    if (!stuck) untrue.push(`${runId} goes on after 90 s, and nothing is said of it`);
    await temporal.workflow
      .getHandle(runId)
      .terminate()
      .catch(() => {});
  }
}

/** Each result is that of its own item, and they are as many as were counted. */
async function assertResults(client, runId, items) {
  const view = await orError(`${runId} is read`, () => client.get(runId));
  if (!view) return;
  if (view.status !== 'completed' && !view.error?.type) untrue.push(`${runId} is ${view.status} without a reason`);
  const results = await orError(`results of ${runId}`, async () => {
    const all = [];
    for await (const result of client.results(runId)) all.push(result);
    return all;
  });
  if (!results || !view.fanIn) return;
  const { successCount, failureCount } = view.fanIn;
  const successes = results.filter(({ success }) => success);
  const lost = results.filter(({ success, error }) => !success && error.name === 'ResultsLost');
  total.tasks += results.length;
  total.lost += results.length - successes.length;
  if (results.length !== successCount + failureCount)
    untrue.push(`${runId} counts ${successCount + failureCount} and has ${results.length}`);
  if (results.length !== items.length) untrue.push(`${runId} has ${items.length} items and ${results.length} results`);
  if (successes.length > successCount || successes.length + lost.length < successCount)
    untrue.push(`${runId} counts ${successCount} successes and has ${successes.length}, ${lost.length} lost`);
  if (new Set(successes.map(({ id }) => id)).size !== successes.length) untrue.push(`${runId} has a task twice`);
  for (const result of results) {
    // Some come in the order in which they settled.
    const at = result.id.slice(1);
    if (result.success && JSON.stringify(result.result) !== JSON.stringify(items[at]))
      untrue.push(`${runId}: the result of ${at} is another one: ${JSON.stringify(result).slice(0, 300)}`);
    if (!result.success && /not started/i.test(result.error.message) && view.fanIn.stoppedBy === 'allSettled')
      untrue.push(`${runId}: ${at} is said not to have started, and every task has settled`);
  }
}

async function mapRun(number) {
  const count = between(5, 1600);
  const items = Array.from({ length: count }, (_, at) => ({ id: `t${at}`, value: between(0, 1e9) }));
  const granularity = oneOf(['auto', 500, 'task']);
  const some = granularity === 'task' ? items.slice(0, 60) : items;
  const client = newClient();
  const started = await orError(`map ${number}`, () => client.map('echo', some, { options: { granularity } }));
  if (!started) return;
  const when = oneOf(['while', 'after', 'both']);
  await Promise.all([ended(client, started.runId), when === 'after' ? undefined : damage(between(1, 3), 700)]);
  if (when !== 'while') await damage(between(1, 3), 5);
  await assertResults(newClient(), started.runId, some);
  const again = await orError(`redrive of ${number}`, () => newClient().redrive(started.runId));
  if (!again) return;
  await ended(client, again.runId);
  await assertResults(newClient(), again.runId, some);
}

/** A file is changed in place while it is read, with its size and time as they were: of each item its own result, or an error. */
async function fileRun(number) {
  const path = join(folder, `items-${number}.jsonl`);
  const items = Array.from({ length: between(2000, 4000) }, (_, at) => ({ id: `t${at}`, value: between(1e8, 9e8) }));
  const write = async (all) => {
    await writeFile(path, all.map((item) => `${JSON.stringify(item)}\n`).join(''));
    await utimes(path, 1_700_000_000, 1_700_000_000);
  };
  await write(items);
  const source = { kind: 'file', path, format: 'jsonl' };
  const client = newClient();
  const input = { activity: 'echo', source, options: { granularity: 500, concurrency: 1 } };
  const started = await orError(`file ${number}`, () => client.start('map', input));
  if (!started) return;
  const { runId } = started;
  // What changes before the lines are counted is the file that the run reads; the last lines are read last.
  for (let tries = 0; tries < 300 && !((await client.progress(runId))?.[0]?.succeeded > 0); tries++) await sleep(20);
  const at = items.length - between(1, 100);
  await write(items.with(at, { ...items[at], value: items[at].value + 1 }));
  total.damages++;
  await ended(client, runId);
  const { status, error } = await newClient().get(runId);
  if (status === 'completed') await assertResults(newClient(), runId, items);
  else if (error?.type !== 'SourceChanged') untrue.push(`${runId} has failed with ${error?.type}`);
}

async function tasksRun(number) {
  const items = Array.from({ length: between(5, 80) }, (_, at) => ({ at, value: 'x'.repeat(between(0, 20_000)) }));
  const tasks = items.map((input, at) => ({ id: `t${at}`, activity: 'echo', input }));
  const client = newClient();
  const started = await orError(`tasks ${number}`, () => client.start('tasks', { tasks }));
  if (!started) return;
  await Promise.all([ended(client, started.runId), damage(between(1, 3), 300)]);
  await assertResults(newClient(), started.runId, items);
}

/** Order 1042 is there; whoever cannot look it up must not say that it is not. */
async function supportRun(number) {
  const database = join(folder, 'shop.db');
  await damages.replaced();
  const size = (await stat(database).catch(() => undefined))?.size ?? 0;
  if (size > 0 && oneOf([true, false])) await truncate(database, between(1, Math.floor(size / 2)));
  else await writeFile(database, Buffer.alloc(between(1, 3) * 4096, between(1, 255)));
  for (const beside of ['-wal', '-shm']) await rm(database + beside, { force: true });
  total.damages++;
  const client = newClient();
  const input = { message: 'Where is my order 1042?', customer: 7 };
  const view = await orError(`support ${number}`, () => client.run('support', input));
  const { text = '', nextAction = '' } = view?.answer ?? {};
  if (/no order|check the number/i.test(text) || (/question is answered/i.test(nextAction) && !/\[/.test(text)))
    untrue.push(`support ${number} says of a database that it could not read: ${text} ${nextAction}`);
  await rm(database, { force: true });
  await restart();
}

/** Of what nobody has damaged, all is told. */
async function wholeRun() {
  const items = Array.from({ length: 600 }, (_, value) => ({ id: `t${value}`, value }));
  const client = newClient();
  const { runId } = await client.map('echo', items);
  await ended(client, runId);
  await assertResults(newClient(), runId, items);
  if (total.tasks !== items.length || total.lost > 0) untrue.push('what is whole is not told as whole');
}

await wholeRun();
const kinds = [mapRun, mapRun, fileRun, tasksRun, supportRun];
for (let number = 0; number < Number(asked.runs); number++) {
  await kinds[number % kinds.length](number);
  total.runs++;
}
worker.kill('SIGKILL');
await once(worker, 'exit');
await temporal.connection.close();
await server.stop();
await rm(folder, { recursive: true, force: true });
for (const each of untrue) console.error(each);
console.log(
  `runs ${total.runs}, damages ${total.damages}, results ${total.tasks}, failed or lost ${total.lost}, errors by type ${total.errors}, untrue ${untrue.length} (seed ${asked.seed})`,
);
process.exit(untrue.length === 0 ? 0 : 1);
