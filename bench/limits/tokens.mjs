#!/usr/bin/env node
/**
 * How long it takes to be given tokens of one limit that many processes share: `DATABASE_URL=… node bench/limits/tokens.mjs`.
 * Each process takes tokens at a steady rate and gives a part back; without DATABASE_URL they share a file of SQLite.
 */
import { fork } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '28' },
    seconds: { type: 'string', default: '20' },
  },
});
const [processes, rate, seconds] = [Number(values.processes), Number(values.rate), Number(values.seconds)];
const queue = 'bench.limit.tokens';
const settings = { tokensPerMinute: 60_000_000 };

if (process.send) await one();
else await all();

async function one() {
  const dist = new URL('../../dist/', import.meta.url);
  const { Limiter } = await import(new URL('limits/limiter.js', dist));
  const { limitTable } = await import(new URL('limits/table.js', dist));
  const table = limitTable(process.env.FANFOLD_HOME, process.env.DATABASE_URL);
  const replaced = [];
  const timed = {
    ...table,
    async update(...args) {
      const from = performance.now();
      try {
        return await table.update(...args);
      } finally {
        replaced.push(performance.now() - from);
      }
    },
  };
  const told = [];
  const { TableOutage } = await import(new URL('limits/outage.js', dist));
  const outage = new TableOutage((text) => told.push(text));
  const limiter = new Limiter({ queue, settings, table: timed, reportRate() {}, outage });
  await limiter.start();
  process.send('ready');
  await new Promise((begin) => process.once('message', begin));
  const [latencies, failures] = [[], []];
  replaced.length = 0;
  const began = performance.now();
  const calls = [Promise.resolve()];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    // At random moments, as calls come.
    await sleep((-Math.log(1 - Math.random()) * 1000) / rate);
    calls.push(call());
  }
  async function call() {
    const from = performance.now();
    try {
      await limiter.take(1000);
      latencies.push({ ms: performance.now() - from, at: from - began });
      await limiter.giveBack(400);
    } catch (error) {
      failures.push(error.message);
    }
  }
  await Promise.all(calls);
  await limiter.stop();
  process.send({ latencies, replaced, failures, told });
  process.disconnect();
}

async function all() {
  const FANFOLD_HOME = await mkdtemp(join(tmpdir(), 'fanfold-tokens-'));
  const env = { ...process.env, FANFOLD_HOME };
  const children = Array.from({ length: processes }, () =>
    fork(fileURLToPath(import.meta.url), process.argv.slice(2), { env }),
  );
  const answer = (child) => new Promise((resolve) => child.once('message', resolve));
  await Promise.all(children.map(answer));
  const answers = children.map(answer);
  for (const child of children) child.send('begin');
  const load = busy();
  const ended = await Promise.all(answers);
  const busyShare = load();
  const latencies = ended.flatMap((each) => each.latencies);
  const replaced = ended.flatMap((each) => each.replaced);
  const failures = ended.flatMap((each) => [...each.failures, ...each.told]);
  const where = process.env.DATABASE_URL ? 'PostgreSQL' : 'SQLite';
  console.log(`${where}, ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}`);
  console.log(
    `${processes} processes × ${rate}/s for ${seconds} s: ${latencies.length} calls, ${failures.length} failures`,
  );
  console.log(`take: ${spread(latencies.map(({ ms }) => ms))}`);
  console.log(`take, after the first second: ${spread(latencies.filter(({ at }) => at > 1000).map(({ ms }) => ms))}`);
  console.log(`the row was replaced ${Math.round(replaced.length / seconds)} times a second: ${spread(replaced)}`);
  console.log(
    `processors busy, with whatever else ran: ${Math.round(busyShare * 100)} %; load ${loadavg()[0]?.toFixed(1)}`,
  );
  if (failures.length > 0) console.log(failures.slice(0, 3).join('\n'));
}

function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.floor(sorted.length * share)] ?? NaN);
  return `p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, longest ${at(0.99999)} ms`;
}

/** The share of the processors that all processes of the machine used, from now until it is asked. */
function busy() {
  const times = (kind) => cpus().reduce((sum, { times: each }) => sum + (kind ? each[kind] : each.user + each.sys), 0);
  const from = { used: times(), idle: times('idle') };
  return () => {
    const [used, idle] = [times() - from.used, times('idle') - from.idle];
    return used / (used + idle);
  };
}
