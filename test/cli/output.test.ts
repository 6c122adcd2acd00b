import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { Invocation, type SharedOptions } from '../../src/cli/invocation.ts';
import { checkOutput, isSameFile, writeOutput } from '../../src/cli/output.ts';

const top = mkdtempSync(join(tmpdir(), 'fanfold-output-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));
let folder = top;
beforeEach(() => (folder = mkdtempSync(join(top, 'o-'))));
const at = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(at(name), 'utf8');
const mode = (name: string): number => statSync(at(name)).mode & 0o7777;
const invocation = (options: SharedOptions = {}): Invocation<SharedOptions> =>
  new Invocation(options, new AbortController().signal);

test('a new file is there as a whole, and nothing beside it', async () => {
  await writeOutput(at('new'), 'text');
  expect(text('new')).toBe('text');
  expect(readdirSync(folder)).toEqual(['new']);
});

test('pieces that fail leave the file as it was, and nothing beside it', async () => {
  writeFileSync(at('old'), 'old');
  async function* pieces(): AsyncGenerator<string> {
    yield 'new';
    throw new Error('no more');
  }
  await expect(writeOutput(at('old'), pieces())).rejects.toThrow('no more');
  expect(text('old')).toBe('old');
  expect(readdirSync(folder)).toEqual(['old']);
});

test('a file keeps its mode, and one with two names is the same under both', async () => {
  writeFileSync(at('own'), 'old');
  chmodSync(at('own'), 0o640);
  await writeOutput(at('own'), 'new');
  expect([text('own'), mode('own')]).toEqual(['new', 0o640]);
  linkSync(at('own'), at('other'));
  await writeOutput(at('own'), 'newer');
  expect([text('own'), text('other')]).toEqual(['newer', 'newer']);
});

test('a link stays a link, also one that leads over others, through a folder, or to what is not there yet', async () => {
  mkdirSync(at('deep'));
  symlinkSync('deep', at('way'));
  symlinkSync('way/middle', at('link'));
  symlinkSync('../target', at('deep/middle'));
  await writeOutput(at('link'), 'first');
  await writeOutput(at('link'), 'second');
  expect(text('target')).toBe('second');
  for (const link of ['link', 'way', 'deep/middle']) expect(lstatSync(at(link)).isSymbolicLink()).toBe(true);
});

test('a link to itself, a folder and a folder that is not there are refused by name', async () => {
  symlinkSync('round', at('round'));
  await expect(writeOutput(at('round'), 'text')).rejects.toMatchObject({ type: 'InvalidInput', field: 'output' });
  expect(() => checkOutput(folder)).toThrow(/--output .* cannot be written: it is a folder/);
  expect(() => checkOutput(at('no/file'), '--sarif')).toThrow(/--sarif .* there is no folder .*no/);
});

test('a pipe is written into and stays one', async () => {
  execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')]);
  const reader = promisify(execFile)('cat', [at('pipe')]);
  await writeOutput(at('pipe'), 'through');
  expect((await reader).stdout).toBe('through');
  expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
});

test('a device is written into: the null device takes everything and a full one says that it is full', async () => {
  await writeOutput('/dev/null', 'gone');
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  await expect(writeOutput('/dev/full', 'text')).rejects.toThrow(/--output \/dev\/full cannot be written: .*ENOSPC/);
});

test('a stream that is open already is written into, not replaced by another file', async () => {
  const file = openSync(at('redirected'), 'w');
  const before = fstatSync(file).ino;
  await writeOutput(`/dev/fd/${file}`, 'text');
  closeSync(file);
  expect([text('redirected'), statSync(at('redirected')).ino]).toEqual(['text', before]);
});

test('what is read is not written over, by whatever name it has', () => {
  for (const name of ['items', 'second', 'named-alike']) writeFileSync(at(name), 'a row\n');
  linkSync(at('items'), at('hard'));
  symlinkSync('items', at('soft'));
  for (const name of ['items', 'hard', 'soft', './items'])
    expect(() => invocation().willWrite(`${folder}/${name}`, '-o', [at('second'), at('items')])).toThrow(
      /-o .* would replace .*items, which is read/,
    );
  invocation().willWrite(at('named-alike'), '-o', [at('items'), '-']);
  invocation().willWrite(at('new'), '-o', [at('items'), at('gone')]);
});

test('two outputs have a file each, and the null device takes both', () => {
  const both = invocation();
  both.willWrite(at('new'), '--output');
  expect(() => both.willWrite(at('./new'), '--differences')).toThrow(/--output and --differences both want .*new/);
  both.willWrite('-', '--output');
  expect(() => both.willWrite('-', '--differences')).toThrow('both want stdout; name a file for one');
  expect(() => invocation({ json: true }).willWrite('-')).toThrow('--json and --output both want stdout');
  for (const flag of ['--output', '--differences']) both.willWrite('/dev/null', flag);
});

test('a name of nothing, and a link into a folder that is not there, are refused before any work', () => {
  symlinkSync('nowhere/file', at('dangling'));
  symlinkSync('dangling', at('further'));
  expect(() => checkOutput('')).toThrow('it has no name');
  for (const name of ['dangling', 'further'])
    expect(() => checkOutput(at(name))).toThrow(/there is no folder .*nowhere/);
});

test('of a name that cannot be looked at it is not known to be that of another file, and nothing is thrown', () => {
  writeFileSync(at('plain'), 'text');
  symlinkSync('circle', at('circle'));
  for (const unknown of [join(at('plain'), 'below'), at('circle'), 'x'.repeat(5000), `nul\0`]) {
    expect(isSameFile(unknown, at('plain'))).toBe(false);
    expect(isSameFile(at('plain'), unknown)).toBe(false);
  }
  expect(isSameFile(at('plain'), join(folder, '.', 'plain'))).toBe(true);
  expect(isSameFile(at('new'), join(folder, 'sub', '..', 'new'))).toBe(true);
});
