/**
 * `npm run bench`: each case in a process of its own, under a time limit, one row a case.
 * The surprising rule: a case's whole process group is killed after it, so that nothing of one is there in the next.
 */
import { fork } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { casesFor, familyOf, keyOf } from './cases.mjs';
import { contenderOf, own, versionsOf } from './contenders.mjs';
import { machine } from './machine.mjs';
import { readOptions, usage } from './options.mjs';
import { install } from './packages.mjs';
import { endProcess } from './processes.mjs';
import { treeOf } from './gauges.mjs';
import { textOf } from './text.mjs';

/** Beyond a case's own limit: for starting, diagnosing and stopping. */
const graceMs = 90_000;
const isWindows = process.platform === 'win32';

const options = asked();

function asked() {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

async function bench() {
  const root = mkdtempSync(join(tmpdir(), 'fanfold-bench-'));
  // PostgreSQL runs under another account, which must get through to its folder.
  chmodSync(root, 0o711);
  let running;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      if (running) killGroup(running);
      rmSync(root, { recursive: true, force: true, maxRetries: 10 });
      process.exit(130);
    });
  }
  const earlier = rowsSoFar();
  say({ ...(await machine()), command: ['npm run bench --', ...process.argv.slice(2)].join(' ') });
  const cases = await possible(casesFor(options));
  // What failed of a peer is a result; what failed of fanfold is tried again.
  const kept = earlier.filter(({ error, contender }) => error === undefined || contender !== own.name);
  const done = new Set(kept.map(keyOf));
  const failed = new Set(kept.filter(({ error }) => error !== undefined).flatMap((row) => familyOf(row) ?? []));
  for (const [index, each] of cases.entries()) {
    if (done.has(keyOf(each))) continue;
    const family = familyOf(each);
    if (failed.has(family)) continue;
    const folder = join(root, String(index));
    mkdirSync(folder, { mode: 0o755 });
    const row = await runCase(
      { ...each, folder, shared: root, ...journalOf(each, folder) },
      (child) => (running = child),
    );
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    if (row.error !== undefined && family !== undefined) failed.add(family);
    say({ ...each, ...row, at: new Date().toISOString() });
  }
  rmSync(root, { recursive: true, force: true });
  if (options.full) await (await import('./report.mjs')).writeReport(options.output);
  process.exit(0);
}

/** Rows of a run that was cut; without `--resume` the file begins anew. */
function rowsSoFar() {
  const { output, resume } = options;
  if (output === undefined) return [];
  if (!resume || !existsSync(output)) {
    writeFileSync(output, '');
    return [];
  }
  const lines = readFileSync(output, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line)).filter(({ tasks }) => tasks !== undefined);
}

function say(row) {
  const line = JSON.stringify(row);
  if (options.output !== undefined) appendFileSync(options.output, `${line}\n`);
  console.log(options.json ? line : textOf(row));
}

const journalOf = ({ measure }, folder) => (measure === 'kill' ? { journal: join(folder, 'journal') } : {});

/** Leaves out what cannot be installed or found here, and says so. */
async function possible(cases) {
  const kept = [];
  const known = new Map();
  for (const each of cases) {
    const contender = contenderOf(each.contender);
    if (!known.has(contender)) {
      const missing = install(contender.folder);
      known.set(contender, missing);
      if (missing !== undefined) say({ measure: 'missing', contender: contender.name, missing });
      else say({ measure: 'versions', contender: contender.name, versions: versionsOf(contender) });
    }
    const key = `${contender.name}/${each.variant}`;
    if (!known.has(key)) {
      const missing = known.get(contender) ?? contender.missing?.(each.variant);
      known.set(key, missing);
      if (missing !== undefined) say({ measure: 'missing', contender: key, missing });
    }
    if (known.get(key) === undefined) kept.push(each);
  }
  return kept;
}

function runCase(settings, onStart) {
  return new Promise((resolve) => {
    const path = fileURLToPath(new URL('./case.mjs', import.meta.url));
    const child = fork(path, [JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: !isWindows,
    });
    onStart(child);
    let said = '';
    let row;
    child.stderr.on('data', (data) => (said = `${said}${data}`.slice(-1000)));
    child.on('message', (message) => ({ row } = message));
    const limitMs = settings.limitMs + graceMs;
    const timer = setTimeout(() => {
      row = { error: `no result within ${limitMs / 1000} s, and it did not stop` };
      killGroup(child);
    }, limitMs);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      killGroup(child);
      resolve(row ?? { error: `The case ended without a result (${signal ?? code}) ${said}`.trim() });
    });
  });
}

/** The group, and whatever has left it. */
function killGroup({ pid }) {
  const all = treeOf(pid);
  if (!isWindows) endProcess(-pid);
  for (const each of all) endProcess(each);
}

if (options.help) console.log(usage);
else if (options.report !== undefined) await (await import('./report.mjs')).writeReport(options.report);
else await bench();
