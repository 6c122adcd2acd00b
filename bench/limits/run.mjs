#!/usr/bin/env node
/**
 * Limits against an endpoint that refuses above a quota that it does not tell.
 * `node bench/limits/run.mjs [--only NAME] [--quota 20] [--seconds 30] [--json]`, after `npm run build`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FanfoldClient } from '../../dist/client.js';
import { findTemporal } from '../../dist/dev-server/binary.js';
import { startServer } from '../../dist/dev-server/dev-server.js';
import { startApi } from './api.mjs';
import { contenders } from './contenders.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quota: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
});
const perSecond = Number(values.quota);
const seconds = Number(values.seconds);
const latencyMs = 300;
/** What is called settled begins so long after the first call, and after each change of the quota. */
const settlingMs = 8000;
const worker = fileURLToPath(new URL('worker.mjs', import.meta.url));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const idsOf = (count, prefix = 't') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const scenarios = {
  ...Object.fromEntries(Object.keys(contenders).map((name) => [`steady: ${name}`, (place) => steady(place, name)])),
  'no Retry-After': (place) => {
    place.api.quota.tells = false;
    return steady(place, 'fanfold');
  },
  halved: (place) => changing(place, [[seconds / 2, perSecond / 2]]),
  outage: (place) =>
    changing(place, [
      [10, 0],
      [30, perSecond],
    ]),
  'three workers, one killed': async (place) => {
    place.startWorker();
    place.startWorker();
    const running = contenders.fanfold(place, idsOf(perSecond * seconds));
    await sleep((seconds / 2) * 1000);
    place.first.kill('SIGKILL');
    return { failed: await running };
  },
  'ten runs at once': async (place) => {
    const runs = Array.from({ length: 10 }, (_, run) => idsOf((perSecond * seconds) / 10, `run${run}-`));
    const ends = await Promise.all(
      runs.map(async (ids) => ({ failed: await contenders.fanfold(place, ids), at: Date.now() })),
    );
    const begin = place.api.seen[0].at;
    // Where the quota is shared evenly, all end at about the same time, and each has had a tenth of it half-way.
    const half = place.api.seen.filter(({ served }) => served).slice(0, (perSecond * seconds) / 2);
    const shares = runs.map((_, run) => half.filter(({ who }) => who.startsWith(`run${run}-`)).length);
    const failed = ends.reduce((sum, end) => sum + end.failed, 0);
    return { failed, firstEndS: secondsOf(Math.min(...ends.map(({ at }) => at)) - begin), halfwayShares: shares };
  },
};

async function steady(place, contender) {
  return { failed: await contenders[contender](place, idsOf(perSecond * seconds)) };
}

async function changing(place, changes) {
  for (const [afterS, quota] of changes) {
    setTimeout(() => {
      place.changes.push(Date.now());
      place.changeTo(quota);
    }, afterS * 1000);
  }
  return steady(place, 'fanfold');
}

async function perform(name, scenario, { address }) {
  const api = await startApi({ perSecond, burst: perSecond / 2, latencyMs, tells: true });
  const home = await mkdtemp(join(tmpdir(), 'fanfold-bench-'));
  const taskQueue = home.slice(-6);
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: address,
    FANFOLD_HOME: home,
    FANFOLD_TASK_QUEUE: taskQueue,
    BENCH_API: api.url,
  };
  const workers = [];
  const startWorker = () => {
    workers.push(spawn(process.execPath, [worker], { env, cwd: home, stdio: ['ignore', 'ignore', 'inherit'] }));
    return workers.at(-1);
  };
  process.env.FANFOLD_HOME = home;
  const connected = await FanfoldClient.connect({ address });
  const fanfold = new FanfoldClient({ client: connected.temporal, taskQueue });
  const steps = [{ at: 0, quota: perSecond }];
  const changeTo = (quota) => {
    api.quota.perSecond = quota;
    steps.push({ at: Date.now(), quota });
  };
  const place = { api, fanfold, startWorker, first: startWorker(), changes: [], changeTo };
  await sleep(3000);
  const began = Date.now();
  const outcome = await scenario(place);
  const elapsedS = secondsOf(Date.now() - began);
  for (const each of workers) each.kill('SIGKILL');
  await connected.close();
  api.close();
  await rm(home, { recursive: true, force: true });
  return {
    scenario: name,
    tasks: perSecond * seconds,
    elapsedS,
    ...outcome,
    ...measure(api, steps),
    mostAtOnce: api.mostAtOnce(),
  };
}

/** Over the time in which there was work and the last change of the quota had been long enough ago. */
function measure({ seen }, steps) {
  const begin = seen[0].at;
  const end = seen.at(-1).at - 2000;
  const isSettled = (at) => {
    const since = [begin, ...steps.slice(1).map((step) => step.at)].findLast((change) => change <= at);
    return at >= since + settlingMs && at < end && quotaAt(steps, at) > 0;
  };
  let possible = 0;
  for (let at = begin; at < end; at += 100) if (isSettled(at)) possible += quotaAt(steps, at) / 10;
  const settled = seen.filter(({ at }) => isSettled(at));
  const served = settled.filter((each) => each.served).length;
  const share = (part, whole) => (whole === 0 ? null : Math.round((part / whole) * 1000) / 10);
  return {
    calls: seen.length,
    refused: seen.filter((each) => !each.served).length,
    settledUsePercent: share(served, possible),
    settledRefusedPercent: share(settled.length - served, settled.length),
  };
}

function quotaAt(steps, at) {
  return steps.findLast((step) => step.at <= at).quota;
}

function secondsOf(ms) {
  return Math.round(ms / 100) / 10;
}

const folder = await mkdtemp(join(tmpdir(), 'fanfold-bench-server-'));
const say = (message) => console.error(message);
const { path: binary } = await findTemporal({
  home: fileURLToPath(new URL('../../.fanfold', import.meta.url)),
  onMessage: say,
});
const server = await startServer({ binary, logFile: join(folder, 'server.log') });
try {
  const chosen = Object.entries(scenarios).filter(([name]) => values.only === undefined || name.includes(values.only));
  for (const [name, scenario] of chosen) {
    const result = await perform(name, scenario, server);
    if (values.json) console.log(JSON.stringify(result));
    else console.log(result);
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit();
