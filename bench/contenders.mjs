/**
 * Who takes part: fanfold's ways in, and its peers, each in the ways that its documentation shows.
 * `most` is the largest fan-out worth a try: beyond it a run is known to take minutes, or to fail. Without `--full`
 * fanfold's ways go up to `briefMost`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { versionOf } from './processes.mjs';
import { postgresProgram } from './engines/postgres.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const own = {
  name: 'fanfold',
  folder: here('./fanfold'),
  packages: ['@temporalio/worker', '@temporalio/client'],
  servers: true,
  durability: "Temporal's development server: its SQLite file, or memory alone",
  variants: [
    { name: 'gather', most: 5000, deadline: [20], kill: true },
    { name: 'gather in one process', most: 5000, deadline: [], kill: false },
    { name: 'map', most: 1_000_000, briefMost: 50_000, deadline: [20, 10_000], kill: true },
    { name: 'auto', most: 50_000, briefMost: 5000, deadline: [20, 10_000], kill: false },
    { name: 'pack', most: 50_000, briefMost: 0, deadline: [], kill: true },
    { name: 'task', most: 5000, briefMost: 500, deadline: [20], kill: true },
    { name: 'local', most: 50, briefMost: 0, deadline: [], kill: true },
  ],
};

export const peers = [
  {
    name: 'temporal',
    title: 'Temporal, an activity a task',
    // The same SDK that fanfold is made of, so there is nothing to install.
    folder: here('./peers/temporal'),
    packages: ['@temporalio/worker', '@temporalio/client'],
    servers: true,
    durability: "Temporal's development server: its SQLite file, or memory alone; heartbeats only where named",
    variants: [
      { name: 'all at once', most: 5000, deadline: [20], kill: true },
      { name: '500 at once', most: 5000, deadline: [10_000], kill: false },
      { name: 'heartbeats', most: 0, deadline: [], kill: true },
    ],
  },
  {
    name: 'restate',
    title: 'Restate',
    folder: here('./peers/restate'),
    packages: ['@restatedev/restate-server', '@restatedev/restate-sdk', '@restatedev/restate-sdk-clients'],
    durability: 'its log in RocksDB, as by default',
    variants: [
      { name: 'steps', most: 5000, deadline: [20, 10_000], kill: true },
      { name: 'calls', most: 50_000, deadline: [20, 10_000], kill: true },
    ],
  },
  {
    name: 'dbos',
    title: 'DBOS',
    folder: here('./peers/dbos'),
    packages: ['@dbos-inc/dbos-sdk'],
    durability: 'PostgreSQL with fsync and synchronous commit, as by default',
    missing: () =>
      postgresProgram('postgres') ? undefined : 'PostgreSQL (initdb and postgres; PG_BIN names their folder)',
    engine: () => versionOf(postgresProgram('postgres') ?? 'postgres'),
    variants: [
      { name: 'steps', most: 50_000, deadline: [20, 10_000], kill: true },
      { name: 'queue', most: 500, deadline: [], kill: true },
      { name: 'queue polled each 50 ms', most: 5000, deadline: [20], kill: true },
    ],
  },
  {
    name: 'langgraph',
    title: 'LangGraph.js',
    folder: here('./peers/langgraph'),
    packages: [
      '@langchain/langgraph',
      '@langchain/core',
      '@langchain/langgraph-checkpoint-sqlite',
      '@langchain/langgraph-checkpoint-postgres',
      'better-sqlite3',
    ],
    durability: '`sync`: a checkpoint before each step goes on, in SQLite or PostgreSQL',
    missing: (variant) =>
      variant === 'sqlite' || postgresProgram('postgres')
        ? undefined
        : 'PostgreSQL (initdb and postgres; PG_BIN names their folder)',
    engine: () => versionOf(postgresProgram('postgres') ?? 'postgres'),
    variants: [
      { name: 'sqlite', most: 50_000, deadline: [20, 10_000], kill: true },
      { name: 'postgres', most: 5000, deadline: [20], kill: true },
    ],
  },
  {
    name: 'aws',
    title: 'AWS durable execution',
    folder: here('./peers/aws'),
    packages: ['@aws/durable-execution-sdk-js', '@aws/durable-execution-sdk-js-testing'],
    durability: "none: its local test runner keeps checkpoints in memory, where Lambda's service would keep them",
    variants: [
      { name: 'steps', most: 5000, deadline: [], kill: false },
      { name: 'map', most: 5000, deadline: [], kill: false },
    ],
  },
  {
    name: 'bullmq',
    title: 'BullMQ',
    folder: here('./peers/bullmq'),
    packages: ['bullmq', 'ioredis'],
    durability: 'Redis with an append-only file, fsync each second as BullMQ advises, or at each write where named',
    missing: () =>
      versionOf(redisServer)
        ? undefined
        : 'Redis (`redis-server` on PATH, or REDIS_SERVER; Debian: apt-get install redis-server)',
    engine: () => versionOf(redisServer),
    variants: [
      { name: 'flow', most: 50_000, deadline: [20, 10_000], kill: true },
      { name: 'flow, fsync always', most: 5000, deadline: [], kill: false },
      { name: 'flow, stalled each 2 s', most: 0, deadline: [], kill: true },
    ],
  },
];

const redisServer = process.env.REDIS_SERVER ?? 'redis-server';
const all = [own, ...peers];

export function contenderOf(name) {
  const found = all.find((each) => each.name === name);
  if (!found) throw new Error(`There is no contender '${name}' (there is: ${all.map((each) => each.name).join(', ')})`);
  return found;
}

/** Loaded only in the processes that need it, as it imports the contender's own packages. */
export function programOf(name) {
  return import(new URL(`file://${contenderOf(name).folder}/program.mjs`).href);
}

export function versionsOf({ folder, packages, engine }) {
  const versions = packages.map((name) => [name, installedVersion(folder, name)]);
  const server = engine?.();
  return Object.fromEntries([...versions, ...(server ? [['server', server]] : [])]);
}

function installedVersion(folder, name) {
  const places = [`${folder}/node_modules/${name}/package.json`, here(`../node_modules/${name}/package.json`)];
  const found = places.find((path) => existsSync(path));
  return found === undefined ? 'not installed' : JSON.parse(readFileSync(found, 'utf8')).version;
}
