/** What linters say: read as findings in each one's own form, and away from the shared thread where it is much. */
import { chmod, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { analyse } from '../../../src/agents/review/activities/programs/analyser.ts';
import { readSaid } from '../../../src/agents/review/activities/programs/read-said.ts';
import type { AnalyserName, ReviewFile } from '../../../src/agents/review/pure/types.ts';

let root = '';
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'fanfold-linters-')));
  await writeFile(join(root, 'a.sh'), 'one\ntwo\nthree\n');
});
const files: readonly ReviewFile[] = [{ path: 'a.sh', language: 'bash', parts: [] }];

const forms: readonly [AnalyserName, (path: string) => unknown, string][] = [
  [
    'shellcheck',
    (file) => ({ comments: [{ file, line: 2, endLine: 2, column: 1, level: 'error', code: 2086, message: 'quote' }] }),
    'SC2086',
  ],
  ['hadolint', (file) => [{ file, line: 2, column: 1, level: 'error', code: 'DL3000', message: 'absolute' }], 'DL3000'],
  [
    'actionlint',
    (filepath) => [{ filepath, line: 2, column: 1, kind: 'expression', message: 'unknown' }],
    'expression',
  ],
  [
    'semgrep',
    (path) => {
      const extra = { message: 'eval', severity: 'ERROR' };
      return { results: [{ check_id: 'no-eval', path, start: { line: 2, col: 1 }, end: { line: 2 }, extra }] };
    },
    'no-eval',
  ],
  [
    'golangci-lint',
    (Filename) => ({ Issues: [{ FromLinter: 'errcheck', Text: 'unchecked', Pos: { Filename, Line: 2 } }] }),
    'errcheck',
  ],
  [
    'clippy',
    (file_name) => {
      const spans = [{ file_name, line_start: 2, line_end: 2, column_start: 1, is_primary: true }];
      const code = { code: 'clippy::eq_op' };
      const message = { message: 'equal', level: 'error', code, spans };
      return [
        { reason: 'compiler-message', message },
        { reason: 'build-finished', success: false },
      ];
    },
    'clippy::eq_op',
  ],
  [
    'eslint',
    (filePath) => [{ filePath, messages: [{ ruleId: 'no-eval', severity: 2, message: 'eval', line: 2, column: 1 }] }],
    'no-eval',
  ],
  [
    'oxlint',
    (filename) => {
      const labels = [{ span: { line: 2, column: 1 } }];
      return { diagnostics: [{ message: 'eval', code: 'eslint(no-eval)', severity: 'error', filename, labels }] };
    },
    'no-eval',
  ],
];

const said = (tool: AnalyserName, stdout: string, code = 1) =>
  readSaid({
    call: { root, tool, project: join(root, 'x'), projectTools: true, all: true, files, program, folder: root },
    cwd: root,
    output: { code, stdout: Buffer.from(stdout), stderr: Buffer.from('it broke') },
  });
const program = { command: 'none', args: [] };

/** Cargo says a line for each. */
const written = (tool: AnalyserName, form: unknown): string =>
  tool === 'clippy'
    ? (form as readonly unknown[]).map((line) => JSON.stringify(line)).join('\n')
    : JSON.stringify(form);

test.each(forms)('%s is read in its own form', async (tool, form, rule) => {
  const { findings } = await said(tool, written(tool, form(join(root, 'a.sh'))));
  expect(findings).toMatchObject([{ path: 'a.sh', line: 2, severity: expect.any(String), rule, tool }]);
});

test('what semgrep found stays found where it ended with an error, and nothing found with an error is no answer', async () => {
  const form = forms.find(([tool]) => tool === 'semgrep')?.[1](join(root, 'a.sh'));
  const errors = [{ level: 'error', message: 'a rule that cannot be read' }];
  const { findings } = await said('semgrep', JSON.stringify({ ...Object(form), errors }), 2);
  expect(findings).toMatchObject([{ path: 'a.sh', line: 2, rule: 'no-eval' }]);
  await expect(said('semgrep', JSON.stringify({ results: [], errors }), 2)).rejects.toThrow();
});

test('of Gitleaks the report that it wrote is read, and the path of a copy is that of the file', async () => {
  const leak = { RuleID: 'aws', Description: 'a key', StartLine: 2, EndLine: 2, StartColumn: 1 };
  const { findings } = await said('gitleaks', JSON.stringify([{ ...leak, File: join(root, 'files', 'a.sh') }]));
  expect(findings).toMatchObject([{ path: 'a.sh', line: 2, rule: 'aws' }]);
});

test.each(forms)('%s that ends without saying what it found has failed, and says why', async (tool) => {
  await expect(said(tool, '')).rejects.toMatchObject({
    type: 'AnalyserFailed',
    nonRetryable: true,
    message: expect.stringMatching(new RegExp(`^${tool} .*ended with 1: it broke$`)),
  });
});

const silent: readonly AnalyserName[] = [...forms.map(([tool]) => tool), 'gitleaks', 'typescript'];
test.each(silent)('%s that ends well and says nothing at all did not run', async (tool) => {
  for (const nothing of ['', '\n', '{}'].slice(0, tool === 'typescript' ? 2 : 3))
    await expect(said(tool, nothing, 0), JSON.stringify(nothing)).rejects.toMatchObject({ type: 'AnalyserFailed' });
});

const nothingFound: readonly [AnalyserName, string][] = [
  ['shellcheck', '{"comments":[]}'],
  ['hadolint', '[]'],
  ['actionlint', '[]'],
  ['gitleaks', '[]'],
  ['semgrep', '{"results":[],"errors":[],"paths":{"scanned":["a.sh"]}}'],
  ['golangci-lint', '{"Issues":[],"Report":{"Linters":[]}}'],
  ['clippy', '{"reason":"compiler-artifact"}\n{"reason":"build-finished","success":true}'],
  ['eslint', '[{"filePath":"a.sh","messages":[]}]'],
  ['oxlint', '{"diagnostics":[],"number_of_files":1}'],
  ['typescript', '/lib/lib.d.ts\n'],
];
test.each(nothingFound)('%s that says that it found nothing found nothing, unless it failed', async (tool, stdout) => {
  const { findings, notes, unread, analysers } = await said(tool, stdout, 0);
  expect({ findings, notes, unread }).toEqual({ findings: [], notes: [], unread: undefined });
  expect(analysers).toEqual([{ name: tool, files: 1 }]);
  await expect(said(tool, stdout, 3)).rejects.toMatchObject({ type: 'AnalyserFailed' });
});

test('a linter that ends by an error after what it found said a part alone, which is not all that was checked', async () => {
  const form = forms[0]?.[1](join(root, 'a.sh'));
  const { findings, notes, unread } = await said('shellcheck', JSON.stringify(form), 2);
  expect(findings).toHaveLength(1);
  expect(unread).toBe('shellcheck said a part alone: it ended with 2: it broke');
  expect(notes).toEqual([unread]);
});

test('a linter that its settings keep from every file is said to have looked at none', async () => {
  const { notes, analysers } = await said('oxlint', '{"diagnostics":[],"number_of_files":0}', 0);
  expect(notes).toEqual(['oxlint looked at none of 1 file.']);
  expect(analysers).toMatchObject([{ name: 'oxlint', files: 0 }]);
});

/** A program by this name that says so many findings, each of a few hundred bytes. */
async function installed(name: string, findings: number): Promise<void> {
  // Programs inside the reviewed folder are not asked.
  const bin = await mkdtemp(join(tmpdir(), 'fanfold-linter-'));
  const source = `#!${process.execPath}
const one = JSON.stringify({ file: ${JSON.stringify(join(root, 'a.sh'))}, line: 2, endLine: 2, column: 1, level: 'error', code: 1, message: 'm'.repeat(200) });
process.stdout.write('{"comments":[' + Array(${findings}).fill(one).join(',') + ']}');
`;
  await writeFile(join(bin, name), source);
  await chmod(join(bin, name), 0o755);
  vi.stubEnv('PATH', [bin, process.env['PATH']].join(delimiter));
}

test('what a linter says at length is read without the shared thread, which an eighth of it would hold for longer', async () => {
  const findings = 40_000;
  await installed('shellcheck', findings);
  const call = { root, tool: 'shellcheck', projectTools: false, all: true, files } as const;
  const comment = { file: join(root, 'a.sh'), line: 2, endLine: 2, column: 1, level: 'error', code: 1 };
  const comments = Array.from({ length: findings / 8 }, () => ({ ...comment, message: 'm'.repeat(200) }));
  const began = performance.now();
  await said('shellcheck', JSON.stringify({ comments }));
  const eighth = performance.now() - began;
  const before = performance.eventLoopUtilization();
  const found = await analyse(call, new AbortController().signal);
  const { active } = performance.eventLoopUtilization(before);
  expect(found.findings).toMatchObject([{ path: 'a.sh', line: 2, rule: 'SC1', times: findings }]);
  expect(active).toBeLessThan(eighth);
}, 60_000);
