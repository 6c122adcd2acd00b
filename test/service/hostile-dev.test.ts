/**
 * No run ends `fanfold dev` again after each restart: a run of all that is hostile, `kill -9` in the middle, twice, and it ends.
 * An activity that ends its process by itself (`process.exit`) is its author's; every attempt of it ends a worker.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, inject, test } from 'vitest';
import type { RunView } from '../../src/client.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'fanfold-hostile-'));
const journal = join(folder, 'journal');
const taskQueue = `hostile-${randomUUID().slice(0, 8)}`;
let dev: ChildProcess | undefined;

afterEach(async () => {
  dev?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Of one's own, in a plain module: what it throws and returns no process should have to read. */
const settings = `
import { appendFileSync } from 'node:fs';
const trap = () => { throw new Error('trap'); };
const circle = () => { const error = new Error('round'); error.cause = new Error('in', { cause: error }); return error; };
const deep = () => { let error = new Error('root'); for (let n = 0; n < 20000; n++) error = new Error('on', { cause: error }); return error; };
const thrown = {
  half: () => new Error('half \\ud83d'),
  circle, deep,
  large: () => new Error('H'.repeat(5 * 1024 * 1024)),
  getter: () => Object.defineProperty(new Error('m'), 'message', { get: trap }),
  proxy: () => new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap }),
  nothing: () => undefined,
  bare: () => Object.create(null),
};
const returned = {
  json: () => ({ toJSON: trap }),
  getter: () => Object.defineProperty({}, 'a', { get: trap, enumerable: true }),
  half: () => '\\udc00\\u001b]52;c;x\\u0007',
};
async function odd({ throws, returns, slow }) {
  if (slow !== undefined) {
    appendFileSync(${JSON.stringify(journal)}, 'slow ' + slow + '\\n');
    await new Promise((resolve) => setTimeout(resolve, 700));
    return slow;
  }
  if (throws !== undefined) throw thrown[throws]();
  return returned[returns]();
}
export default { parts: [{ activities: { odd }, open: ['odd'] }] };
`;

const throwing = ['half', 'circle', 'deep', 'large', 'getter', 'proxy', 'nothing', 'bare'];
const odd = [
  ...throwing.map((throws) => ({ throws, ends: 'failed' })),
  ...['json', 'getter'].map((returns) => ({ returns, ends: 'failed' })),
  { returns: 'half', ends: 'succeeded' },
];
/** Slow ones between them, so that each kill and each restart finds some of either kind. */
const inputs = odd.flatMap((input, slow) => [{ slow, ends: 'succeeded' }, input]);
/** Names that programs trip over; each with a number, since ids differ. */
const names = ['\u001B[2J', '\u202E', '\u0000', '__proto__', '👩‍👩‍👧', "'; drop", '../..', '<b>'];
const tasks = inputs.map((input, at) => ({ id: `${names[at % names.length]}${at}`, activity: 'odd', input }));

async function startDev(): Promise<string> {
  const { address } = inject('temporal');
  dev = spawn(process.execPath, [main, 'dev', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: folder, FANFOLD_TASK_QUEUE: taskQueue },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let url = '';
  for await (const line of createInterface({ input: dev.stdout as NodeJS.ReadableStream })) {
    url = /^Service\s+(\S+)/.exec(line)?.[1] ?? url;
    if (line.includes('Ctrl-C')) return url;
  }
  throw new Error('fanfold dev ended before it served');
}

async function killDev(): Promise<void> {
  const gone = once(dev as ChildProcess, 'exit');
  dev?.kill('SIGKILL');
  await gone;
}

const slowStarted = async (): Promise<number> => (await readFile(journal, 'utf8')).split('\n').length - 1;

test('a run of hostile ids, errors and results outlives two kills of `dev`, which serves again each time', async () => {
  await writeFile(join(folder, 'fanfold.config.mjs'), settings);
  await appendFile(journal, '');
  let url = await startDev();
  const started = await fetch(`${url}/runs/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: taskQueue, tasks, options: { concurrency: 3, attempts: 3, granularity: 'task' } }),
  });
  expect(started.status).toBe(202);
  for (let kill = 0; kill < 2; kill++) {
    const before = await slowStarted();
    await eventually(async () => ((await slowStarted()) > before ? true : undefined));
    await killDev();
    url = await startDev();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  }
  const view = await eventually(async () => {
    const body = (await (await fetch(`${url}/runs/${taskQueue}`)).json()) as RunView;
    return body.status === 'running' ? undefined : body;
  });
  expect(view.fanIn?.results).toHaveLength(tasks.length);
  const succeeded = new Set(view.fanIn?.results.flatMap(({ id, success }) => (success ? [id] : [])));
  // What was thrown is the failure of its own task, and of the slow ones none is missing.
  for (const { id, input } of tasks) expect([id, succeeded.has(id)]).toEqual([id, input.ends === 'succeeded']);
  expect(dev?.exitCode).toBeNull();
}, 120_000);
