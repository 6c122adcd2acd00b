/**
 * A Temporal server as it runs in production: frontend, history, matching and worker on PostgreSQL, with the server's own
 * defaults but for what `deploy/temporal/dynamic-config.yaml` sets. Built once from its Go module.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const version = 'v1.32.1';
const dynamicConfig = fileURLToPath(new URL('../../deploy/temporal/dynamic-config.yaml', import.meta.url));
const programs = { server: 'go.temporal.io/server/cmd/server', sql: 'go.temporal.io/server/cmd/tools/sql' };

/** Builds what is missing in a folder, which takes 10 to 25 minutes on two cores the first time. @throws where there is no Go */
export async function buildServer(folder) {
  const environment = { ...process.env, GOBIN: folder, PATH: `${process.env.PATH}:/usr/local/go/bin` };
  await mkdir(folder, { recursive: true });
  for (const [name, path] of Object.entries(programs)) {
    if (existsSync(join(folder, name))) continue;
    await execute('go', ['install', '-p', '2', `${path}@${version}`], { env: environment, maxBuffer: 1e8 });
  }
}

/** Whether a folder has what {@link buildServer} makes. */
export function isBuilt(folder) {
  return Object.keys(programs).every((name) => existsSync(join(folder, name)));
}

/** Makes the databases and their schema, and starts. */
export async function startRealServer({ programs: folder, postgresPort, port, home }) {
  await makeSchema(folder, postgresPort);
  const config = join(home, 'temporal.yaml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify(configOf(port, postgresPort)));
  let child;
  const start = async () => {
    const log = openSync(join(home, 'temporal.log'), 'a');
    const args = ['--config-file', config, '--allow-no-auth', 'start'];
    child = spawn(join(folder, 'server'), args, { stdio: ['ignore', log, log] });
    while (!(await accepts(port))) {
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}: see ${home}/temporal.log`);
      await sleep(100);
    }
  };
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  await start();
  return { address: `127.0.0.1:${port}`, start, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function makeSchema(folder, postgresPort) {
  const tool = (database, ...args) =>
    execute(join(folder, 'sql'), [
      '--plugin',
      'postgres12',
      '--ep',
      '127.0.0.1',
      '-p',
      String(postgresPort),
      '-u',
      'postgres',
      '--pw',
      'none',
      '--db',
      database,
      ...args,
    ]);
  for (const [database, schema] of [
    ['temporal', 'temporal'],
    ['temporal_visibility', 'visibility'],
  ]) {
    await tool(database, 'create');
    await tool(database, 'setup-schema', '-v', '0.0');
    await tool(database, 'update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }
}

function configOf(port, postgresPort) {
  const datastore = (databaseName) => ({
    sql: {
      pluginName: 'postgres12',
      connectAddr: `127.0.0.1:${postgresPort}`,
      connectProtocol: 'tcp',
      user: 'postgres',
      password: 'none',
      databaseName,
      maxConns: 20,
      maxIdleConns: 20,
    },
  });
  const service = (number) => ({
    rpc: { grpcPort: port + number, membershipPort: port + 4 + number, bindOnLocalHost: true },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { default: datastore('temporal'), visibility: datastore('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: { frontend: service(0), history: service(1), matching: service(2), worker: service(3) },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${port}` },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicConfig, pollInterval: '10s' },
  };
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    const end = (is) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
