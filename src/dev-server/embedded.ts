/**
 * The Temporal server that all fanfold processes of one FANFOLD_HOME share: the first starts it, the last stops it.
 * Every read and every change is made under one lock of that home, so starts and stops at the same moment cannot cross.
 */
import { given } from '../core/given.ts';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientProfile } from '../packages/temporal-profile.ts';
import { findTemporal } from './binary.ts';
import { startServer } from './dev-server.ts';
import type { DevServer } from './dev-server.ts';
import { ServerUnavailableError } from './errors.ts';
import { ensureNamespace, isAnswering, keepRuns } from './health.ts';
import { withLock } from './lock.ts';
import { freePort } from './ports.ts';
import { isRunning, stopProcess } from './process.ts';
import type { ProcessId } from './process.ts';
import { addUser, liveUsers } from './users.ts';

export { startServer } from './dev-server.ts';

export interface AcquireOptions {
  /** FANFOLD_HOME: its database, log, lock and list of users. */
  home: string;
  /** Use this server and start none; otherwise TEMPORAL_ADDRESS or the profile that the SDK's envconfig finds. */
  address?: string | undefined;
  /** Default: TEMPORAL_NAMESPACE, the profile's, or `default`. Made if the embedded server does not have it. */
  namespace?: string | undefined;
  /** How long a server that lives may take to answer before it counts as hung and is replaced. Default: 15 s. */
  patienceMs?: number;
  env?: NodeJS.ProcessEnv;
  onMessage?: (message: string) => void;
}

export interface ServerLease {
  address: string;
  namespace: string;
  uiUrl?: string;
  /** Whether fanfold runs it, so that it ends with its last user. */
  embedded: boolean;
  /** Gives it back; the last one stops the server. Calling it again does nothing more. */
  release(): Promise<void>;
}

type Reachable = Pick<ServerRecord, 'address' | 'uiUrl'>;

/** What `server.json` says, from the moment there is a process. Left behind by a crash, it is how the next start takes the same ports, where workers may still wait. */
interface ServerRecord {
  id: ProcessId;
  address: string;
  uiUrl?: string;
  version: string;
}

const defaultNamespace = 'default';
const usualPort = 7233;
const usualUiPort = 8233;
const startAttempts = 3;
const patienceMs = 15_000;
const pollMs = 100;

export async function acquireServer(options: AcquireOptions): Promise<ServerLease> {
  const profile = clientProfile(options.env ?? process.env);
  const address = options.address ?? profile.address;
  const namespace = options.namespace ?? profile.namespace ?? defaultNamespace;
  if (address) return { address, namespace, embedded: false, release: async () => {} };
  const home = resolve(options.home);
  // What is kept there is nobody's to commit.
  if (mkdirSync(home, { recursive: true, mode: 0o700 }) !== undefined)
    writeFileSync(join(home, '.gitignore'), '*\n', { mode: 0o600 });
  return locked(home, options, () => joinOrStart(home, namespace, options));
}

async function joinOrStart(home: string, namespace: string, options: AcquireOptions): Promise<ServerLease> {
  const user = addUser(home);
  try {
    const { address, uiUrl } = (await running(home, options)) ?? (await start(home, options));
    if (namespace !== defaultNamespace) await ensureNamespace(address, namespace);
    let released: Promise<void> | undefined;
    const release = () => (released ??= locked(home, options, () => leave(home, user)));
    return { address, namespace, ...given({ uiUrl }), embedded: true, release };
  } catch (error) {
    await leave(home, user);
    throw error;
  }
}

function locked<T>(home: string, { onMessage }: AcquireOptions, work: () => Promise<T>): Promise<T> {
  return withLock(join(home, 'server.lock'), work, () =>
    onMessage?.(`Waiting for another fanfold process that starts or stops the Temporal server of ${home}.`),
  );
}

async function leave(home: string, user: { remove(): void }): Promise<void> {
  user.remove();
  if (liveUsers(home) > 0) return;
  const record = readRecord(home);
  if (record) await stopProcess(record.id);
  rmSync(recordFile(home), { force: true });
}

/** The server that is there already, if it answers. One that lives but does not is stopped: two must never share a database. */
async function running(home: string, options: AcquireOptions): Promise<Reachable | undefined> {
  const record = readRecord(home);
  if (!record) return undefined;
  const end = Date.now() + (options.patienceMs ?? patienceMs);
  while (isRunning(record.id)) {
    if (await isAnswering(record.address, defaultNamespace)) return record;
    if (Date.now() < end) {
      await sleep(pollMs);
      continue;
    }
    options.onMessage?.(
      `The Temporal server at ${record.address} (process ${record.id.pid}) does not answer; starting it anew.`,
    );
    await stopProcess(record.id);
  }
  return undefined;
}

async function start(home: string, options: AcquireOptions): Promise<Reachable> {
  const binary = await findTemporal({ ...options, home });
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(readRecord(home), options);
    try {
      const server = await startServer({
        ...ports,
        binary: binary.path,
        dbFilename: join(home, 'temporal.db'),
        logFile: join(home, 'server.log'),
        namespace: defaultNamespace,
        detached: true,
        onSpawn: (spawned) => writeRecord(home, spawned, binary.version),
      });
      // It works without, so this fails nothing.
      await keepRuns(server.address, defaultNamespace).catch((error: unknown) =>
        options.onMessage?.(`Runs that have ended may be kept for a day only: ${String(error)}`),
      );
      return server;
    } catch (error) {
      // Between our check and its start somebody took a port: ours, or one of those it picks for itself.
      const portTaken = error instanceof ServerUnavailableError && error.message.includes('address already in use');
      if (!portTaken || attempt === startAttempts) throw error;
    }
  }
}

async function choosePorts(
  before: ServerRecord | undefined,
  { onMessage }: AcquireOptions,
): Promise<{ port: number; uiPort: number }> {
  const port = await freePort(portOf(before?.address), usualPort);
  const uiPort = await freePort(portOf(before?.uiUrl), usualUiPort);
  if (port !== usualPort)
    onMessage?.(`The Temporal server listens on 127.0.0.1:${port}, as port ${usualPort} is in use.`);
  return { port, uiPort };
}

function portOf(address: string | undefined): number | undefined {
  return address === undefined ? undefined : Number(address.split(':').at(-1));
}

function recordFile(home: string): string {
  return join(home, 'server.json');
}

function readRecord(home: string): ServerRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordFile(home), 'utf8')) as ServerRecord;
    return typeof record.id.pid === 'number' && typeof record.address === 'string' ? record : undefined;
  } catch {
    // None, or not ours: then there is no server of ours to join.
    return undefined;
  }
}

function writeRecord(home: string, { id, address, uiUrl }: DevServer, version: string): void {
  const record: ServerRecord = { id, address, ...given({ uiUrl }), version };
  const temporary = `${recordFile(home)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, recordFile(home));
}
