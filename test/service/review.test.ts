/** Reviews by the command, and by workers that are killed in the middle of calls that are paid for. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LLMock } from '@copilotkit/aimock';
import { Client, Connection } from '@temporalio/client';
import type { Ajv } from 'ajv';
import { afterEach, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import type { ReviewReport } from '../../src/agents/review/pure/types.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const require = createRequire(import.meta.url);
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function project(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-review-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

function start(args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}) {
  const { address } = inject('temporal');
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: address,
    FANFOLD_HOME: join(cwd, '.fanfold'),
    FANFOLD_TASK_QUEUE: `review-${cwd.slice(-6)}`,
    NO_COLOR: '1',
    ...environment,
  };
  const child = spawn(process.execPath, [main, ...args], { cwd, env });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end();
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr })) };
}

const dirty = {
  'src/a.ts': 'export const a: number = "x";\ndebugger;\n',
  'src/b.py': 'def f(x=[]):\n    return x\n',
  'tsconfig.json': '{ "compilerOptions": { "types": [] } }',
  '.oxlintrc.json': '{ "rules": { "no-debugger": "off" } }',
};

test('for a person, the findings are told by file with their lines, and finding something is no failure', async () => {
  const folder = await project(dirty);
  const { code, stdout, stderr } = await start(['review', '--project-tools', '--all', 'src'], folder).ended;
  expect(code, stderr).toBe(0);
  for (const part of [
    'src/a.ts',
    '1:14 error typescript/TS2322',
    '1 | export const a: number = "x";',
    '1 error, 1 warning in 2 files',
    'Looked at by',
    'No model is configured',
  ]) {
    expect(stdout).toContain(part);
  }
  // The project's own configuration says so.
  expect(stdout).not.toContain('no-debugger');
  for (const line of stdout.split('\n')) if (!line.includes('http')) expect(line.length).toBeLessThanOrEqual(80);
});

test('as SARIF it is valid on stdout or in a file, and what is too bad exits 1', async () => {
  const folder = await project(dirty);
  const { default: Draft4 } = require('ajv-draft-04') as { default: typeof Ajv };
  const { default: addFormats } = require('ajv-formats') as { default: (target: Ajv) => void };
  const ajv = new Draft4({ strict: false, unicodeRegExp: false });
  addFormats(ajv);
  const validate = ajv.compile(require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object);
  const untrusted = ['review', '--no-project-tools', '--all'];
  const [printed, saved] = await Promise.all([
    start([...untrusted, '--sarif', '--fail-on', 'error'], folder).ended,
    start([...untrusted, 'src/b.py', '--json', '--sarif', 'out.sarif', '--fail-on', 'error'], folder).ended,
  ]);
  const log = JSON.parse(printed.stdout) as { runs: { results: { ruleId: string }[] }[] };
  validate(log);
  expect(validate.errors).toBeNull();
  expect(log.runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual([
    'typescript/TS2322',
    'oxlint/no-debugger',
    'ruff/B006',
  ]);
  expect([printed.code, saved.code]).toEqual([1, 0]);
  expect(JSON.parse(saved.stdout)).toMatchObject({ status: 'completed', answer: { counts: { warning: 1 } } });
  expect(validate(JSON.parse(await readFile(join(folder, 'out.sarif'), 'utf8')))).toBe(true);
});

test('a form for CI is a gate: errors close it, and so does an analyser that did not look', async () => {
  const linters = { 'node_modules/oxlint/package.json': '{"version":"9.9.9","bin":{"oxlint":"run.cjs"}}' };
  const broken = { ...linters, 'node_modules/oxlint/run.cjs': 'process.exit(3)', 'a.js': 'export {};\n' };
  const gate = async (files: Record<string, string>, ...args: string[]) =>
    start(['review', ...args], await project(files)).ended;
  const all = await Promise.all([
    gate(dirty, '--no-project-tools', '--rdjson'),
    gate(dirty, '--no-project-tools', '--sarif', '--fail-on', 'never'),
    gate(broken, '--project-tools', '--github'),
    gate({ 'deep.py': '('.repeat(100_000).replaceAll(/.{100}/g, '$&\n') }, '--no-project-tools', '--github'),
  ]);
  expect(all.map(({ code }) => code)).toEqual([1, 0, 1, 1]);
  expect(all[2]?.stderr).toContain('no result of (oxlint)');
  const folder = await project(dirty);
  const GITHUB_STEP_SUMMARY = join(folder, 'summary.md');
  await start(['review', '--no-project-tools', '--github'], folder, { GITHUB_STEP_SUMMARY }).ended;
  expect(await readFile(GITHUB_STEP_SUMMARY, 'utf8')).toMatch(/^## fanfold review\n\n1 error, .*\| src\/a\.ts:1 \|/s);
  expect(all[3]?.stderr).toContain('deep.py was not analysed by ruff');
});

test('calls and tokens of a model are said before it is asked', async () => {
  const folder = await project({ 'a.py': 'x = 1\n' });
  const mock = new LLMock({ port: 0 });
  await mock.start();
  mock.on({}, () => ({ content: '{"findings": []}' }));
  try {
    const environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'told' };
    const { stderr, code } = await start(['review'], folder, environment).ended;
    expect(stderr).toMatch(/a model is asked 1 time and reads some \d+ tokens; --no-model asks none/);
    expect(code).toBe(0);
    const silent = await start(['review', '--no-model'], folder, environment).ended;
    expect(silent.stderr).not.toContain('a model is asked');
    expect(mock.getRequests()).toHaveLength(1);
  } finally {
    await mock.stop();
  }
});

test('of a diff, only what changed is told', async () => {
  const folder = await project(dirty);
  const git = (...args: string[]): void => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    execFileSync('git', [...who, ...args], { cwd: folder, stdio: 'ignore' });
  };
  git('init', '-b', 'main');
  git('add', '.');
  git('commit', '-m', 'first');
  await writeFile(join(folder, 'src/b.py'), 'def f(x=[]):\n    return y\n');
  const { code, stdout } = await start(['review', '--diff', 'HEAD', '--all', '--json'], folder).ended;
  expect(code).toBe(0);
  const { findings, outside } = (JSON.parse(stdout) as { answer: ReviewReport }).answer;
  expect(findings).toMatchObject([{ path: 'src/b.py', line: 2, rule: 'F821' }]);
  expect(outside).toBe(1);
});

test.each([
  [['missing.ts'], "There is no file or folder 'missing.ts'"],
  [['--sarif', 'src'], 'must end with .sarif or .json'],
  [['--sarif', '--json'], 'both want stdout'],
  [['--diff', '--x'], "must name a revision of git, got '--x'"],
  [['--fail-on', 'bad'], 'Allowed choices are error, warning, note'],
  [['--concurrency', '0'], '--concurrency'],
])('wrong use is told before anything is started: %j', async (args, message) => {
  const { code, stderr } = await start(['review', ...args], await project(dirty)).ended;
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test('a killed worker repeats no call of the model that had finished, counted where it is paid', async () => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}.py`, `x = ${index}\n`]));
  const folder = await project(files);
  const mock = new LLMock({ port: 0 });
  await mock.start();
  const asked: string[] = [];
  let killed = false;
  const held: (() => void)[] = [];
  mock.on({}, async ({ messages }) => {
    asked.push(/f\d+\.py/.exec(JSON.stringify(messages))?.[0] ?? '?');
    // From the seventh call on, none is answered until the worker is dead.
    if (asked.length > 6 && !killed) await new Promise<void>((resolve) => held.push(resolve));
    return { content: '{"findings": []}' };
  });
  try {
    const environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'killed' };
    const first = start(['worker'], folder, environment).child;
    const client = new Client({ connection: await Connection.connect({ address: inject('temporal').address }) });
    const fanfold = new FanfoldClient({ client, taskQueue: `review-${folder.slice(-6)}` });
    const { runId } = await fanfold.start('review', { root: folder, options: { concurrency: 2 } });
    const finished = await eventually(async () => {
      const tasks = (await fanfold.progress(runId))?.[0]?.tasks ?? [];
      const done = tasks.filter(({ id, state }) => id.includes('model') && state === 'succeeded').map(({ id }) => id);
      return done.length >= 5 && held.length > 0 ? done : undefined;
    });
    first.kill('SIGKILL');
    await once(first, 'exit');
    killed = true;
    for (const release of held.splice(0)) release();
    start(['worker'], folder, environment);
    const view = await fanfold.result(runId);
    expect(view).toMatchObject({ status: 'completed', fanIn: { successCount: 24, failureCount: 0 } });
    for (const id of finished) expect(asked.filter((each) => id.startsWith(`${each} `))).toHaveLength(1);
    // What was under way when the worker died is asked again, and nothing else.
    expect(asked.length).toBeLessThanOrEqual(12 + 2);
    expect(asked.length).toBeGreaterThan(12);
    expect((view.answer as ReviewReport).model).toMatchObject({ untied: 0 });
  } finally {
    for (const release of held) release();
    await mock.stop();
  }
});
