/** The first use of a checkout, in small checkouts with the real scripts, npm and compiler. Their one package notes each install and links ours. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const installing = 'fanfold: installing its packages (first use, about a minute) …\n';
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
let checkout = '';
let children: ChildProcess[] = [];

/** Runs in place of a package's install script. While there is a file `hold` it does not end. */
const installScript = `
import { appendFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
const checkout = import.meta.dirname + '/..';
appendFileSync(checkout + '/installs', 'x');
mkdirSync(checkout + '/node_modules/@types', { recursive: true });
for (const name of ['typescript', '@types/node', '@temporalio']) symlinkSync(${JSON.stringify(root)} + '/node_modules/' + name, checkout + '/node_modules/' + name);
const wait = setInterval(() => existsSync(checkout + '/hold') || clearInterval(wait), 20);
`;

const mainModule = `
import { work } from './work.ts';
console.log(JSON.stringify([work, ...process.argv.slice(2)]));
process.exitCode = 7;
`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

/** Each package is a folder here, so that npm needs no network; `small` has the install script. */
function writePackages(...names: string[]): void {
  const about = { name: 'checkout', version: '1.0.0', type: 'module' };
  const dependencies = Object.fromEntries(names.map((name) => [name, `file:${name}`]));
  const packages: Record<string, object> = { '': { ...about, dependencies } };
  for (const name of names) {
    packages[name] = { version: '1.0.0', hasInstallScript: name === 'small' };
    packages[`node_modules/${name}`] = { resolved: name, link: true };
    const scripts = name === 'small' ? { postinstall: 'node install.js' } : {};
    write(`${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', scripts }));
  }
  write('small/install.js', installScript);
  write('package.json', JSON.stringify({ ...about, dependencies }));
  write('package-lock.json', JSON.stringify({ ...about, lockfileVersion: 3, requires: true, packages }));
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'fanfold-checkout-'));
  for (const file of ['scripts', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(root, file), join(checkout, file), { recursive: true });
  writePackages('small');
  write('src/work.ts', "export const work: string = 'first';\n");
  write('src/cli.ts', mainModule);
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(checkout, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function begin(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(checkout, 'scripts/first-use.mjs'), ...args], { env });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => (stdout += String(data)));
  child.stderr.on('data', (data) => (stderr += String(data)));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })) };
}

const use = (...args: string[]) => begin(...args).ended;
const installs = () =>
  existsSync(join(checkout, 'installs')) ? readFileSync(join(checkout, 'installs'), 'utf8').length : 0;
const untilInstalling = () => expect.poll(installs, { timeout: 50_000, interval: 5 }).toBe(1);
const output = (...words: string[]) => `${JSON.stringify(words)}\n`;

describe('getting ready', () => {
  test('a fresh checkout installs, builds and runs in one command; the next time it only runs', async () => {
    expect(await use('start')).toEqual({ code: 7, stdout: output('first', 'research'), stderr: installing });
    expect(await use('start', 'runs', '--json')).toEqual({
      code: 7,
      stdout: output('first', 'runs', '--json'),
      stderr: '',
    });
    expect(installs()).toBe(1);
    expect(statSync(join(checkout, 'dist/cli.js')).mode & 0o100).toBe(0o100);
  });

  test('several first uses at once install once', async () => {
    const ended = await Promise.all([use('start', '1'), use('start', '2'), use('start', '3')]);
    expect(ended.map(({ code, stdout }) => [code, stdout])).toEqual(
      ['1', '2', '3'].map((word) => [7, output('first', word)]),
    );
    expect(installs()).toBe(1);
  });

  test('a new package-lock.json is installed', async () => {
    await use('start');
    writePackages('small', 'another');
    expect(await use('start')).toMatchObject({ code: 7, stderr: installing });
    expect(existsSync(join(checkout, 'node_modules/another/package.json'))).toBe(true);
  });

  test('an install that fails shows what npm said, and nothing is run', async () => {
    write('small/install.js', "console.error('no disk left'); process.exit(1);\n");
    const { code, stdout, stderr } = await use('start');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/`npm ci` failed:[^]*no disk left/);
  });

  test('what npm installed when called by hand is left as it is', async () => {
    spawnSync('npm', ['ci'], { cwd: checkout, env });
    expect(await use('start')).toMatchObject({ code: 7, stderr: '' });
    expect(installs()).toBe(1);
  });

  test('an install that was killed is waited for while its npm still writes', async () => {
    write('hold', '');
    const first = begin('start');
    await untilInstalling();
    first.child.kill('SIGKILL');
    const { child, ended } = begin('start');
    await once(child.stderr as NodeJS.ReadableStream, 'data');
    expect(installs()).toBe(1);
    rmSync(join(checkout, 'hold'));
    expect(await ended).toMatchObject({ code: 7, stderr: expect.stringContaining('another start is installing') });
  });

  test('an install that was interrupted ends with 130 and is redone', async () => {
    write('hold', '');
    const first = begin('start');
    await untilInstalling();
    first.child.kill('SIGINT');
    expect(await first.ended).toMatchObject({ code: 130, stdout: '' });
    rmSync(join(checkout, 'hold'));
    expect(await use('start')).toMatchObject({ code: 7, stderr: expect.stringContaining(installing) });
    expect(installs()).toBe(2);
  });
});

describe('building', () => {
  test('a changed source is built, and what a deleted one left is removed', async () => {
    write('src/old.ts', 'export const old = true;\n');
    await use('start');
    expect(existsSync(join(checkout, 'dist/old.js'))).toBe(true);
    rmSync(join(checkout, 'src/old.ts'));
    write('src/work.ts', "export const work: string = 'second';\n");
    expect(await use('start')).toMatchObject({ code: 7, stdout: output('second', 'research') });
    expect(existsSync(join(checkout, 'dist/old.js'))).toBe(false);
    expect(existsSync(join(checkout, 'dist/old.d.ts'))).toBe(false);
  });

  test('an output that got lost is built again', async () => {
    await use('start');
    rmSync(join(checkout, 'dist/work.js'));
    expect(await use('start')).toMatchObject({ code: 7, stdout: output('first', 'research') });
  });

  test('a source that does not compile is named, nothing is run, and mending it is enough', async () => {
    write('src/work.ts', 'export const work: string = 1;\n');
    const failed = await use('start');
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toMatch(/The build failed:[^]*src\/work\.ts.*error TS2322/);
    write('src/work.ts', "export const work: string = 'mended';\n");
    expect(await use('start')).toMatchObject({ code: 7, stdout: output('mended', 'research') });
  });

  test('the workflows are bundled', async () => {
    write('src/workflows/index.ts', 'export async function nothingButThis(): Promise<void> {}\n');
    expect(await use('start')).toMatchObject({ code: 7, stderr: installing });
    expect(readFileSync(join(checkout, 'dist/workflow-bundle.js'), 'utf8')).toContain('nothingButThis');
  });
});

describe('running', () => {
  const idle = "console.log('ready');\nsetInterval(() => {}, 1000);\n";

  test('a command that does not listen for a Ctrl-C ends with 130', async () => {
    write('src/cli.ts', idle);
    const { child, ended } = begin('start');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
  });

  test('a command that does listen gets each signal once and ends as it likes', async () => {
    write(
      'src/cli.ts',
      `process.on('SIGTERM', () => { console.log('heard'); setImmediate(() => process.exit(5)); });\n${idle}`,
    );
    const { child, ended } = begin('start');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 5, stdout: 'ready\nheard\n' });
  });

  test.each([
    ['bench', 'bench/run.mjs'],
    ['chaos', 'test/chaos/run.mjs'],
  ])('%s runs %s with its arguments', async (command, path) => {
    write(path, 'console.log(JSON.stringify(process.argv.slice(2)));\n');
    expect(await use(command, '--seed', '3')).toMatchObject({ code: 0, stdout: output('--seed', '3') });
  });

  test('a word that is no command is wrong use, and the message names those there are', async () => {
    expect(await use('strat')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('start, test, bench, chaos, production, verify'),
    });
  });

  test('verify stops at the first check that fails and shows what it said', async () => {
    await use('start');
    write('node_modules/.bin/tsc', '#!/bin/sh\n');
    write('node_modules/.bin/oxlint', '#!/bin/sh\necho "src/work.ts: a floating promise"\nexit 1\n');
    write('node_modules/.bin/oxfmt', '#!/bin/sh\ntouch formatted\n');
    spawnSync('chmod', ['+x', 'tsc', 'oxlint', 'oxfmt'], { cwd: join(checkout, 'node_modules/.bin') });
    const { code, stdout, stderr } = await use('verify');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✓ types \(.* s\)\n✓ types of the page \(.* s\)\n✗ lint \(.* s\)\n$/);
    expect(stderr).toContain('a floating promise');
    expect(existsSync(join(checkout, 'formatted'))).toBe(false);
  });
});
