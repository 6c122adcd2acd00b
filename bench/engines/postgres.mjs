/** A PostgreSQL of its own in a folder, with the settings that it comes with; it refuses to run as root, so root lends it another account. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort, startProcess, untilListening } from '../processes.mjs';

const debian = '/usr/lib/postgresql';
export const postgresUser = 'bench';

/** PG_BIN, PATH, then where Debian has them, newest first. */
export function postgresProgram(name) {
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PG_BIN ? [process.env.PG_BIN] : []),
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const complete = folders.find((folder) => ['initdb', 'postgres'].every((each) => existsSync(join(folder, each))));
  return complete === undefined ? undefined : join(complete, name);
}

export async function startPostgres({ folder }) {
  const data = join(folder, 'postgres');
  const account = accountFor(folder);
  const quiet = { ...account, stdio: ['ignore', 'ignore', 'pipe'], cwd: folder };
  execFileSync(postgresProgram('initdb'), ['-D', data, '-U', postgresUser, '-A', 'trust', '--no-sync'], quiet);
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const logFile = join(folder, 'postgres.log');
  const server = startProcess(postgresProgram('postgres'), args, { logFile, cwd: folder, ...account });
  await untilListening(port);
  const url = `postgresql://${postgresUser}@127.0.0.1:${port}`;
  return { info: { url }, pid: server.pid, stop: () => server.stop('SIGINT') };
}

/** PG_USER, by default `postgres`. */
function accountFor(folder) {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag) => Number(execFileSync('id', [flag, process.env.PG_USER ?? 'postgres'], { encoding: 'utf8' }));
  const account = { uid: idOf('-u'), gid: idOf('-g') };
  chownSync(folder, account.uid, account.gid);
  return account;
}
