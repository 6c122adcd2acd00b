/** Starts `temporal server start-dev` and stops it. It counts as started only when the namespace answers: the port opens a while before. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerUnavailableError, reason } from './errors.ts';
import { isAnswering } from './health.ts';
import { freePort } from './ports.ts';
import { isGone, isRunning, processOf, signal, stopProcess } from './process.ts';
import type { ProcessId } from './process.ts';

/** What fanfold asks of a dev server beyond its defaults; everything must still work without (plain start-dev, Cloud). */
export const serverFlags: readonly string[] = [
  '--log-level=error',
  // As `fanfold namespace setup` adds them elsewhere: runs are found by these.
  ...['Kind', 'Tenant', 'Limit', 'RedriveOf', 'StopReason'].map((of) => `--search-attribute=Fanfold${of}=Keyword`),
  '--search-attribute=FanfoldFailedTasks=Int',
  '--search-attribute=FanfoldCost=Double',
  '--search-attribute=FanfoldWaiting=Bool',
  ...[
    // Fairness keys between runs, and exact priorities and rates: both are kept per partition.
    'matching.enableFairness=true',
    'matching.numTaskqueueReadPartitions=1',
    'matching.numTaskqueueWritePartitions=1',
    // A cancelled activity learns of it in milliseconds, without a heartbeat.
    'frontend.WorkerCommandsEnabled=true',
    'system.enableCancelActivityWorkerCommand=true',
    // Timers and retries to the 10 ms; the default rounds them up to a second.
    'history.timerProcessorMaxTimeShift="10ms"',
  ].map((value) => `--dynamic-config-value=${value}`),
];

/**
 * SQLite's write-ahead log, as durable as its rollback journal and written once instead of twice: an empty workflow took 17 ms
 * instead of 28 ms, 500 activities 1.3 s instead of 2.0 s (medians of three by turns, two cores).
 */
const fileFlags = ['--sqlite-pragma', 'journal_mode=WAL'];

const ip = '127.0.0.1';
const startMs = 60_000;
const killMs = 5000;
/** A CLI that words its greeting differently is believed after this long. */
const silentMs = 10_000;
const pollMs = 50;
const loggedLines = 15;

export interface DevServerOptions {
  binary: string;
  /** A free one if left out. A port in use is an error here; `freePort` finds one that is not. */
  port?: number;
  /** Without it there is no Web UI. */
  uiPort?: number;
  /** Without it everything is in memory, and gone with the process. */
  dbFilename?: string;
  /** Replaced at each start; the one before is kept as `<logFile>.1`. */
  logFile: string;
  namespace?: string;
  flags?: readonly string[];
  /** Outlives this process and is not reached by its Ctrl-C. */
  detached?: boolean;
  /** Called as soon as there is a process, long before it answers, so that not even a `kill -9` in between leaves one that nobody knows of. */
  onSpawn?: (server: DevServer) => void;
}

export interface DevServer {
  id: ProcessId;
  address: string;
  port: number;
  namespace: string;
  uiUrl?: string;
  /** SIGTERM, SIGKILL after 5 s; resolves when it is gone, so that its port and file can be used again. */
  stop(): Promise<void>;
  /** SIGKILL, as if the machine had died; resolves when it is gone. */
  kill(): Promise<void>;
}

export async function startServer(options: DevServerOptions): Promise<DevServer> {
  const port = options.port ?? (await freePort());
  const namespace = options.namespace ?? 'default';
  const id = await spawnServer(options, port, namespace);
  const server: DevServer = {
    id,
    address: `${ip}:${port}`,
    port,
    namespace,
    ...(options.uiPort === undefined ? {} : { uiUrl: `http://${ip}:${options.uiPort}` }),
    stop: () => stopProcess(id),
    kill: async () => {
      signal(id, 'SIGKILL');
      await isGone(id, killMs);
    },
  };
  options.onSpawn?.(server);
  keepPrivate(options.dbFilename);
  await untilReady(server, options);
  keepPrivate(options.dbFilename);
  return server;
}

async function spawnServer(options: DevServerOptions, port: number, namespace: string): Promise<ProcessId> {
  const log = openLog(options.logFile);
  const child = spawn(options.binary, serverArguments(options, port, namespace), {
    stdio: ['ignore', log, log],
    detached: options.detached ?? false,
  });
  closeSync(log);
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new ServerUnavailableError(`${options.binary} does not run: ${reason(error)}`, { cause: error });
  }
  if (options.detached) child.unref();
  const pid = child.pid ?? 0;
  return processOf(pid) ?? { pid, started: 'ended at once' };
}

function serverArguments(options: DevServerOptions, port: number, namespace: string): string[] {
  return [
    'server',
    'start-dev',
    '--ip',
    ip,
    '--port',
    String(port),
    '--namespace',
    namespace,
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...(options.dbFilename === undefined ? [] : ['--db-filename', options.dbFilename, ...fileFlags]),
    ...(options.flags ?? serverFlags),
  ];
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    renameSync(path, `${path}.1`);
  } catch {
    // The first start has none.
  }
  return openSync(path, 'a', 0o600);
}

/**
 * The server lets everyone read the database that it makes, and makes no tables in one that is there already.
 * What SQLite puts beside it later gets its mode.
 */
function keepPrivate(dbFilename: string | undefined): void {
  if (dbFilename === undefined) return;
  for (const ending of ['', '-wal', '-shm']) {
    try {
      chmodSync(`${dbFilename}${ending}`, 0o600);
    } catch {
      // Not made yet, or not ours.
    }
  }
}

async function untilReady(server: DevServer, options: DevServerOptions): Promise<void> {
  const { id, address, namespace } = server;
  const began = Date.now();
  while (isRunning(id) && Date.now() < began + startMs) {
    const isOurs = saysItServes(options.logFile, server.port) || Date.now() > began + silentMs;
    if (isOurs && (await isAnswering(address, namespace)) && isRunning(id)) return;
    await sleep(pollMs);
  }
  const what = isRunning(id) ? `did not answer within ${startMs / 1000} s` : 'ended at once';
  await stopProcess(id);
  throw new ServerUnavailableError(startFailed(what, options));
}

/** An answer alone may come from another server that was faster to take the port, while ours is still on its way to fail. */
function saysItServes(logFile: string, port: number): boolean {
  const served = readFileSync(logFile, 'utf8').matchAll(/Server:\s{1,20}\S{1,200}:(\d{1,5})\b/g);
  return [...served].some(([, said]) => Number(said) === port);
}

function startFailed(what: string, { logFile, dbFilename }: DevServerOptions): string {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n').slice(-loggedLines);
  const advice =
    dbFilename === undefined
      ? ''
      : `\nIf its database is damaged, move ${dbFilename} away, with the files beside it that begin with its name, and start again: the runs in it are then forgotten.`;
  return `The Temporal server ${what}. The end of its log (${logFile}):\n${lines.map((line) => `  ${line}`).join('\n')}${advice}`;
}
