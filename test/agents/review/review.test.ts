/** The activities of a review over real files, a real repository and the real analysers. */
import { symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { add, folder, git, repository } from './folders.ts';
import { run } from '../../../src/agents/review/activities/child.ts';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { hunksOf, touchedLines } from '../../../src/agents/review/pure/patch.ts';
import type { Found, ReviewPlan } from '../../../src/agents/review/pure/types.ts';

const { planReview, runAnalyser, checkFile } = createReviewActivities({});

const paths = ({ files }: ReviewPlan): string[] => files.map(({ path }) => path);
const rules = ({ findings }: Found): string[] => findings.map(({ line, rule }) => `${line}:${rule}`).toSorted();

async function analysed(
  root: string,
  tool: string,
  input: { projectTools?: boolean; diff?: string } = {},
): Promise<Found> {
  const plan = await planReview({ root, ...input });
  const analyser = plan.analysers.find((each) => each.tool === tool);
  if (!analyser) throw new Error(`No ${tool} is planned`);
  return runAnalyser({
    root: plan.root,
    tool: analyser.tool,
    projectTools: input.projectTools ?? false,
    all: true,
    ...(analyser.project === undefined ? {} : { project: analyser.project }),
    files: analyser.files.flatMap((index) => plan.files[index] ?? []),
  });
}

test('a plan has what git does not ignore, and says what it leaves out and why', async () => {
  const root = await repository({
    'src/a.ts': 'export {};\n',
    'src/data.json': '{}',
    'picture.bin': 'x',
    '.gitignore': 'built/\n',
    'built/b.js': 'debugger;',
    'big.js': ' '.repeat(600_000),
    'binary.js': Buffer.from([1, 0, 2]),
    'minified.js': `x=${'1+'.repeat(5000)}1`,
  });
  await add(root, { 'src/untracked.py': 'pass\n' });
  await symlink('/etc/hostname', join(root, 'link.ts'));
  git(root, 'add', 'link.ts');
  const plan = await planReview({ root });
  expect(paths(plan)).toEqual(['src/a.ts', 'src/data.json', 'src/untracked.py']);
  const reasons = Object.fromEntries(plan.skipped.map(({ reason, paths: of }) => [reason, of]));
  expect(reasons).toEqual({
    'in no language that is reviewed here': ['.gitignore', 'picture.bin'],
    'larger than 512 KiB': ['big.js'],
    binary: ['binary.js'],
    'minified or generated': ['minified.js'],
    'a link': ['link.ts'],
  });
  expect(paths(await planReview({ root, paths: ['built'] }))).toEqual(['built/b.js']);
});

test('outside of a repository a folder is walked, without what is installed', async () => {
  const root = await folder({ 'a.ts': '', 'node_modules/x/i.js': '', 'deep/b.py': '' });
  expect(paths(await planReview({ root }))).toEqual(['a.ts', 'deep/b.py']);
  await expect(planReview({ root, diff: 'main' })).rejects.toMatchObject({ type: 'InvalidInput', nonRetryable: true });
});

test('nothing outside of the root is planned or read, through links neither', async () => {
  const outside = await folder({ 'secret.py': 'key = 1\n' });
  const root = await folder({ 'a.py': '' });
  await symlink(outside, join(root, 'way'));
  await symlink(join(outside, 'secret.py'), join(root, 'secret.py'));
  for (const path of ['..', '/etc', '../x', 'way', 'way/secret.py', 'secret.py', 'missing']) {
    await expect(planReview({ root, paths: [path] })).rejects.toMatchObject({ type: 'InvalidInput' });
  }
  const file = { path: 'way/secret.py', language: 'python', parts: [0] };
  await expect(checkFile({ root, file })).rejects.toMatchObject({ type: 'InvalidInput' });
  await expect(runAnalyser({ root, tool: 'oxlint', projectTools: false, files: [file] })).rejects.toMatchObject({
    type: 'InvalidInput',
  });
});

test('of a diff, what changed since the branch began counts, what is not committed included', async () => {
  const root = await repository({
    'a.ts': 'debugger;\nconst b = 2;\n',
    'gone.ts': 'x\ny\n',
    'same.ts': 'debugger;\n',
  });
  git(root, 'checkout', '-b', 'work');
  await add(root, {
    'a.ts': 'debugger;\nconst b = 2;\ndebugger;\n',
    'gone.ts': 'x\n',
    'we"ird ü.ts': 'debugger;\n',
  });
  git(root, 'add', '.');
  git(root, 'commit', '-m', 'second');
  git(root, 'checkout', 'main');
  await add(root, { 'same.ts': 'debugger;\n// later on main\n' });
  git(root, 'commit', '-am', 'third');
  git(root, 'checkout', 'work');
  await add(root, { 'new.py': 'def f(x=[]): pass\n' });
  const plan = await planReview({ root, diff: 'main' });
  expect(plan.files.map(({ path, changed }) => [path, changed])).toEqual([
    ['a.ts', [[3, 3]]],
    // Its second line was taken away, so what stands at the gap counts.
    ['gone.ts', [[1, 1]]],
    ['new.py', undefined],
    ['we"ird ü.ts', [[1, 1]]],
  ]);
  const found = await analysed(root, 'oxlint', { diff: 'main' });
  expect(rules(found)).toEqual(['1:no-debugger', '3:no-debugger']);
  // What stood in the first line before is not this change's.
  expect(found.outside).toBe(1);
  for (const diff of ['nothing', '--output=x', 'main:a.ts']) {
    await expect(planReview({ root, diff })).rejects.toMatchObject({ type: 'InvalidInput' });
  }
});

test('a changed line that looks like a header of a patch is a line', () => {
  const patch = [
    '--- a/x.ts',
    '+++ b/x.ts',
    '@@ -1 +1,2 @@',
    '---- a/y',
    '++++ b/y.ts',
    '+@@ -1 +9 @@',
    '@@ -9,2 +10,0 @@',
    '-a',
    '-b',
  ];
  const [name, hunks = []] = [...hunksOf(patch.join('\n'))][0] ?? [];
  expect([name, touchedLines(hunks)]).toEqual([
    'x.ts',
    [
      [1, 2],
      [10, 11],
    ],
  ]);
});

test('oxlint finds what is wrong, and reads no configuration of a project that is not trusted', async () => {
  const root = await folder({
    'a.ts': 'export const a = 1;\ndebugger;\n',
    'b.js': 'let x = ;\n',
    '.oxlintrc.json': JSON.stringify({ rules: { 'no-debugger': 'off' } }),
  });
  const found = await analysed(root, 'oxlint');
  expect(rules(found)).toEqual(['1:syntax', '2:no-debugger']);
  expect(found.findings.map(({ severity }) => severity)).toEqual(['error', 'warning']);
  expect(rules(await analysed(root, 'oxlint', { projectTools: true }))).toEqual(['1:syntax']);
});

test('the compiler’s messages are tied to their files, and what it did not look at is said', async () => {
  const root = await folder({
    'src/a.ts': 'export const a: number = "x";\nimport z from "not-there";\nz();\n',
    'src/b.ts': 'export function f(x: { a: string }): string { return x.a; }\nf({ a: { b: 1 } });\n',
    'tool.ts': 'export const t = 1;\n',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { strict: true, types: [], incremental: true },
      include: ['src'],
    }),
  });
  expect(rules(await analysed(root, 'typescript'))).toEqual(['1:TS2322', '2:TS2322']);
  const found = await analysed(root, 'typescript', { projectTools: true });
  expect(rules(found)).toEqual(['1:TS2322', '2:TS2322']);
  expect(found.findings[0]).toMatchObject({ path: 'src/a.ts', tool: 'typescript', severity: 'error' });
  expect(found.notes).toEqual([
    expect.stringContaining('1 messages that follow from that are left out'),
    expect.stringContaining('does not include 1 of 3 files'),
  ]);
});

test('a project that cannot be read is said, not thrown', async () => {
  const root = await folder({ 'a.ts': 'export {};\n', 'tsconfig.json': '{ "extends": "./missing.json" }' });
  expect((await analysed(root, 'typescript', { projectTools: true })).notes.join(' ')).toContain('missing.json');
});

test('ESLint of the project is run only where that is allowed, and its failure is told with its words', async () => {
  const script = `const file = process.argv[process.argv.indexOf('--output-file') + 1];
    console.log('a configuration may print');
    require('node:fs').writeFileSync(file, JSON.stringify(process.argv.slice(-1).map((filePath) => ({ filePath, messages: [
    { ruleId: '@typescript-eslint/no-shadow', severity: 2, message: 'keys: ' + process.env.OPENAI_API_KEY, line: 1, column: 1, endLine: 1 }] }))));`;
  const root = await folder({
    'a.ts': 'export {};\n',
    'eslint.config.js': 'throw new Error("code of the project");',
    'node_modules/eslint/package.json': JSON.stringify({ version: '9.9.9', bin: { eslint: 'run.cjs' } }),
    'node_modules/eslint/run.cjs': script,
  });
  expect((await planReview({ root })).analysers.map(({ tool }) => tool)).toEqual(['oxlint']);
  process.env['OPENAI_API_KEY'] = 'secret';
  const found = await analysed(root, 'eslint', { projectTools: true });
  delete process.env['OPENAI_API_KEY'];
  expect(found).toMatchObject({
    // What runs code of the project is not given the worker's keys.
    findings: [{ rule: 'typescript/no-shadow', severity: 'error', message: 'keys: undefined' }],
    analysers: [{ name: 'eslint', version: '9.9.9', own: true }],
  });
  await add(root, { 'node_modules/eslint/run.cjs': 'console.error("no such plugin"); process.exit(2);' });
  await expect(analysed(root, 'eslint', { projectTools: true })).rejects.toMatchObject({
    type: 'AnalyserFailed',
    message: expect.stringContaining('no such plugin'),
  });
});

test('a file with very many findings keeps the worst and counts the rest', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `  name${index}: 1,\n  name${index}: 2,\n`);
  const own = await analysed(await folder({ 'a.js': `f({\n${names.join('')}});\n` }), 'oxlint');
  expect(own.findings).toHaveLength(40);
  expect(own.cut).toBe(60);
  const root = await folder({
    'b.js': 'debugger;\n'.repeat(100),
    'a.py': names.map((_, index) => `print(name${index})\n`).join(''),
  });
  // What is said again and again, and is no error, is one finding.
  expect((await analysed(root, 'oxlint')).findings).toMatchObject([{ rule: 'no-debugger', line: 1, times: 100 }]);
  // So are names that a file takes from elsewhere, where there are many; each of a few is told by its own name.
  const found = await checkFile({ root, file: { path: 'a.py', language: 'python', parts: [0] } });
  const message = 'Undefined name `name0`, and 99 others that something else may put there';
  expect(found.findings).toMatchObject([{ rule: 'F821', times: 100, message }]);
  await add(root, { 'few.py': 'print(one)\nprint(two)\nprint(one)\nprint(one)\n' });
  const few = await checkFile({ root, file: { path: 'few.py', language: 'python', parts: [0] } });
  expect(few.findings.map((finding) => finding.message)).toEqual(['Undefined name `one`', 'Undefined name `two`']);
});

test('what a program said counts once it has ended, though one that it has left behind holds its output open', async () => {
  const left = "require('child_process').spawn('sleep', ['60'], { stdio: 'inherit', detached: true }).unref();";
  const args = ['-e', `${left} console.log('said'); process.exitCode = 3;`];
  const signal = new AbortController().signal;
  const ended = await run({ command: process.execPath, args, cwd: tmpdir(), signal, timeout: 30_000 });
  expect(ended).toMatchObject({ code: 3, stdout: 'said\n' });
});

test('a program that hangs is ended by its time, and at once by a cancel', async () => {
  const hang = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], cwd: tmpdir() };
  const signal = new AbortController().signal;
  await expect(run({ ...hang, signal, timeout: 300 })).rejects.toMatchObject({
    type: 'AnalyserTimeout',
    nonRetryable: true,
  });
  const stop = new AbortController();
  const running = run({ ...hang, signal: stop.signal, timeout: 60_000 });
  stop.abort(new Error('no longer wanted'));
  await expect(running).rejects.toThrow('no longer wanted');
  await expect(run({ ...hang, command: 'no-such-program', signal, timeout: 1000 })).rejects.toMatchObject({
    type: 'AnalyserMissing',
  });
});
