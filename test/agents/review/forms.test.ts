/** The forms of a report that programs read, and the question at a terminal. */
import { PassThrough } from 'node:stream';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { readBaseline } from '../../../src/agents/review/baseline.ts';
import { reviewFace } from '../../../src/agents/review/command.ts';
import { githubSummary, githubText, rdjsonText, sarifText } from '../../../src/agents/review/forms.ts';
import { tie, type Finding } from '../../../src/agents/review/pure/findings.ts';
import { mask } from '../../../src/agents/review/pure/encoded-secrets.ts';
import { fingerprint } from '../../../src/agents/review/pure/fingerprint.ts';
import { reviewDocument } from '../../../src/agents/review/pure/document.ts';
import { githubAnnotations } from '../../../src/agents/review/pure/github.ts';
import { rdjsonOf } from '../../../src/agents/review/pure/rdjson.ts';
import { sarifOf } from '../../../src/agents/review/pure/sarif.ts';
import type { ReviewReport } from '../../../src/agents/review/pure/types.ts';
import { askProjectTools } from '../../../src/agents/review/question.ts';
import { reviewText } from '../../../src/agents/review/text.ts';
import { folder } from './folders.ts';
import { reportOf } from './reports.ts';

const claim = {
  path: 'a,b:c.py',
  line: 1,
  severity: 'error',
  confidence: 0.9,
  tool: 'ruff',
  rule: 'S608',
  message: 'SQL',
} as const;
const report = (more: object = {}): ReviewReport =>
  reportOf([tie({ ...claim, ...more }, ['x = 1'])].flatMap((finding) => finding ?? []));

test('annotations are one line each, and no text of a file or a model begins another', () => {
  expect(githubAnnotations(report({ column: 3, help: 'Use\u2028parameters' }))).toBe(
    '::notice title=fanfold::fanfold: 1 error, 0 warnings, 0 notes in 1 file\n' +
      '::error file=a%2Cb%3Ac.py,line=1,endLine=1,col=3,title=ruff/S608::SQL%0AUse parameters\n',
  );
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1 }),
      (message, path) => {
        const text = githubAnnotations(
          report({ message: `a\r\n::error::${message}`, path: `${path}\n::stop-commands::x` }),
        );
        expect(text.trimEnd().split(/[\r\n]/)).toHaveLength(2);
      },
    ),
  );
});

test('of a folder of a repository GitHub and code hosts are told paths from its root, and reviewdog from where it runs', () => {
  const below = { ...report({ path: 'src/a b.py' }), below: 'packages/ä' };
  expect(githubText(below)).toContain('::error file=packages/ä/src/a b.py,');
  expect(sarifText(below, '1.0.0')).toContain('"uri": "packages/%C3%A4/src/a%20b.py"');
  expect(rdjsonText(below)).toContain('"path": "src/a b.py"');
  expect(sarifText(report({ path: 'a.py' }), '1.0.0')).toContain('"uri": "a.py"');
});

test('rdjson has each finding with its place, severity and rule', () => {
  expect(rdjsonOf(report({ url: 'https://example.org/S608', severity: 'note' }))).toEqual({
    source: expect.objectContaining({ name: 'fanfold' }),
    diagnostics: [
      {
        message: 'SQL',
        location: { path: 'a,b:c.py', range: { start: { line: 1 }, end: { line: 1 } } },
        severity: 'INFO',
        code: { value: 'ruff/S608', url: 'https://example.org/S608' },
      },
    ],
  });
});

test('a rule in SARIF has help, tags and, where it is about security, how severe it is', () => {
  const rule = sarifOf(report(), '1.0.0').runs[0]?.tool.driver.rules?.[0];
  expect(rule).toMatchObject({
    help: { text: 'SQL' },
    properties: { tags: ['ruff', 'security'], 'security-severity': '8.0', 'problem.severity': 'error' },
  });
  const other = sarifOf(report({ rule: 'B006' }), '1.0.0').runs[0]?.tool.driver.rules?.[0];
  expect(other?.properties).not.toHaveProperty('security-severity');
});

test('a SARIF file of a review is a baseline, and another file is refused by its name', async () => {
  const root = await folder({ 'no.sarif': '{}' });
  const file = join(root, 'known.sarif');
  const known = report();
  await writeFile(file, JSON.stringify(sarifOf(known, '1.0.0')));
  expect(await readBaseline(file)).toEqual(known.findings.map(fingerprint));
  for (const name of ['no.sarif', 'missing.sarif'])
    await expect(readBaseline(join(root, name))).rejects.toMatchObject({
      field: 'baseline',
      message: expect.stringContaining(name),
    });
});

test.each(['--sarif', '--rdjson'])('%s does not write over the baseline', async (flag) => {
  const file = join(await folder({ 'b.json': '{"runs":[]}' }), 'b.json');
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const exitCode = process.exitCode;
  const program = new Command();
  reviewFace.add(program);
  await program.parseAsync(['review', '--address', '127.0.0.1:1', '--baseline', file, flag, file], { from: 'user' });
  process.exitCode = exitCode;
  expect(said.mock.calls.join('')).toContain(`${flag} ${file} would replace ${file}, which is read`);
  said.mockRestore();
});

test('whether a project’s tools are used is asked only of a person, and only where it has any', async () => {
  const root = await folder({ '.oxlintrc.json': '{}' });
  const ask = async (answer: string, at: string, isTTY: boolean) => {
    const [input, output] = [Object.assign(new PassThrough(), { isTTY }), Object.assign(new PassThrough(), { isTTY })];
    input.end(answer);
    const yes = await askProjectTools(at, { input, output });
    return [yes, String(output.read() ?? '')] as const;
  };
  const [yes, question] = await ask('y\n', root, true);
  expect([yes, question]).toEqual([true, expect.stringMatching(/\.oxlintrc\.json[\s\S]*code of the project/)]);
  for (const answer of ['\n', 'n\n', 'yess\n']) expect((await ask(answer, root, true))[0]).toBe(false);
  expect(await ask('y\n', root, false)).toEqual([false, '']);
  expect(await ask('y\n', await folder({}), true)).toEqual([false, '']);
});

test('for GitHub what counts most comes first, each with its path from the root of the repository', () => {
  const at = (path: string, rule: string): Finding => ({ ...tie({ ...claim, path, rule }, ['x = 1'])! });
  const place = { path: 'b.py', line: 2, endLine: 2, fingerprint: 'f' };
  const several = { ...at('a.py', 'S608'), places: [place], times: 2 };
  const told = { ...reportOf([several, at('c.py', 'B006')]), missing: ['(oxlint): it hung'], below: 'p' };
  expect(githubText(told).match(/^::\w+ (?:title=fanfold::\w+|file=[^,]+)/gm)).toEqual([
    '::notice title=fanfold::fanfold',
    '::warning title=fanfold::No',
    '::error file=p/a.py',
    '::error file=p/c.py',
    '::error file=p/b.py',
  ]);
  expect(githubSummary(told)).toContain('| error | p/a.py:1 and 1 further place | SQL | ruff/S608 |');
  expect(githubSummary(told)).toContain('No result of (oxlint): it hung.');
});

test('the summary of a job is Markdown of one row a finding, whatever stands in it, and below the size that GitHub shows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (message, path) => {
      const finding = { ...tie(claim, ['x'])!, message: `a${message}|`, path: `${path}\n## b` };
      const lines = githubSummary(reportOf([finding])).split('\n');
      expect(lines.filter((line) => line.startsWith('#'))).toEqual(['## fanfold review']);
      expect(lines.filter((line) => line.startsWith('| error'))).toHaveLength(1);
    }),
  );
  const many = Array.from({ length: 5000 }, (_, index) => ({
    ...tie(claim, ['x'])!,
    path: `${'é'.repeat(200)}${index}`,
  }));
  const text = githubSummary(reportOf(many));
  expect(Buffer.byteLength(text)).toBeLessThan(300_000);
  const rows = text.match(/^\| error/gm)?.length ?? 0;
  expect(text).toContain(`${5000 - rows} more findings in the log of this step.`);
});

test('a mark stands below its column, and nowhere where what is masked has moved the rest', () => {
  const at = (column: number, excerpt: string) =>
    reviewText(reportOf([{ ...tie(claim, ['x'])!, column, excerpt: [excerpt] }]), 80, (_, text) => text);
  expect(at(5, 'a = (b')).toMatch(/\| a = \(b\n +\| {5}\^/);
  expect(at(5, `a = ${mask} + "c"`)).toMatch(/\n +\| {5}\^/);
  expect(at(9, `a = ${mask} + "c"`)).not.toContain('^');
});

test('a document has each finding below its file with its lines, and nothing of them is a mark of its own', () => {
  const odd = { path: 'a_b.py', message: 'Use *this* <b>', url: 'https://example.org/rule', column: 3 };
  const found = { ...report(odd), suppressed: { baseline: 2 }, missing: ['oxlint (cancelled)'], notes: ['A note'] };
  expect(reviewDocument(found)).toBe(
    [
      '# Review\n',
      '1 error, 0 warnings, 0 notes in 1 file.\n',
      '## a\\_b.py\n',
      '**1:3 error**: Use \\*this\\* \\<b\\> (ruff/S608)\n',
      '<https://example.org/rule>\n',
      '```text\nx = 1\n```\n',
      '## Beside the findings\n',
      '- 2 findings are not reported: the baseline has them.',
      '- No result of oxlint (cancelled).',
      '- A note\n',
    ].join('\n'),
  );
  const many = Array.from(
    { length: 5000 },
    (_, line) => report({ line: 1, message: `${line} ${'x'.repeat(500)}` }).findings,
  );
  const text = reviewDocument({ ...found, findings: many.flat() });
  expect(text.length).toBeLessThan(300_000);
  expect(text).toMatch(/- \d+ more findings in the JSON of the answer\./);
});
