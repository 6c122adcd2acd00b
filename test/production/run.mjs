#!/usr/bin/env node
/**
 * A deployment in small, with everything that goes wrong in production: `npm run production`. A Temporal server, PostgreSQL, S3,
 * two workers on separate homes and the service; a killed worker, an outage of each, and a deploy with changed code and a new limit.
 *
 * `--embedded`: fanfold's own server and less work, for CI. `--programs FOLDER`: where a real server's programs are, or are built.
 * Exits 1 where anything is lost, hangs, or ends otherwise than it must.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Load, mostAtOnce } from './load.mjs';
import { killAll, processesIn } from './processes.mjs';
import { buildServer, isBuilt } from './real-server.mjs';
import { raise } from './stage.mjs';

const { values } = parseArgs({
  options: { embedded: { type: 'boolean', default: false }, programs: { type: 'string' } },
});
const { embedded, programs = join(tmpdir(), 'fanfold-temporal-server') } = values;
const sizes = embedded
  ? { count: 24, ms: 250, map: 2000, downMs: 3000, databaseMs: 5000 }
  : { count: 120, ms: 500, map: 50_000, downMs: 10_000, databaseMs: 60_000 };
/** Nothing of this takes longer on a busy machine; what does hangs. */
const patienceMs = 180_000;

const folder = await mkdtemp(join(tmpdir(), 'fanfold-production-'));
const begun = performance.now();
const wrong = [];

/** One thing that is done, told with how long it took; what it returns is what came of it, in words. */
async function step(name, work) {
  const from = performance.now();
  const late = new AbortController();
  const tooLate = sleep(patienceMs, undefined, { signal: late.signal }).then(
    () => Promise.reject(new Error(`is not over after ${patienceMs / 1000} s`)),
    () => {},
  );
  const found = await Promise.race([work(), tooLate]).then(
    (said = '') => ({ ok: true, said }),
    (error) => ({ ok: false, said: error.message }),
  );
  late.abort();
  if (!found.ok) wrong.push(`${name}: ${found.said}`);
  const seconds = ((performance.now() - from) / 1000).toFixed(1).padStart(6);
  console.log(`${found.ok ? '✓' : '✗'} ${seconds} s  ${name}${found.said ? `: ${found.said}` : ''}`);
}

function must(is, otherwise) {
  if (!is) throw new Error(otherwise);
}

async function until(is, what) {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(100)) if (await is()) return;
  throw new Error(`never: ${what}`);
}

/** A workflow of the user's own, whose code the deploy changes in a way that no replay would bear. */
const workflow = (body) => `
import { proxyActivities } from 'fanfold/workflow';
import { defineSignal, setHandler, sleep } from '@temporalio/workflow';
const { wait } = proxyActivities();
export async function nightly() {
${body}
}
`;
const oldCode = workflow(`
  let isOver = false;
  setHandler(defineSignal('end'), () => void (isOver = true));
  while (!isOver) await wait({ ms: 500 });
  return 'old';`);
const newCode = workflow(`
  await sleep(100);
  await Promise.all([wait({ ms: 10 }), wait({ ms: 10 })]);
  return 'new';`);
const release = (build, code, limits) => ({
  env: { FANFOLD_BUILD_ID: build },
  files: {
    'workflows.ts': code,
    'fanfold.config.json': JSON.stringify({ workflows: './workflows.ts', limits }),
  },
});
const api = { concurrency: 6, adapt: false };
const first = release('build-1', oldCode, { api });
const second = release('build-2', newCode, { api, crm: { concurrency: 4, adapt: false } });

async function trial({ postgres, s3, server }) {
  const taskQueue = 'production';
  const shared = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: 'production',
    DATABASE_URL: postgres.url,
    FANFOLD_TASK_QUEUE: taskQueue,
    FANFOLD_TOKEN: 'a-token-of-the-trial-alone',
    FANFOLD_LOG: 'json',
    FANFOLD_JOURNALS: folder,
    NO_COLOR: '1',
    ...s3.environment,
  };
  Object.assign(process.env, shared);
  const fanfold = processesIn(folder, { ...process.env });
  const command = async (name, args, options) => {
    const { code, output } = await fanfold.run(name, args, options);
    must(code === 0, `\`fanfold ${args.join(' ')}\` exits ${code}: ${output.slice(-500)}`);
    return output;
  };
  const worker = (name, { env, files }) =>
    fanfold.start(name, ['worker', '--demo', '--drain', '1m', '--metrics-port', '0'], { env, files });
  let [one, two, service, client, load, nightly] = [];

  // A server that listens does not serve at once.
  await step('the namespace is made', () =>
    until(async () => {
      const { code } = await fanfold.run(`setup-${Date.now()}`, ['namespace', 'setup', '--retention', '3d']);
      return code === 0;
    }, 'the namespace can be made'),
  );
  await step('two workers and the service begin, and the doctor finds them', async () => {
    [one, two] = [await worker('one', first), await worker('two', first)];
    service = await fanfold.start('service', ['serve', '--port', '0'], { files: first.files });
    await command('doctor', ['doctor'], { files: first.files });
    const { FanfoldClient } = await import('../../dist/client.js');
    client = await FanfoldClient.connect();
    load = new Load(client, folder);
  });
  must(wrong.length === 0, 'what all else stands on is not there');

  await step('a worker is killed with calls in flight, and another one takes its place', async () => {
    await load.tasks('killed', { count: sizes.count, ms: sizes.ms });
    await load.tasks('killed-limited', { count: sizes.count, ms: sizes.ms, limit: 'api' });
    await load.map('killed-map', sizes.map);
    await sleep(sizes.ms * 3);
    await two.kill();
    two = await worker('two-again', first);
    return over();
  });

  await step(`the Temporal server is killed, and back after ${sizes.downMs / 1000} s`, async () => {
    await load.tasks('server-away', { count: sizes.count, ms: sizes.ms });
    await load.tasks('server-away-limited', { count: sizes.count, ms: sizes.ms, limit: 'api' });
    await sleep(sizes.ms * 3);
    await server.kill();
    await sleep(sizes.downMs);
    await server.start();
    return over();
  });

  await step(`PostgreSQL is away for ${sizes.databaseMs / 1000} s`, async () => {
    await load.tasks('database-away', { count: sizes.count * 3, ms: sizes.ms, limit: 'api' });
    await sleep(sizes.ms * 3);
    postgres.stop();
    await sleep(sizes.databaseMs);
    postgres.start();
    const said = await over();
    for (const { name, entries } of [one, two]) {
      const count = (text) => entries().filter((message) => message.includes(text)).length;
      await until(() => count('shared with other processes again') > 0, `${name} says that limits are shared again`);
      must(
        count('Limits cannot be shared') === 1,
        `${name} says ${count('Limits cannot be shared')} times that it is away`,
      );
      must(count('shared with other processes again') === 1, `${name} says more than once that it is back`);
    }
    return `${said}; each worker said so once, and once that it was over`;
  });

  let [three, four] = [];
  await step('a deploy begins in mid-run: changed workflow, a limit more, old and new side by side', async () => {
    nightly = await client.temporal.workflow.start('nightly', {
      taskQueue,
      workflowId: 'nightly-old',
    });
    await load.tasks('before', { count: sizes.count, ms: sizes.ms, limit: 'api' });
    // The gate: the code that open runs began on replays them, and that which would break one says which.
    await until(
      async () => /nightly-old/.test(await command(`gate-${Date.now()}`, ['replay', '--open'], first)),
      'replayed',
    );
    const gate = await fanfold.run('gate', ['replay', '--open'], second);
    must(gate.code === 1 && gate.output.includes('✗ nightly-old'), `the gate lets the change through: ${gate.output}`);
    [three, four] = [await worker('three', second), await worker('four', second)];
    await command('promote', ['promote', 'build-2'], second);
    await load.tasks('added', { count: sizes.count, ms: sizes.ms, limit: 'crm' });
    await load.tasks('kept', { count: sizes.count, ms: sizes.ms, limit: 'api' });
    return over();
  });
  await step('old runs end on the old code, new ones begin on the new, and the old workers drain', async () => {
    await nightly.signal('end');
    must((await nightly.result()) === 'old', 'the open run did not end on the code that it began on');
    await until(async () => {
      const options = { taskQueue, workflowId: `nightly-${Date.now()}` };
      return (await client.temporal.workflow.execute('nightly', options)) === 'new';
    }, 'a new run begins on the promoted version');
    const codes = [await one.stop(), await two.stop()];
    must(
      codes.every((code) => code === 0),
      `the old workers exit with ${codes.join(', ')}`,
    );
    await load.tasks('after', { count: sizes.count, ms: sizes.ms, limit: 'crm' });
    return over();
  });

  await step('the service tells all of it, nothing is stuck, and the rest drains', async () => {
    must(service.facts.service, `the service announces ${JSON.stringify(service.facts)}`);
    const answer = await fetch(`${service.facts.service}/runs/killed-map`, {
      headers: { authorization: `Bearer ${shared.FANFOLD_TOKEN}` },
    });
    const { status } = await answer.json();
    must(
      status === 'completed',
      `GET /runs/killed-map of ${JSON.stringify(service.facts)} answers ${answer.status}, ${status}`,
    );
    const stuck = JSON.parse(await command('stuck', ['runs', '--stuck', '--json']));
    must((stuck.runs ?? stuck).length === 0, `stuck: ${JSON.stringify(stuck)}`);
    const codes = [await three.stop(), await four.stop(), await service.stop()];
    must(
      codes.every((code) => code === 0),
      `they exit with ${codes.join(', ')}`,
    );
    await client.close();
  });

  await step('no limit was passed', async () => {
    const most = {};
    // Calls that died with a worker would count as running.
    for (const [name, limit] of [
      ['database-away', 6],
      ['added', 4],
      ['after', 4],
    ]) {
      most[name] = await mostAtOnce(join(folder, `journal-${name}`));
      must(most[name] <= limit, `${name} has ${most[name]} calls at once, at a limit of ${limit}`);
    }
    return Object.entries(most)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  });

  async function over() {
    const { wrong: found, tasks } = await load.ended();
    must(found.length === 0, found.join('; '));
    return `${tasks} tasks, none lost`;
  }
}

let stage;
try {
  if (!embedded && !isBuilt(programs))
    await step(`a Temporal server is built into ${programs}`, () => buildServer(programs));
  const kind = embedded ? 'the embedded server' : 'a real server on PostgreSQL';
  await step(`${kind}, PostgreSQL and S3 are there`, async () => {
    stage = await raise({ folder, programs: embedded ? undefined : programs });
  });
  if (stage) await trial(stage);
} catch (error) {
  wrong.push(error.message);
  console.log(`✗ ${error.message}`);
} finally {
  killAll();
  await stage?.close();
}
if (wrong.length === 0) await rm(folder, { recursive: true, force: true });
else console.log(`What was written is in ${folder}`);
console.log(`${wrong.length === 0 ? 'passed' : 'FAILED'} in ${Math.round((performance.now() - begun) / 1000)} s`);
process.exit(wrong.length === 0 ? 0 : 1);
