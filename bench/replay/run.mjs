/**
 * `node bench/replay/run.mjs`: the processor time that a task costs a workflow, by replaying histories of each way beside
 * plain Temporal's. Replays run on the main thread, so what the worker does outside of the sandbox is in the time too;
 * `--split` says whose it is.
 */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, rounded } from '../measures/numbers.mjs';
import { ownersOf } from './profile.mjs';
import { bundle, record } from './record.mjs';

const options = {
  n: { type: 'string', default: '500,5000' },
  ways: { type: 'string', default: 'plain,alone,timed,auto,pack,local' },
  runs: { type: 'string', default: '5' },
  split: { type: 'boolean', default: false },
  histories: { type: 'string' },
};
const usage = `node bench/replay/run.mjs [--n 500,5000] [--ways ${options.ways.default}] [--runs 5]
  [--split]           whose the time is, by a profile, which takes time itself
  [--histories DIR]   histories are kept there, and not recorded again`;

const { values } = parseArgs({ options });
const folder = values.histories ?? mkdtempSync(join(tmpdir(), 'fanfold-replay-'));
mkdirSync(folder, { recursive: true });
try {
  const cases = values.n
    .split(',')
    .flatMap((n) => values.ways.split(',').map((way) => ({ way, tasks: Number(n), runs: Number(values.runs) })));
  if (cases.some(({ tasks, runs }) => !(tasks > 0 && runs > 0))) throw new Error(usage);
  const codePath = await bundle(folder);
  await record(folder, codePath, cases);
  const plain = {};
  for (const each of cases) {
    const settings = { ...each, folder, codePath };
    const row = { ...each, ...(values.split ? await split(settings) : await timed(settings)) };
    if (each.way === 'plain') plain[each.tasks] = row.msPerTask;
    const beside =
      plain[each.tasks] === undefined ? {} : { besidePlain: rounded(row.msPerTask / plain[each.tasks], 2) };
    console.log(JSON.stringify({ ...row, ...beside }));
  }
} finally {
  if (values.histories === undefined) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

/** Medians: of the thread that replays, and of the whole process with the collection of its garbage. */
async function timed(settings) {
  const samples = await replayed(settings);
  const perTask = (name) => rounded(median(samples.map((sample) => sample[name])) / settings.tasks, 3);
  return { msPerTask: perTask('threadMs'), processMsPerTask: perTask('ms') };
}

async function split(settings) {
  const profiles = join(settings.folder, `profile-${settings.way}-${settings.tasks}`);
  rmSync(profiles, { recursive: true, force: true });
  await replayed(settings, ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
  const replays = (settings.runs + 1) * settings.tasks;
  const [file] = readdirSync(profiles);
  const { owners, modules } = await ownersOf(JSON.parse(readFileSync(join(profiles, file), 'utf8')), settings.codePath);
  const perTask = (found, most) =>
    Object.fromEntries(
      Object.entries(found)
        .toSorted(([, one], [, other]) => other - one)
        .slice(0, most)
        .map(([name, ms]) => [name, rounded(ms / replays, 4)]),
    );
  const inSandbox = ['promise hooks', 'fanfold', 'SDK in the sandbox'].reduce(
    (sum, name) => sum + (owners[name] ?? 0),
    0,
  );
  return { msPerTask: rounded(inSandbox / replays, 3), owners: perTask(owners, 10), modules: perTask(modules, 20) };
}

function replayed(settings, execArgv = []) {
  return new Promise((resolve, reject) => {
    const program = fileURLToPath(new URL('./replay.mjs', import.meta.url));
    const child = fork(program, [JSON.stringify(settings)], { execArgv });
    let samples;
    child.on('message', (message) => (samples = message));
    child.once('exit', (code) => {
      if (samples) resolve(samples);
      else reject(new Error(`The replay of '${settings.way}' ended with ${code}`));
    });
  });
}
