/** The forms of a report that programs read, and the question at a terminal. */
import { PassThrough } from 'node:stream';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { readBaseline } from '../../../src/agents/review/baseline.ts';
import { reviewFace } from '../../../src/agents/review/command.ts';
import { githubText, rdjsonText, sarifText } from '../../../src/agents/review/forms.ts';
import { tie } from '../../../src/agents/review/pure/findings.ts';
import { fingerprint } from '../../../src/agents/review/pure/fingerprint.ts';
import { githubAnnotations } from '../../../src/agents/review/pure/github.ts';
import { rdjsonOf } from '../../../src/agents/review/pure/rdjson.ts';
import { sarifOf } from '../../../src/agents/review/pure/sarif.ts';
import type { ReviewReport } from '../../../src/agents/review/pure/types.ts';
import { askProjectTools } from '../../../src/agents/review/question.ts';
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
    '::error file=a%2Cb%3Ac.py,line=1,endLine=1,col=3,title=ruff/S608::SQL%0AUse parameters\n' +
      '::notice title=fanfold::fanfold: 1 error, 0 warnings, 0 notes in 1 file\n',
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
