/** A real PostgreSQL server for one test, where its programs are installed. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/dev-server/ports.ts';

const programs = ['15', '16', '17', '18']
  .map((version) => `/usr/lib/postgresql/${version}/bin`)
  .find((folder) => existsSync(join(folder, 'initdb')));

export const hasPostgres = programs !== undefined;

export interface PostgresServer {
  readonly url: string;
  readonly port: number;
  /** At once, as by a crash. */
  stop(): void;
  start(): void;
  /** Stops it, and nothing of it is left. */
  remove(): Promise<void>;
}

/** A new server that has started. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-postgres-'));
  const port = await freePort();
  // PostgreSQL refuses to run as root.
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : ['env'];
  const data = join(folder, 'data');
  const run = (program: string, ...args: string[]): void => {
    const [first = '', ...rest] = [...asUser, join(programs ?? '', program), ...args];
    execFileSync(first, rest, { stdio: 'ignore', cwd: '/' });
  };
  if (asUser[0] === 'runuser') execFileSync('chown', ['postgres', folder]);
  run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync');
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  const start = (): void => run('pg_ctl', '-D', data, '-w', '-o', options, '-l', join(folder, 'log'), 'start');
  const stop = (): void => run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
  const remove = async (): Promise<void> => {
    if (existsSync(join(data, 'postmaster.pid'))) stop();
    await rm(folder, { recursive: true, force: true });
  };
  start();
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, port, stop, start, remove };
}

/** Starts a server, hands over its address, and removes it whatever happens. */
export async function withPostgres(work: (url: string, server: PostgresServer) => Promise<void>): Promise<void> {
  const server = await startPostgres();
  try {
    await work(server.url, server);
  } finally {
    await server.remove();
  }
}
