/**
 * Processes that end with the benchmark: engines, and workers that answer calls over their channel.
 * The surprising rule: nothing is detached here, so that killing a case's process group ends all that it started.
 */
import { execFileSync, fork, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { treeOf } from './gauges.mjs';
import { pause } from './perform.mjs';

const stopMs = 5000;
const listenMs = 30_000;
const shownCharacters = 2000;

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export async function untilListening(port) {
  const began = Date.now();
  while (!(await listens(port))) {
    if (Date.now() > began + listenMs) throw new Error(`Nothing listens on port ${port} after ${listenMs / 1000} s`);
    await pause(30);
  }
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Whether a program answers `--version`, and what it says. */
export function versionOf(program, args = ['--version']) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .split('\n')[0];
  } catch {
    return undefined;
  }
}

/** An engine that ends with this process even where this one is killed, if the system can promise that. */
export function startProcess(program, args, { env = {}, cwd, logFile, ...account } = {}) {
  const log = logFile === undefined ? 'ignore' : openSync(logFile, 'a');
  const [command, ...rest] = versionOf('setpriv')
    ? ['setpriv', '--pdeathsig', 'KILL', program, ...args]
    : [program, ...args];
  const child = spawn(command, rest, { env: { ...process.env, ...env }, cwd, stdio: ['ignore', log, log], ...account });
  child.once('error', (error) => console.error(`${program}: ${error.message}`));
  return { pid: child.pid, stop: (signal) => stopChild(child, signal) };
}

/** A launcher may have children that outlive it, so the whole tree is ended. */
async function stopChild(child, signal = 'SIGTERM') {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const all = treeOf(child.pid);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await Promise.race([gone, pause(stopMs)]);
  for (const pid of all) endProcess(pid);
}

export function endProcess(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** A worker process of its own; `call` runs a method of its client there, for engines that live inside the worker. */
export async function startWorkerProcess(settings, env = {}) {
  const path = fileURLToPath(new URL('./worker.mjs', import.meta.url));
  const child = fork(path, [JSON.stringify(settings)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr.on('data', (data) => (said = `${said}${data}`.slice(-shownCharacters)));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const waiting = new Map();
  const ready = deferred();
  ready.promise.catch(() => {});
  child.on('message', ({ number, error, ...rest }) => {
    const asked = number === undefined ? ready : waiting.get(number);
    waiting.delete(number);
    if (error === undefined) asked?.resolve(rest);
    else asked?.reject(new Error(error));
  });
  void gone.then((code) => {
    const error = new Error(`The worker ended (${code ?? 'killed'}) ${said}`);
    for (const asked of [ready, ...waiting.values()]) asked.reject(error);
  });
  let calls = 0;
  await ready.promise;
  return {
    pid: child.pid,
    call(method, request) {
      const asked = deferred();
      waiting.set(++calls, asked);
      child.send({ number: calls, method, request });
      return asked.promise;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await Promise.race([gone, pause(stopMs)]);
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
