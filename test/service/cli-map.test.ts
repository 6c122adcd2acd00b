import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, inject, test } from 'vitest';
import type { RunView } from '../../src/client.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
let folder: string;

/** Notes each call, and fails those that are bad while there is no file `mended`. */
const program = `
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
export async function score({ n, ms = 0, bad }) {
  await sleep(ms);
  appendFileSync('journal', n + '\\n');
  if (bad && !existsSync('mended')) throw new Error(n + ' is bad');
  return n * 2;
}
export const weight = 3;
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfold-cli-map-'));
  await writeFile(join(folder, 'score.mjs'), program);
});

function start(args: readonly string[], input = '') {
  const env = { ...process.env, TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: folder, NO_COLOR: '1' };
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  return { child, ended };
}

const fanfold = (...args: string[]) => start(args).ended;
const lines = (items: readonly object[]): string => items.map((item) => JSON.stringify(item)).join('\n');
const journal = async (): Promise<string[]> =>
  (await readFile(join(folder, 'journal'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

async function written(file: string): Promise<TaskResult[]> {
  const text = await readFile(join(folder, file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TaskResult);
}

test('a command killed in the middle is rejoined by its id, loses nothing and repeats only its last moments', async () => {
  const items = Array.from({ length: 1500 }, (_, n) => ({ n, ms: 40 }));
  await writeFile(join(folder, 'items.jsonl'), lines(items));
  const args = ['map', './score.mjs#score', 'items.jsonl', '--concurrency', '20', '--id', 'killed', '-o', 'out.jsonl'];
  const first = start(args);
  await eventually(async () => ((await journal()).length >= 700 ? true : undefined));
  first.child.kill('SIGKILL');
  await first.ended;
  const before = (await journal()).length;
  const { code, stdout } = await fanfold(...args, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout) as RunView).toMatchObject({ runId: 'killed', fanIn: { successCount: 1500 } });
  const results = await written('out.jsonl');
  expect(results.map((result) => result.success && result.result)).toEqual(items.map(({ n }) => n * 2));
  const again = (await journal()).length - 1500;
  // Twenty at once of 40 ms are five hundred a second; a heartbeat travels every 200 ms, and this machine may be slow.
  expect(again).toBeLessThanOrEqual(Math.min(400, before));
});

test('a file that says something else by now is a conflict with the run that has the id, whatever its size and times are', async () => {
  const path = join(folder, 'changing.jsonl');
  const args = ['map', './score.mjs#score', 'changing.jsonl', '--id', 'changing', '--json'];
  await writeFile(path, '{"n":1}\n{"n":2}\n');
  const { atime, mtime } = await stat(path);
  expect((await fanfold(...args)).code).toBe(0);
  await writeFile(path, '{"n":1}\n{"n":3}\n');
  await utimes(path, atime, mtime);
  const changed = await fanfold(...args);
  expect([changed.code, JSON.parse(changed.stdout)]).toMatchObject([2, { error: { type: 'RunConflict' } }]);
  await writeFile(path, '{"n":1}\n{"n":2}\n');
  const same = await fanfold(...args);
  expect([same.code, JSON.parse(same.stdout)]).toMatchObject([0, { fanIn: { successCount: 2 } }]);
});

test('stdin that says something else is a conflict too, and one that says nothing joins the run', async () => {
  const args = ['map', './score.mjs#score', '-', '--id', 'changing-stdin', '--json'];
  expect((await start(args, '{"n":1}\n').ended).code).toBe(0);
  const other = await start(args, '{"n":2}\n').ended;
  expect([other.code, JSON.parse(other.stdout)]).toMatchObject([2, { error: { type: 'RunConflict' } }]);
  for (const input of ['', '{"n":1}\n']) expect((await start(args, input).ended).code).toBe(0);
});

test('items from stdin, failures by their line, and a redrive that needs nothing but the id of the run', async () => {
  const input = lines(Array.from({ length: 60 }, (_, n) => ({ n, bad: n % 20 === 3 })));
  const { code, stdout } = await start(
    ['map', './score.mjs#score', '-', '--id', 'piped', '--attempts', '1', '--json'],
    `${input}\nno json`,
  ).ended;
  expect(code).toBe(0);
  const { fanIn } = JSON.parse(stdout) as RunView;
  expect(fanIn).toMatchObject({
    successCount: 57,
    failedTasks: { 3: '3 is bad', 60: expect.stringContaining('Line 61') },
  });
  await writeFile(join(folder, 'mended'), '');
  const before = (await journal()).length;
  const redriven = await fanfold('redrive', 'piped', '--id', 'mended', '--json');
  expect(redriven.code).toBe(0);
  expect((JSON.parse(redriven.stdout) as RunView).fanIn).toMatchObject({ successCount: 60, failureCount: 1 });
  expect((await journal()).length - before).toBe(3);
});

test('a policy that is not met exits with 1, and a module, function or file that is not there with 2', async () => {
  await writeFile(join(folder, 'two.csv'), 'n,bad\n1,\n2,\n');
  const strict = await fanfold(
    'map',
    './score.mjs#score',
    'items.jsonl',
    '--task-timeout',
    '5ms',
    '--min-success-ratio',
    '1',
  );
  expect(strict.code).toBe(1);
  const module = await fanfold('map', './nowhere.mjs#score', 'two.csv');
  expect(module).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere.mjs is not there') });
  const missing = await fanfold('map', './score.mjs#weight', 'two.csv');
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('there is: score') });
  const file = await fanfold('map', './score.mjs#score', 'nothing.jsonl');
  expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining('no such file') });
});
