/** Everything outside fanfold that a deployment stands on: Temporal, PostgreSQL and S3, each of which can be taken away. */
import { join } from 'node:path';
import { createJiti } from 'jiti';
import { findTemporal } from '../../dist/dev-server/binary.js';
import { startServer } from '../../dist/dev-server/dev-server.js';
import { freePort } from '../../dist/dev-server/ports.js';
import { startRealServer } from './real-server.mjs';

const { import: load } = createJiti(import.meta.url);
const { hasPostgres, startPostgres } = await load('../support/postgres.ts');
const { startS3 } = await load('../support/s3.ts');

/** @param programs the folder of a real server's programs; without it the embedded one is used */
export async function raise({ folder, programs }) {
  const closing = [];
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    if (!hasPostgres) throw new Error('PostgreSQL is not installed here: on Debian `apt-get install postgresql`');
    const postgres = await startPostgres();
    closing.push(postgres.remove);
    const [s3, why] = await startS3();
    if (!s3) throw new Error(`No stand-in for S3: ${why}`);
    closing.push(s3.stop);
    const server = programs ? await real({ folder, programs, postgres }) : await embedded(folder);
    closing.push(() => server.stop());
    return { postgres, s3, server, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function real({ folder, programs, postgres }) {
  // Below those that the system gives to connections; the server's table of its members takes no port above 32,767.
  const port = 20_000 + Math.floor(Math.random() * 1000) * 8;
  return startRealServer({ programs, postgresPort: postgres.port, port, home: folder });
}

async function embedded(folder) {
  const { path: binary } = await findTemporal({ home: process.env.FANFOLD_HOME ?? '.fanfold' });
  const port = await freePort();
  const options = { binary, port, dbFilename: join(folder, 'temporal.db'), logFile: join(folder, 'temporal.log') };
  let server = await startServer(options);
  return {
    address: server.address,
    start: async () => void (server = await startServer(options)),
    kill: () => server.kill(),
    stop: () => server.stop(),
  };
}
