/** How sure a finding is, what is then not told unasked, and what has one cause as one finding with its places. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { workflowRules } from '../../../src/agents/review/activities/github-workflow.ts';
import { languageAtHead } from '../../../src/agents/review/activities/languages.ts';
import { tie, type Finding, type Severity } from '../../../src/agents/review/pure/findings.ts';
import { fingerprint, toldAt } from '../../../src/agents/review/pure/fingerprint.ts';
import { gathered } from '../../../src/agents/review/pure/gathered.ts';
import { githubAnnotations } from '../../../src/agents/review/pure/github.ts';
import { measured } from '../../../src/agents/review/pure/measured.ts';
import { folded, isKnown, merge } from '../../../src/agents/review/pure/merge.ts';
import { allTypesKnown, confidenceOf, someTypesKnown } from '../../../src/agents/review/pure/precision.ts';
import { isGenerated, isTestPath, leftOutByName } from '../../../src/agents/review/pure/places.ts';
import { reviewReport } from '../../../src/agents/review/pure/report.ts';
import { looksLike } from '../../../src/agents/review/pure/secret-values.ts';
import { putsOnlyNames } from '../../../src/agents/review/activities/sql-names.ts';
import { fanIn } from '../../../src/core/fan-in.ts';
import { rdjsonOf } from '../../../src/agents/review/pure/rdjson.ts';
import { sarifOf } from '../../../src/agents/review/pure/sarif.ts';
import { judged } from '../../../src/agents/review/pure/settings.ts';
import type { Found } from '../../../src/agents/review/pure/types.ts';
import { reviewText } from '../../../src/agents/review/text.ts';
import { folder } from './folders.ts';
import { reportOf } from './reports.ts';

const { checkFile } = createReviewActivities({});
const marks = new URL('../../../bench/quality/review/', import.meta.url);
interface Mark {
  readonly name: string;
  readonly mark: string;
  readonly path: string;
}

test('the figure of each rule is the sum of the marks that it was given', async () => {
  const sums: Record<string, [number, number]> = {};
  for (const file of ['marks.json', 'learned/marks.jsonl']) {
    const text = await readFile(new URL(file, marks), 'utf8');
    const all = (
      file.endsWith('l')
        ? text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : JSON.parse(text)
    ) as Mark[];
    for (const { name, mark, path } of all) {
      if (isTestPath(path)) continue;
      const sum = (sums[name] ??= [0, 0]);
      if (mark !== 'noise') sum[0]++;
      sum[1]++;
    }
  }
  expect(measured).toEqual(sums);
});

const said = (rule: string, line: string, more: Partial<Finding> = {}): Finding =>
  tie(
    { path: 'a', line: 1, severity: 'error', confidence: 0.8, tool: 'syntax', rule, message: 'm', ...more },
    line.split('\n'),
  )!;

test('a rule that is more often wrong than right is counted and not told, unless it is asked for', async () => {
  const root = await folder({ 'a.cs': 'class A { void F() { try { G(); } catch { } } }\n' });
  const file = { path: 'a.cs', language: 'c-sharp', parts: [0] };
  const found = await checkFile({ root, file });
  expect(found).toMatchObject({ findings: [], suppressed: { unsure: 1 } });
  const asked = await checkFile({ root, file, all: true });
  expect(asked.findings).toMatchObject([{ rule: 'empty-catch' }]);
  expect(asked.findings[0]?.confidence).toBeLessThan(0.5);
  expect(asked.suppressed).toEqual({});
  const named = await folder({
    'a.cs': 'class A { void F() { try { G(); } catch { } } }\n',
    'fanfold.review.json': JSON.stringify({ rules: { 'syntax/empty-catch': 'error' } }),
  });
  expect((await checkFile({ root: named, file })).findings).toMatchObject([{ rule: 'empty-catch', severity: 'error' }]);
});

test.each([
  ['sql-formatted', `db.query("SELECT a FROM b WHERE c = '" + d + "'")`],
  ['sql-formatted', `$db->query("SELECT a FROM b WHERE c LIKE '%$d%'");`],
  ['sql-formatted', 'db.query("DELETE FROM a WHERE id = " + req.query.id)'],
  ['S608', `"SELECT a FROM b WHERE name = '{}'".format(name)`],
  ['S608', `"INSERT INTO t VALUES (NULL, '%s')" % name`],
  ['S608', `f"INSERT INTO t VALUES (NULL, '{name}')"`],
  ['sql-formatted', "db.query(`INSERT INTO t VALUES (${id}, '${name}')`)"],
  ['sql-formatted', `db.query('SELECT a FROM b WHERE c = "' + name + '"')`],
  ['sql-formatted', `$db->query('SELECT a FROM b WHERE c = "' . $name . '"')`],
  ['sql-formatted', `$db->query('SELECT a FROM b WHERE d = 1 AND c = \\'' . $name . '\\'')`],
  ['sql-formatted', `sb.append("SELECT a FROM b WHERE n = '").append(name).append("'")`],
  ['sql-formatted', `db.Query(fmt.Sprint("SELECT a FROM b WHERE n = '", n, "'"))`],
  ['sql-formatted', `new SqlCommand($"INSERT INTO a VALUES ({id}, '{name}')")`],
  ['sql-formatted', 'db.query("DELETE FROM a WHERE id = " + req.headers.id)'],
  ['sql-formatted', 'db.query(`DELETE FROM a WHERE id = ${ctx.query.id}`)'],
  ['sql-formatted', 'db.Query("DELETE FROM a WHERE id = " + r.Header.Get("id"))'],
  ['sql-formatted', 'new SqlCommand("DELETE FROM a WHERE id = " + Request.QueryString["id"])'],
  ['shell-command', 'exec("convert " . $_GET["f"])'],
  ['shell-command', 'const name = req.body.name;\nexec(`convert ${name}`)'],
  ['eval', 'eval($_POST["x"])'],
])('what is evidently put into a statement or a command is as sure as its author says: %s in %s', (rule, text) => {
  const lines = text.split('\n');
  const claim = { ...said(rule, text), line: lines.length, endLine: lines.length };
  expect(confidenceOf(claim, lines)).toBe(0.8);
});

test('where no evidence is, the figure of the rule counts', () => {
  expect(confidenceOf(said('sql-formatted', 'x'), ['$db->query($sql . $search)'])).toBeLessThan(0.5);
  expect(confidenceOf(said('sql-formatted', 'x'), ["where('a LIKE ?', '%' . $b . '%')"])).toBeLessThan(0.5);
  for (const text of [
    `"SELECT strftime('%s', 'now') FROM a WHERE b = " + c`,
    `"UPDATE a SET d = '{}' WHERE b = " + c`,
    `"SELECT a FROM b WHERE c = 'x' AND d = " + e`,
    `'SELECT * FROM "' + table + '"'`,
    `"SELECT a FROM b WHERE c LIKE '%search%' AND d = " + e`,
  ])
    expect(confidenceOf(said('sql-formatted', 'x'), [text]), text).toBeLessThan(0.5);
  // A name that something else was given.
  const lines = ['const other = req.body.name;', 'exec(`convert ${name}`)'];
  expect(confidenceOf({ ...said('shell-command', 'x'), line: 2, endLine: 2 }, lines)).toBeLessThan(0.5);
});

test('a rule that was never seen, and an analyser that was not, keep enough of what their authors say', () => {
  expect(confidenceOf(said('string-identity', 'x'), ['x'])).toBeGreaterThanOrEqual(0.5);
  expect(confidenceOf(said('merge-conflict', 'x', { tool: 'text', confidence: 0.95 }), ['x'])).toBeGreaterThan(0.9);
  const hadolint = (severity: Severity): number =>
    confidenceOf(said('DL3008', 'x', { tool: 'hadolint', severity, confidence: 0.85 }), ['x']);
  expect([hadolint('error'), hadolint('warning')]).toEqual([0.85, 0.4]);
  expect(
    confidenceOf(said('DL3008', 'x', { tool: 'hadolint', severity: 'warning', confidence: 0.85 }), ['x'], true),
  ).toBe(0.85);
});

test.each([
  ['docs/a.md', 'text', 'private-key', false],
  ['docs/server.pem', 'text', 'private-key', true],
  ['.github/deploy_key', 'text', 'private-key', true],
  ['docs/keys.txt', 'text', 'private-key', true],
  ['docs/setup.sh', 'secrets', 'password', false],
  ['docker-compose.prod.yml', 'secrets', 'password', true],
  ['.github/workflows/deploy.yml', 'secrets', 'password', true],
  ['src/docs/db.ts', 'secrets', 'password', true],
])('in %s what %s/%s finds is told: %s', (path, tool, rule, isTold) => {
  const claim = said(rule, 'x', { tool, path, severity: 'warning', confidence: 0.7 });
  expect(confidenceOf(claim, ['x']) >= 0.5).toBe(isTold);
});

test('a compiler that has all types is right, and of a project that lacks some its rules have their figures', () => {
  const of = (rule: string, confidence: number): number =>
    confidenceOf(said(rule, 'x', { tool: 'typescript', confidence }), ['x']);
  expect([of('TS2366', allTypesKnown), of('TS2588', allTypesKnown)]).toEqual([allTypesKnown, allTypesKnown]);
  expect(of('TS2366', someTypesKnown)).toBeLessThan(0.5);
  expect(of('TS2588', someTypesKnown)).toBe(someTypesKnown);
});

test.each([
  ['a live key', 'gitleaks', 'aws-access-token', true],
  ['what no parser of Python reads', 'ruff', 'invalid-syntax', true],
  ['what no grammar reads', 'syntax', 'syntax', true],
  ['what no linter of scripts reads', 'oxlint', 'syntax', true],
  ['a rule that the project chose', 'eslint', 'no-debugger', true],
  ['another rule', 'ruff', 'F821', false],
])('%s in test code is told: %s/%s %s', (_, tool, rule, isTold) => {
  const settings = { rules: {}, overrides: [], isTest: () => true };
  const { kept } = judged([said(rule, 'x', { tool })], ['x'], settings, { chosen: 'eslint' });
  expect(kept.length > 0).toBe(isTold);
});

test('what a chosen analyser says is told as it is, in test code and whatever the figure', () => {
  const settings = { rules: {}, overrides: [], isTest: () => true };
  const found = [said('S101', 'x', { tool: 'ruff', confidence: 0.1 })];
  expect(judged(found, ['x'], settings, { chosen: 'ruff' }).kept).toHaveLength(1);
  expect(judged(found, ['x'], settings).kept).toHaveLength(0);
});

const at = (path: string, line: string, more: Partial<Finding> = {}): Finding =>
  said('r', line, { path, severity: 'warning', ...more });

test('what says the same of several files is one finding with its places, each shown where it stands', () => {
  const all = ['a.go', 'b.go', 'c.go', 'c.go'].map((path, index) => at(path, `x${index}`));
  const findings = gathered(all);
  expect(findings).toMatchObject([
    { path: 'a.go', times: 4, places: [{ path: 'b.go' }, { path: 'c.go' }, { path: 'c.go' }] },
  ]);
  const [result, ...others] = sarifOf(reportOf(findings), '1.0.0').runs[0]?.results ?? [];
  expect(others.map(({ partialFingerprints }) => partialFingerprints?.['fanfold/v1'])).toEqual(
    all.slice(1).map(fingerprint),
  );
  expect(result?.partialFingerprints).toEqual({ 'fanfold/v1': fingerprint(all[0]!) });
  expect(rdjsonOf(reportOf(findings)).diagnostics.map(({ location }) => location.path)).toEqual(
    all.map(({ path }) => path),
  );
  expect(githubAnnotations(reportOf(findings)).match(/^::warning file=/gm)).toHaveLength(4);
  const text = reviewText(reportOf(findings), 80, (_, each) => each);
  expect(text).toContain('Here and at 3 further places: b.go:1, c.go:1, c.go:1.');
  expect(text).toContain('1 warning at 4 places in 1 file.');
});

test('each place keeps what is said there, where it stands and what was folded into it', () => {
  const of = (path: string, more: Partial<Finding>): Finding => ({ ...at(path, path), ...more });
  const findings = gathered([
    of('a', { message: '`va` is not used', help: 'h', column: 7, folded: ['1'] }),
    of('b', { message: '`vb` is not used', folded: ['2'] }),
    of('c', { message: '`va` is not used', help: 'h' }),
  ]);
  const told = findings.flatMap(toldAt).map(({ finding }) => finding);
  expect(told.map(({ message }) => message.slice(0, 4))).toEqual(['`va`', '`vb`', '`va`']);
  expect(told.map(({ help }) => help)).toEqual(['h', undefined, 'h']);
  expect(told.map(({ column }) => column)).toEqual([7, undefined, undefined]);
  expect(told.map(({ folded: prints }) => prints)).toEqual([['1'], ['2'], undefined]);
});

test('a name that is lost in one file is told beside one that several lack', () => {
  const lost = (path: string, name: string, line: number): Finding => ({
    ...at(path, name, { severity: 'error', tool: 'ruff', rule: 'F821', message: `Undefined name ${name}` }),
    line,
    endLine: line,
  });
  const all = [lost('a', 'spark', 1), lost('a', 'reslt', 9), lost('a', 'spark', 12), lost('b', 'spark', 1)];
  const told = gathered(folded([...all, lost('c', 'spark', 1)]));
  expect(told.map(({ message, severity }) => `${severity} ${message.slice(0, 20)}`)).toEqual([
    'error Undefined name reslt',
    'warning Undefined name spark',
  ]);
});

test.each([
  ['a.java', `sb.append("SELECT a FROM b WHERE n = '").append(name)`],
  ['a.go', `fmt.Sprint("SELECT a FROM b WHERE n = ", n)`],
  ['a.cs', `string.Concat("SELECT a FROM b WHERE n = ", name)`],
])('a statement that is joined in a way that is not seen is none of names alone: %s %s', (path, text) => {
  expect(putsOnlyNames(path, [text])).toBe(false);
});

test('a value that begins as a selector of a style and mixes digits in is none', () => {
  expect(['#k3j9f8s7d6q2', '.x9k2m4n8p1', '#a8f3k2m9x7z4'].filter((value) => looksLike.harmless(value, true))).toEqual(
    [],
  );
  expect(looksLike.harmless('#login-password', true)).toBe(true);
});

test('of what is too large for a report as many places stay as leave room to what is smaller, and the rest is counted', () => {
  const large = (path: string): Finding => ({
    ...at(path, 'x'),
    places: Array.from({ length: 1000 }, () => placeOf(path)),
  });
  const placeOf = (path: string) => ({
    path,
    line: 1,
    endLine: 1,
    fingerprint: 'f'.repeat(16),
    message: 'm'.repeat(200),
  });
  const findings = [large('a'), large('b'), at('c', 'x', { severity: 'note' })];
  const plan = { root: '', model: false, files: [], analysers: [], skipped: [], notes: [] };
  const found = { findings, cut: 0, outside: 0, notes: [] };
  const all = { ...fanIn<Found>([], { elapsedMs: 0, stoppedBy: 'allSettled' }), mergedResults: [found] };
  const told = reviewReport({}, plan, all);
  expect(told.findings.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
  const kept = told.findings.map(({ places = [] }) => places.length);
  expect(kept).toEqual([1000, expect.toSatisfy((count: number) => count > 100 && count < 1000), 0]);
  expect(told.cut).toBe(1000 - (kept[1] ?? 0));
});

test('what is new is not hidden by the places of what is known', () => {
  const all = ['a.go', 'b.go', 'c.go'].map((path) => at(path, 'x'));
  const [one] = gathered(all);
  const known = new Set(all.map(fingerprint));
  expect(isKnown(one!, known)).toBe(true);
  known.delete(fingerprint(all[2]!));
  expect(isKnown(one!, known)).toBe(false);
});

test('every place is accounted for, however many there are', () => {
  const all = Array.from({ length: 1250 }, (_, index) => at(`${index}.go`, 'x'));
  const findings = gathered(all);
  const told = findings.flatMap(({ path, places = [] }) => [path, ...places.map((place) => place.path)]);
  expect(told.toSorted()).toEqual(all.map(({ path }) => path).toSorted());
  expect(findings.map(({ times = 1 }) => times).toSorted()).toEqual([250, 500, 500]);
});

test.each([
  ['errors of lines that differ', 3, (n: number) => at(`${n}`, `query(${n})`, { severity: 'error' })],
  ['errors of lines that are the same', 1, (n: number) => at(`${n}`, 'query(a)', { severity: 'error' })],
  ['live keys', 3, (n: number) => at(`${n}`, 'x', { severity: 'error', tool: 'secrets', rule: 'github-token' })],
  [
    'secrets in lines that differ between quotes alone',
    1,
    (n: number) => at(`${n}`, `a = "${n}"`, { tool: 'secrets', rule: 'password' }),
  ],
  ['secrets in other lines', 3, (n: number) => at(`${n}`, `a${n} = "b"`, { tool: 'secrets', rule: 'password' })],
  ['messages of their own below an error', 1, (n: number) => at(`${n}`, 'x', { message: `${n} is not used` })],
  ['errors of their own', 3, (n: number) => at(`${n}`, 'x', { severity: 'error', message: `${n} is given twice` })],
  ['what a model says', 3, (n: number) => at(`${n}`, 'x', { tool: 'model' })],
  ['one file', 3, (n: number) => at('a', `x${n}`)],
])('%s are told as %i', (_, count, make) => {
  expect(gathered([1, 2, 3].map(make))).toHaveLength(count);
});

test('what an error says of very many files is how a project does it, and live keys are each their own', () => {
  const many = (tool: string, files: number): number =>
    gathered(Array.from({ length: files }, (_, index) => at(`${index}`, `f(${index})`, { severity: 'error', tool })))
      .length;
  expect([many('syntax', 10), many('syntax', 11), many('secrets', 20)]).toEqual([10, 1, 20]);
});

test.each([
  ['bash', '#!/usr/bin/env bash', 'bash'],
  ['bash', '#!/bin/sh -e', 'bash'],
  ['bash', '#!/usr/bin/with-contenv bashio', 'bash'],
  ['bash', '#!/usr/bin/env php', 'php'],
  ['bash', '#!/usr/bin/python3', 'python'],
  ['bash', '#!/bin/zsh', 'zsh'],
  ['bash', 'set -e', 'bash'],
  ['typescript', '<?xml version="1.0" encoding="utf-8"?>', 'data'],
  ['typescript', 'export const a = 1;', 'typescript'],
])('%s that begins with %s is %s', (language, head, is) => {
  expect(languageAtHead(language, [head])).toBe(is);
});

test('what nobody wrote by hand is known by its lines, and what is test code by its folder', () => {
  expect(
    isGenerated(
      'a.js',
      Array.from({ length: 10 }, () => 'x'.repeat(600)),
    ),
  ).toBe(true);
  expect(isGenerated('a.js', [...Array.from({ length: 400 }, () => 'x'.repeat(60)), 'y'.repeat(900)])).toBe(false);
  expect(leftOutByName('panel/198.5d8bdfaed7d0184a.js')).toBe('minified or generated');
  expect(leftOutByName('db/migration-20240101120000.js')).toBeUndefined();
  const tests = [
    't/unit/a.py',
    'src/A.Core.Test/B.cs',
    '.semgrep/a.py',
    'web/mocks/a.json',
    'syntax-tests/a.py',
    'test-env/a.yml',
    'src/test-auth.c',
  ];
  expect(tests.filter((path) => !isTestPath(path))).toEqual([]);
  expect(['src/latest/a.py', 'contest/a.py', 'attest.c'].filter(isTestPath)).toEqual([]);
});

test('what is found in test code is counted, and told where it is asked for', async () => {
  const root = await folder({ 'tests/a.py': 'print(name)\n' });
  const file = { path: 'tests/a.py', language: 'python', parts: [0] };
  expect(await checkFile({ root, file })).toMatchObject({ findings: [], suppressed: { tests: 1 } });
  expect((await checkFile({ root, file, all: true })).findings).toMatchObject([{ rule: 'F821' }]);
});

test('a key that is live is told in test code, and a name with its password in Base64 is counted there', async () => {
  const basic = Buffer.from('ada:kX82hdQ0s1Lp').toString('base64');
  const root = await folder({
    'tests/a.go': `req.Header.Set("Authorization", "${basic}")\n`,
    'tests/b.go': `key := "${['AKIA', 'ABCDEFGH23456789'].join('')}"\n`,
  });
  const of = (path: string) => checkFile({ root, file: { path, language: 'go', parts: [0] } });
  expect(await of('tests/a.go')).toMatchObject({ findings: [], suppressed: { tests: 1 } });
  expect(await of('tests/b.go')).toMatchObject({ findings: [{ rule: 'aws-access-key' }] });
});

test('a job that is called run is no command', () => {
  const job = ['on: pull_request', 'jobs:', '  run:', '    name: a'];
  const line = '          echo ${{ github.event.pull_request.title }}';
  const path = '.github/workflows/a.yml';
  expect(workflowRules(path, [...job, '    if: ${{ github.event.pull_request.title }}'])).toEqual([]);
  expect(workflowRules(path, [...job, '    steps:', '      - run: |', line])).toHaveLength(1);
});

test.each([
  ['a.php', "<?php\nexec('convert ' . escapeshellarg($a) . ' ' . $b);\n", 1],
  ['a.php', "<?php\nexec('convert ' . escapeshellarg($a) . ' ' . escapeshellarg(f($b)));\n", 0],
  ['a.rb', 'system("convert #{Shellwords.escape(a)} #{b}")\n', 1],
  ['a.rb', 'system("convert #{Shellwords.escape(a)} #{b.shellescape}")\n', 0],
  ['a.py', 'import os, shlex\nos.system(f"convert {shlex.quote(a)} {b}")\n', 1],
  ['a.py', 'import os, shlex\nos.system(f"convert {shlex.quote(a)} {shlex.quote(b)}")\n', 0],
])('one value that is escaped for a shell excuses no other: %s %s', async (path, text, count) => {
  const root = await folder({ [path]: text });
  const language = { php: 'php', rb: 'ruby', py: 'python' }[path.slice(2)]!;
  const { findings } = await checkFile({ root, all: true, file: { path, language, parts: [0] } });
  expect(findings.filter(({ rule }) => /^(?:shell-command|S605)$/.test(rule))).toHaveLength(count);
});

test('a severity that the project has set stays, where a name is missing in many files, and where others say the same', () => {
  const missing = ['a', 'b', 'c'].map((path) => at(`${path}.py`, path, { tool: 'ruff', rule: 'F821', message: 'n' }));
  const rules = { 'ruff/F821': 'error' } as const;
  const set = judged(missing, ['x'], { rules, overrides: [], isTest: () => false }).kept;
  expect(gathered(set)).toMatchObject([{ severity: 'error', places: [{}, {}] }]);
  const errors = missing.map((finding): Finding => ({ ...finding, severity: 'error' }));
  expect(gathered(errors)).toMatchObject([{ severity: 'warning' }]);

  expect(
    gathered(merge([...errors.map((finding) => ({ ...finding, tool: 'flake8', confidence: 0.99 })), ...set])),
  ).toMatchObject([{ severity: 'error' }]);
});
