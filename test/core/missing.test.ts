/** What is not there, told from what cannot be looked at: a link that leads to itself is one that nobody can, root neither. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderFiles } from '../../src/agents/research/activities/documents/files.ts';
import { refresh } from '../../src/agents/research/activities/documents/refresh.ts';
import { readSource, realRoot, within } from '../../src/agents/review/activities/files.ts';
import { tied } from '../../src/agents/review/activities/locate.ts';
import { findPackage } from '../../src/agents/review/activities/programs/find.ts';
import { readProjectSettings } from '../../src/agents/review/activities/settings.ts';
import { checkOutput } from '../../src/cli/output.ts';
import { nowUnlessMissing, unlessMissing } from '../../src/core/missing.ts';
import type { Database } from '../../src/store/index.ts';

const top = mkdtempSync(join(tmpdir(), 'fanfold-missing-'));
const at = (...names: string[]): string => join(top, ...names);
const signal = new AbortController().signal;
beforeAll(() => {
  symlinkSync(at('loop'), at('loop'));
  writeFileSync(at('file'), 'text');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

test('what is not there is nothing, and what cannot be looked at is an error', async () => {
  await expect(unlessMissing(stat(at('none')))).resolves.toBeUndefined();
  await expect(unlessMissing(stat(at('file', 'below')))).resolves.toBeUndefined();
  await expect(unlessMissing(stat(at('loop')))).rejects.toMatchObject({ code: 'ELOOP' });
  expect(nowUnlessMissing(() => readFileSync(at('none')))).toBeUndefined();
  expect(() => nowUnlessMissing(() => readFileSync(at('loop')))).toThrow('ELOOP');
});

test.each<[what: string, look: () => Promise<unknown>]>([
  ['a folder of documents', () => folderFiles(at('loop'), signal)],
  ['the root of a review', () => realRoot(at('loop'))],
  ['a path of a review', () => within(top, 'loop')],
  ['settings of a project', () => readProjectSettings(at('loop'))],
])('%s that cannot be opened is not said not to be there', async (_what, look) => {
  await expect(look()).rejects.toThrow(/cannot be (opened|read).*ELOOP/);
});

test('a file to write into a folder that cannot be opened is refused for that', () => {
  expect(() => checkOutput(at('loop', 'report.md'))).toThrow('ELOOP');
  expect(() => checkOutput(at('none', 'report.md'))).toThrow('there is no folder');
});

test('a document that cannot be looked at is told as one that was not read, and one that is gone is not', async () => {
  const database = { execute: async () => [], transaction: async () => {} } as unknown as Database;
  const files = ['loop/a.md', 'none.md'].map((path) => ({ path, location: at(path), label: path }));
  const { read, unread } = await refresh(database, 'docs', files, signal);
  expect({ read, unread }).toEqual({ read: 0, unread: [{ path: 'loop/a.md', why: 'it cannot be opened (ELOOP)' }] });
});

test('a file of a review that cannot be read is left out for that, and what was found in it is not left out in silence', async () => {
  await expect(readSource(top, 'loop/a.py')).resolves.toEqual({ skip: 'unreadable (ELOOP)' });
  await expect(readSource(top, 'none.py')).resolves.toEqual({ skip: 'gone' });
  const file = { path: 'loop/a.py', language: 'python', parts: [] };
  const claim = { path: 'loop/a.py', line: 1, rule: 'x', severity: 'error', message: 'm', source: 'ruff' } as never;
  const { findings, notes } = await tied({ root: top, files: [file] }, [claim]);
  expect(findings).toEqual([]);
  expect(notes.join()).toContain('loop/a.py could not be read again (unreadable (ELOOP))');
});

test('a linter of the project whose package is broken is an error, and one that is not there is none', () => {
  expect(findPackage('no-such-linter', 'lint', top, true)).toBeUndefined();
  mkdirSync(at('node_modules', 'broken-linter'), { recursive: true });
  writeFileSync(at('node_modules', 'broken-linter', 'package.json'), '{');
  expect(() => findPackage('broken-linter', 'lint', top, true)).toThrow(/broken-linter cannot be read/);
});
