#!/usr/bin/env node
/**
 * What `npm start`, `npm test` and the like run: makes the checkout ready (packages, build), then runs the command in this very process,
 * so that signals, standard input and exit code are its own. Nothing may be imported here that is not part of Node.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { constants as system, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = realpathSync(dirname(dirname(fileURLToPath(import.meta.url))));
const isWindows = process.platform === 'win32';
const oldestNode = [20, 19];
const commands = {
  start: (args) => runModule('dist/cli.js', args.length > 0 ? args : ['research']),
  test: (args) => runModule('node_modules/vitest/vitest.mjs', ['run', ...args]),
  bench: (args) => runModule('bench/run.mjs', args),
  chaos: (args) => runModule('test/chaos/run.mjs', args),
  production: (args) => runModule('test/production/run.mjs', args),
  verify,
};

/** Each line of `npm run verify`: a name and a command of node_modules/.bin, or of ours. */
const checks = [
  ['types', 'tsc', '--noEmit'],
  ['types of the page', 'tsc', '--noEmit', '-p', 'web'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'oxfmt', '--check'],
  ['dead code', 'knip'],
  ['build', 'scripts/build.mjs'],
  ['house', 'scripts/house.mjs'],
  ['examples', 'scripts/examples.mjs'],
  ['tests', 'node_modules/vitest/vitest.mjs', 'run'],
  ['package', 'publint'],
  ['package types', 'attw', '--pack', '.'],
];

let child;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));

const [name = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, name))
  fail(`Say which of ${Object.keys(commands).join(', ')} to run, such as \`npm start\`.`, 2);
if (isOlder(process.versions.node, oldestNode))
  fail(`This is Node ${process.versions.node}; ${oldestNode.join('.')} or newer is needed.`, 2);
process.chdir(root);
if (!isReady() || !(await isBuilt())) await alone(makeReady);
await commands[name](rest);

async function makeReady(lock) {
  if (!isReady()) await install(lock);
  if (await isBuilt()) return;
  const { code, output } = await run([process.execPath, 'scripts/build.mjs'], lock);
  if (code !== 0) fail(`The build failed:\n${output}`);
}

/** Dynamic, as the published package has this file but no sources to build. */
async function isBuilt() {
  if (!existsSync('src')) return true;
  const builder = await import('./build.mjs');
  return builder.isBuilt();
}

// Packages

function isReady() {
  if (!existsSync('package-lock.json')) return true;
  const lock = readFileSync('package-lock.json', 'utf8');
  if (read('node_modules/.fanfold-lock-hash') === hashOf(lock)) return true;
  if (!matchesInstalled(JSON.parse(lock))) return false;
  writeStamp(lock);
  return true;
}

/** Somebody ran npm themselves: npm notes what it installed in a lockfile of its own, written when all is done. */
function matchesInstalled(lock) {
  const noted = read('node_modules/.package-lock.json');
  if (noted === undefined) return false;
  const installed = JSON.parse(noted).packages;
  const wanted = Object.entries(lock.packages).filter(
    ([path, { optional }]) => path.startsWith('node_modules/') && !optional,
  );
  return wanted.every(([path, { version, integrity }]) => {
    const found = installed[path];
    return found !== undefined && found.version === version && found.integrity === integrity;
  });
}

async function install(lock) {
  console.error('fanfold: installing its packages (first use, about a minute) …');
  const wanted = read('package-lock.json');
  // A stop half way must leave nothing that says all is well.
  for (const mark of ['.fanfold-lock-hash', '.package-lock.json']) rmSync(join('node_modules', mark), { force: true });
  const { code, output } = await run([...npm(), 'ci', '--include=dev', '--no-audit', '--no-fund'], lock);
  if (code !== 0) fail(`\`npm ci\` failed:\n${output}`);
  writeStamp(wanted);
}

/** The npm that runs us, if one does: PATH may know another, or none. */
function npm() {
  const path = process.env.npm_execpath ?? '';
  return path.endsWith('npm-cli.js') ? [process.execPath, path] : ['npm'];
}

function writeStamp(lock) {
  mkdirSync('node_modules', { recursive: true });
  writeFileSync('node_modules/.fanfold-lock-hash', hashOf(lock));
}

/** The same packages differ between systems, and a checkout may be mounted into another. */
function hashOf(lock) {
  return createHash('sha256').update(`${process.platform}-${process.arch}\n${lock}`).digest('hex');
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

// One at a time (src/server/lock.ts says why the kernel holds the lock; this runs before there is anything to import)

async function alone(work) {
  let lock = await tryLock();
  if (!lock) console.error('fanfold: another start is installing or building; waiting for it …');
  while (!lock) {
    await sleep(100);
    lock = await tryLock();
  }
  try {
    await work(lock);
  } finally {
    lock.release();
  }
}

function tryLock() {
  const key = `fanfold-first-use-${process.getuid?.() ?? ''}-${createHash('sha256').update(root).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return listen(`\0${key}`);
  if (isWindows) return listen(`\\\\.\\pipe\\${key}`);
  try {
    const exclusiveLock = 0x20;
    const fd = openSync(
      join(tmpdir(), key),
      constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | exclusiveLock,
      0o600,
    );
    return { fd, release: () => closeSync(fd) };
  } catch (error) {
    if (error.code === 'EAGAIN') return undefined;
    throw error;
  }
}

function listen(path) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(path, () => resolve({ fd: server._handle.fd, release: () => server.close() }));
  });
}

// Running

/**
 * Quietly, and in a group of its own, so that a signal passed on reaches what npm itself has started.
 * The child holds the lock too: should this process be killed, the next waits for what still writes.
 */
function run([program, ...args], lock) {
  return new Promise((resolve) => {
    const held = isWindows || !lock ? [] : [lock.fd];
    const stdio = ['ignore', 'pipe', 'pipe', ...held];
    child = spawn(program, args, { stdio, detached: !isWindows, shell: isWindows });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.once('error', (error) => resolve({ code: 1, output: `${program}: ${error.message}` }));
    child.once('close', (code) => resolve({ code, output }));
    child.once('close', () => (child = undefined));
  });
}

async function runModule(path, args) {
  if (!existsSync(path)) fail(`There is no ${path} in this checkout.`);
  const absolute = join(root, path);
  process.argv = [process.argv[0], absolute, ...args];
  await import(pathToFileURL(absolute).href);
}

async function verify() {
  for (const [what, program, ...args] of checks) {
    // CI has just run them, and wants their counts.
    if (what === 'tests' && process.env.FANFOLD_VERIFY_WITHOUT_TESTS === '1') continue;
    const command = program.endsWith('.mjs') ? [process.execPath, program] : [join('node_modules/.bin', program)];
    const began = Date.now();
    const { code, output } = await run([...command, ...args]);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(`${code === 0 ? '✓' : '✗'} ${what} (${seconds} s)`);
    if (code !== 0) fail(output);
  }
}

/** Passed on while a child works; later it is for the command, and only one that does not listen is ended here. */
function stop(signal) {
  const code = 128 + system.signals[signal];
  if (child?.pid !== undefined) {
    child.once('close', () => process.exit(code));
    process.kill(isWindows ? child.pid : -child.pid, signal);
  } else if (process.listenerCount(signal) === 1) process.exit(code);
}

function isOlder(version, [major, minor]) {
  const [ownMajor, ownMinor] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

function fail(message, code = 1) {
  console.error(message);
  process.exit(code);
}
