/** Analysers that are installed: each called as its documentation says, by a stand-in of its name, and read in its own form. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { actionlint } from '../../../src/agents/review/activities/programs/actionlint.ts';
import { clippy } from '../../../src/agents/review/activities/programs/clippy.ts';
import { findInstalled } from '../../../src/agents/review/activities/programs/find.ts';
import { golangci } from '../../../src/agents/review/activities/programs/golangci-lint.ts';
import { semgrep } from '../../../src/agents/review/activities/programs/semgrep.ts';
import { installedNames } from '../../../src/agents/review/activities/programs/registry.ts';
import { shellcheck } from '../../../src/agents/review/activities/programs/shellcheck.ts';
import type { AnalyserCall } from '../../../src/agents/review/activities/programs/run.ts';
import type { InstalledName } from '../../../src/agents/review/activities/programs/installed.ts';
import { given } from '../../../src/core/given.ts';
import { folder, type Files } from './folders.ts';

const { planReview, runAnalyser } = createReviewActivities({});
afterEach(() => {
  vi.unstubAllEnvs();
});

interface StandIn {
  readonly files: Files;
  /** The file that it is about. */
  readonly path: string;
  /** What it is called with, in part; `FILE` is the whole path of the file. */
  readonly args: readonly string[];
  /** What it says, in the form that its documentation shows, with all that stands beside what is read. */
  readonly says: string;
  /** Where it ends with another code as it found something. */
  readonly code?: number;
  readonly found: object;
  readonly projectTools?: true;
  /** At how many files it looked by its own word. @default all */
  readonly seen?: number;
}

const json = (value: unknown): string => JSON.stringify(value);
const standIns: Readonly<Record<InstalledName, StandIn>> = {
  shellcheck: {
    files: { 'a.sh': '#!/bin/sh\nrm $1\n', '.shellcheckrc': 'disable=all\n' },
    path: 'a.sh',
    args: ['--format=json1', '--norc', 'FILE'],
    says: json({
      comments: [
        {
          file: 'FILE',
          line: 2,
          endLine: 2,
          column: 4,
          endColumn: 6,
          level: 'warning',
          code: 2086,
          message: 'Quote it.',
          fix: null,
        },
      ],
    }),
    code: 1,
    found: { line: 2, column: 4, severity: 'warning', rule: 'SC2086', url: 'https://www.shellcheck.net/wiki/SC2086' },
  },
  hadolint: {
    files: { Dockerfile: 'FROM a\nRUN cd /x\n', '.hadolint.yaml': 'ignored: [DL3003]\n' },
    path: 'Dockerfile',
    args: ['--format', 'json', '--no-fail', 'FILE'],
    says: json([{ code: 'DL3003', column: 1, file: 'FILE', level: 'warning', line: 2, message: 'Use WORKDIR' }]),
    found: { line: 2, severity: 'warning', rule: 'DL3003' },
  },
  actionlint: {
    files: { '.github/workflows/ci.yml': 'on: push\njobs: {}\n' },
    path: '.github/workflows/ci.yml',
    args: ['-format', '{{json .}}', '-shellcheck=', '-pyflakes=', 'FILE'],
    says: json([
      {
        message: '"jobs" is empty',
        filepath: 'FILE',
        line: 2,
        column: 1,
        kind: 'syntax-check',
        snippet: 'jobs: {}',
        end_column: 5,
      },
    ]),
    code: 1,
    found: { line: 2, severity: 'error', rule: 'syntax-check' },
  },
  gitleaks: {
    files: { 'a.py': 'x = 1\nkey = "k"\n', '.gitleaks.toml': '[allowlist]\npaths = [".*"]\n' },
    path: 'a.py',
    args: ['dir', '--redact', '--exit-code', '0', '--report-format', 'json'],
    says: json([
      {
        RuleID: 'generic-api-key',
        Description: 'Detected a Generic API Key',
        StartLine: 2,
        EndLine: 2,
        StartColumn: 1,
        EndColumn: 9,
        Match: 'REDACTED',
        Secret: 'REDACTED',
        File: 'FILE',
        Entropy: 3.5,
        Tags: [],
        Fingerprint: 'a.py:generic-api-key:2',
      },
    ]),
    found: { line: 2, severity: 'error', rule: 'generic-api-key' },
  },
  semgrep: {
    files: { 'a.py': 'x = 1\neval(x)\n', '.semgrep.yml': 'rules: []\n' },
    path: 'a.py',
    args: ['scan', '--json', '--metrics=off', '--config', 'FILE'],
    says: json({
      errors: [],
      paths: { scanned: ['FILE'] },
      version: '1.0.0',
      results: [
        {
          check_id: 'python.lang.security.eval',
          path: 'FILE',
          start: { line: 2, col: 1, offset: 6 },
          end: { line: 2, col: 8, offset: 13 },
          extra: { message: 'eval', severity: 'ERROR', metadata: {}, fingerprint: 'x', lines: 'eval(x)' },
        },
      ],
    }),
    found: { line: 2, column: 1, severity: 'error', rule: 'python.lang.security.eval' },
    projectTools: true,
    seen: 1,
  },
  'golangci-lint': {
    files: { 'go.mod': 'module a\n', 'a.go': 'package a\nfunc f() { g() }\n' },
    path: 'a.go',
    args: ['run', '--output.json.path=stdout', '--path-mode=abs', './...'],
    says: `${json({
      Issues: [
        {
          FromLinter: 'errcheck',
          Text: 'Error return value is not checked',
          Severity: '',
          SourceLines: ['func f() { g() }'],
          Pos: { Filename: 'FILE', Offset: 21, Line: 2, Column: 12 },
          ExpectNoLint: false,
          ExpectedNoLintLinter: '',
        },
      ],
      Report: { Linters: [{ Name: 'errcheck', Enabled: true }] },
    })}\n1 issues`,
    code: 1,
    found: { line: 2, column: 12, severity: 'warning', rule: 'errcheck' },
    projectTools: true,
  },
  clippy: {
    files: {
      'Cargo.toml': '[package]\nname = "a"\nversion = "0.1.0"\n',
      'src/main.rs': 'fn main() {\n    1 == 1;\n}\n',
    },
    path: 'src/main.rs',
    args: ['clippy', '--message-format=json'],
    says: [
      { reason: 'compiler-artifact', package_id: 'a' },
      {
        reason: 'compiler-message',
        package_id: 'a',
        message: {
          message: 'equal expressions as operands to `==`',
          code: { code: 'clippy::eq_op', explanation: null },
          level: 'error',
          spans: [
            {
              file_name: 'src/main.rs',
              line_start: 2,
              line_end: 2,
              column_start: 5,
              column_end: 11,
              is_primary: true,
              text: [],
            },
          ],
          children: [],
          rendered: 'error: …',
        },
      },
      { reason: 'build-finished', success: false },
    ]
      .map(json)
      .join('\n'),
    code: 101,
    found: { line: 2, column: 5, severity: 'error', rule: 'clippy::eq_op' },
    projectTools: true,
  },
};

/** A program of this name that notes how it was called, says this, and ends so; in a folder of its own, first on the path. */
async function install(program: string, { says, code = 0 }: StandIn, whole: string): Promise<string> {
  const bin = await mkdtemp(join(tmpdir(), 'fanfold-stand-in-'));
  const calls = join(bin, 'calls.json');
  const source = `#!${process.execPath}
const { existsSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const keys = Object.keys(process.env).filter((name) => /KEY|TOKEN|SECRET/.test(name));
writeFileSync(${json(calls)}, JSON.stringify({ args, keys, cwd: process.cwd() }));
const at = args.indexOf('--report-path');
const file = at < 0 ? ${json(whole)} : require('node:path').join(args[1], ${json('a.py')});
const text = ${json(says)}.replaceAll('FILE', file);
if (at < 0) process.stdout.write(text); else writeFileSync(args[at + 1], text);
process.exitCode = ${code};
`;
  await writeFile(join(bin, program), source);
  await chmod(join(bin, program), 0o755);
  vi.stubEnv('PATH', [bin, process.env['PATH']].join(delimiter));
  return calls;
}

const programs: Partial<Readonly<Record<InstalledName, string>>> = { clippy: 'cargo' };

test.each(installedNames)('%s is planned where it is installed, called by its own options, and read', async (tool) => {
  const standIn = standIns[tool];
  const root = await folder(standIn.files);
  const whole = join(root, standIn.path);
  const calls = await install(programs[tool] ?? tool, standIn, whole);
  vi.stubEnv('OPENAI_API_KEY', 'none of its business');
  const projectTools = standIn.projectTools ?? false;
  const plan = await planReview({ root, projectTools, model: false });
  const planned = plan.analysers.find((each) => each.tool === tool);
  if (!planned) throw new Error(`${tool} is not planned`);
  const { id: _, files, ...analyser } = planned;
  const all = files.flatMap((index) => plan.files[index] ?? []);
  const { findings, analysers } = await runAnalyser({
    root: plan.root,
    projectTools,
    all: true,
    ...analyser,
    files: all,
  });
  expect(findings).toMatchObject([{ path: standIn.path, tool, ...standIn.found }]);
  expect(analysers).toMatchObject([{ name: tool, files: standIn.seen ?? all.length }]);
  const call = JSON.parse(await readFile(calls, 'utf8')) as { args: string[]; keys: string[]; cwd: string };
  for (const each of standIn.args) expect(call.args).toContain(each === 'FILE' ? whole : each);
  expect(call.keys).toEqual([]);
  // What builds the project runs in it; whatever only reads runs where no settings of the project are found.
  expect(call.cwd.startsWith(root)).toBe(tool === 'clippy' || tool === 'golangci-lint');
  // One that runs code of the project, or heeds its settings, is not planned where that is not allowed.
  const untrusted = await planReview({ root, model: false });
  expect(untrusted.analysers.some((each) => each.tool === tool)).toBe(!projectTools);
});

const callIn = (root: string, path: string, more: Partial<AnalyserCall> = {}): AnalyserCall =>
  ({ root, folder: '/tmp', files: [{ path }], ...more }) as unknown as AnalyserCall;

test('Clippy names files of a workspace from its root, also where a package of it was checked', () => {
  const span = { file_name: 'm/src/lib.rs', line_start: 1, line_end: 1, column_start: 4, is_primary: true };
  const message = { message: 'm', level: 'warning', spans: [span] };
  const ends = { reason: 'build-finished', success: true };
  const stdout = [{ reason: 'compiler-message', message }, ends].map(json).join('\n');
  const read = (root: string, path: string) =>
    clippy.read({ code: 0, stdout, stderr: '', call: callIn(root, path), cwd: '/w/m' }).claims[0]?.path;
  expect(read('/w', 'm/src/lib.rs')).toBe('m/src/lib.rs');
  expect(read('/w/m', 'src/lib.rs')).toBe('src/lib.rs');
});

const rustPackage = (name: string) => ({
  [`${name}/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n`,
  [`${name}/src/lib.rs`]: 'pub fn f(x: i32) -> bool {\n    x == x\n}\n',
});
// Its stand-in writes no lock file, so that only the program itself shows it.
const cargo = findInstalled('cargo', '/nowhere');

test.skipIf(!cargo)(
  'Clippy leaves a project as it was, with a lock file or without, also where packages are checked at once',
  async () => {
    const workspace = { 'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n' };
    const root = await folder({ ...workspace, ...rustPackage('a'), ...rustPackage('b') });
    const check = async () => {
      const plan = await planReview({ root, projectTools: true, model: false });
      const own = plan.analysers.filter(({ tool }) => tool === 'clippy');
      const found = await Promise.all(
        own.map(({ tool, project, files }) =>
          runAnalyser({
            root: plan.root,
            projectTools: true,
            all: true,
            tool,
            ...given({ project }),
            files: files.flatMap((index) => plan.files[index] ?? []),
          }),
        ),
      );
      return found.flatMap(({ findings }) => findings.map(({ path, rule }) => `${path} ${rule}`)).toSorted();
    };
    const all = ['a/src/lib.rs clippy::eq_op', 'b/src/lib.rs clippy::eq_op'];
    const before = (await readdir(root, { recursive: true })).toSorted();
    expect(await check()).toEqual(all);
    expect((await readdir(root, { recursive: true })).toSorted()).toEqual(before);
    const lock = join(root, 'Cargo.lock');
    execFileSync('cargo', ['generate-lockfile', '--offline'], { cwd: root, stdio: 'ignore' });
    const written = await readFile(lock, 'utf8');
    expect(await check()).toEqual(all);
    expect(await readFile(lock, 'utf8')).toBe(written);
    await writeFile(lock, written.replace('name = "b"', 'name = "c"'));
    await expect(check()).rejects.toThrow(/lock file/);
    expect(await readFile(lock, 'utf8')).toContain('name = "c"');
  },
);

test('what Semgrep could not do is said, and its rules are named alike on every machine', () => {
  const at = { line: 1, col: 1 };
  const result = { check_id: 'home.ada.shop.no-eval', path: '/home/ada/shop/a.py', start: at, end: at };
  const results = [{ ...result, extra: { message: 'm', severity: 'ERROR' } }];
  const call = callIn('/home/ada/shop', 'a.py', { project: '/home/ada/shop/.semgrep.yml' });
  const read = (said: object) =>
    semgrep.read({ code: 0, stdout: json({ results: [], errors: [], ...said }), stderr: '', call, cwd: '/tmp' });
  expect(read({ results }).claims[0]?.rule).toBe('no-eval');
  const errors = [
    { level: 'error', message: 'Timeout at a.py' },
    { level: 'warn', message: 'Syntax' },
  ];
  expect(read({ errors }).notes).toEqual(['semgrep: Timeout at a.py']);
});

test('golangci-lint that says an error and no issue is no review without findings', () => {
  const read = (said: object) =>
    golangci.read({ code: 0, stdout: json(said), stderr: '', call: callIn('/w', 'a.go'), cwd: '/w' });
  expect(read({ Issues: null }).claims).toEqual([]);
  expect(() => read({ Issues: [], Report: { Error: 'out of time' } })).toThrow('out of time');
  expect(() => read({})).toThrow('Issues');
});

test('Clippy whose build failed in another crate has not looked at this one', () => {
  const error = (file_name: string) => {
    const spans = [{ file_name, line_start: 1, line_end: 1, column_start: 1, is_primary: true }];
    return { reason: 'compiler-message', message: { message: 'm', level: 'error', spans } };
  };
  const read = (path: string) => {
    const stdout = [error(path), { reason: 'build-finished', success: false }].map(json).join('\n');
    return clippy.read({ code: 101, stdout, stderr: '', call: callIn('/w', 'a/src/lib.rs'), cwd: '/w/a' });
  };
  expect(read('a/src/lib.rs').claims).toHaveLength(1);
  expect(() => read('b/src/lib.rs')).toThrow('failed');
});

test('a label of a runner that actionlint does not know is a note, since its settings are not read', () => {
  const one = (kind: string) => ({ filepath: '/w/a.yml', line: 1, column: 1, kind, message: 'm' });
  const kinds = ['runner-label', 'deprecated-commands', 'expression'];
  const stdout = json(kinds.map(one));
  const { claims } = actionlint.read({ code: 1, stdout, stderr: '', call: callIn('/w', 'a.yml'), cwd: '/w' });
  expect(claims.map(({ severity }) => severity)).toEqual(['note', 'warning', 'error']);
});

test('a declaration that hides a failure is a note of ShellCheck, and none of its style', async () => {
  const comment = {
    file: 'a.sh',
    line: 1,
    endLine: 1,
    column: 1,
    level: 'warning',
    code: 2155,
    message: 'Declare it.',
  };
  const call = { root: '/', folder: '/', files: [] } as unknown as AnalyserCall;
  const { args } = await shellcheck.call(call);
  const excluded = args.find((each) => each.startsWith('--exclude'));
  expect(excluded).not.toContain('SC2155');
  const output = { code: 1, stdout: json({ comments: [comment] }), stderr: '', call, cwd: '/' };
  expect(shellcheck.read(output).claims).toMatchObject([{ rule: 'SC2155', severity: 'note' }]);
});
