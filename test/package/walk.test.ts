/**
 * What somebody gets who installs the package beside Temporal: packed as it is published, installed beside the oldest and
 * the newest SDK, compiled as CommonJS and as ES modules, and run.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = fileURLToPath(new URL('./project', import.meta.url));
const run = promisify(execFile);
const walked = {
  plain: { doubled: 3540, packed: 60, caught: 'insufficient' },
  plugin: { doubled: 3540, packed: 60, caught: 'insufficient', run: [42], map: 3, large: 2_500_000 },
};

const openDatabase = `
  const { openStore } = require('fanfold/activities');
  process.env.FANFOLD_STORE = 's3://a-bucket';
  openStore(process.env.FANFOLD_HOME).get('a').catch((error) => console.log(error.message));`;

let folder = '';
let tarball = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfold-walk-'));
  const { stdout } = await run('npm', ['pack', root, '--json', '--ignore-scripts'], { cwd: folder });
  tarball = join(folder, (JSON.parse(stdout) as { filename: string }[])[0]?.filename ?? '');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function temporalAt(sdk: string): string[] {
  return ['worker', 'client', 'workflow', 'activity', 'common'].map((each) => `@temporalio/${each}@${sdk}`);
}

interface Installed {
  readonly path: string;
  /** Name and version. */
  readonly key: string;
}

async function packagesOf(at: string): Promise<Installed[]> {
  const lock = JSON.parse(await readFile(join(at, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; optional?: true }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { optional }]) => path !== '' && !optional)
    .map(([path, { version }]) => ({ path, key: `${path.split('node_modules/').at(-1)}@${version}` }));
}

/** Of a package without those nested in it. */
async function ownKilobytes(path: string): Promise<number> {
  const { stdout } = await run('du', ['-sk', '--exclude=node_modules', path]);
  return Number.parseInt(stdout, 10);
}

/** @returns why nothing could be installed, where the registry is not to be had */
async function install(name: string, sdk: string, type: 'commonjs' | 'module'): Promise<string | undefined> {
  const at = join(folder, name);
  await mkdir(at);
  await cp(project, at, { recursive: true });
  await writeFile(join(at, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }));
  const args = [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    ...temporalAt(sdk),
    tarball,
  ];
  const failed = await run('npm', args, { cwd: at }).catch((error: { stderr: string }) => error);
  return 'stderr' in failed && /npm error/.test(failed.stderr) ? failed.stderr.slice(0, 500) : undefined;
}

function compile(at: string, ...options: string[]): Promise<{ stdout: string }> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const files = ['main.ts', 'workflows.ts', 'activities.ts', 'types.ts'];
  const common = ['--target', 'es2022', '--strict', '--skipLibCheck', '--outDir', 'out', ...types];
  return run(process.execPath, [tsc, ...common, ...options, ...files], { cwd: at }).catch(
    ({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    },
  );
}

async function start(at: string, node = process.execPath): Promise<unknown> {
  const { address } = inject('temporal');
  const env = { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: join(at, '.fanfold') };
  const { stdout } = await run(node, [join(at, 'out/main.js')], { cwd: at, env, maxBuffer: 50_000_000 });
  return JSON.parse(/^WALKED (.*)$/m.exec(stdout)?.[1] ?? 'null');
}

describe.each([
  ['oldest', '1.21.0'],
  ['newest', '1.24.0'],
])('beside the %s SDK, %s', (age, sdk) => {
  let missing: string | undefined;
  beforeAll(async () => {
    missing = await install(age, sdk, 'commonjs');
  }, 300_000);

  test('a project of CommonJS compiles with the settings of node16 and runs on a plain worker and with the plugin', async ({
    skip,
  }) => {
    if (missing !== undefined) return skip(`npm installs nothing here: ${missing}`);
    await compile(join(folder, age), '--module', 'node16');
    expect(await start(join(folder, age))).toEqual(walked);
    return undefined;
  }, 180_000);

  test('it brings at most 40 packages and 30 MB beside Temporal, and its entries need no others', async () => {
    if (missing !== undefined) return;
    const at = join(folder, age);
    const bare = join(folder, `${age}-bare`);
    await mkdir(bare);
    await writeFile(join(bare, 'package.json'), '{ "private": true }');
    await run('npm', ['install', '--package-lock-only', '--prefer-offline', '--no-audit', ...temporalAt(sdk)], {
      cwd: bare,
    });
    const [without = [], having = []] = await Promise.all([bare, at].map(packagesOf));
    const sizes = new Map<string, number>();
    for (const { path, key } of having) sizes.set(key, await ownKilobytes(join(at, path)));
    // npm may lay out copies of one package otherwise, so what counts is the sum of all.
    const total = (list: readonly Installed[]): number => list.reduce((sum, { key }) => sum + (sizes.get(key) ?? 0), 0);
    const megabytes = (total(having) - total(without)) / 1024;
    const before = new Set(without.map(({ key }) => key));
    const added = [...sizes.keys()].filter((key) => !before.has(key));
    console.info(`beside Temporal ${sdk}: ${added.length} packages, ${megabytes.toFixed(1)} MB`);
    expect(added.length).toBeLessThanOrEqual(40);
    // An older SDK has another protobufjs, of which npm then nests four copies.
    if (age === 'newest') expect(megabytes).toBeLessThanOrEqual(30);
    const entries = ['', '/workflow', '/client', '/worker', '/activities', '/agent', '/command'];
    const load = entries.map((entry) => `require('fanfold${entry}'); await import('fanfold${entry}');`).join(' ');
    await run(process.execPath, ['-e', `(async () => { ${load} process.exit(0); })()`], { cwd: at });
  }, 120_000);

  test.each(age === 'newest' ? ['22', '24'] : [])(
    'it runs on Node %s',
    async (version) => {
      if (missing !== undefined) return;
      const name = `node-${process.platform}-${process.arch}`;
      const at = join(folder, `node-${version}`);
      await mkdir(at);
      await writeFile(join(at, 'package.json'), '{ "private": true }');
      await run('npm', ['install', '--prefer-offline', '--no-audit', '--ignore-scripts', `${name}@${version}`], {
        cwd: at,
      });
      const node = join(at, 'node_modules', name, 'bin/node');
      expect((await run(node, ['--version'])).stdout).toMatch(new RegExp(`^v${version}\\.`));
      expect(await start(join(folder, age), node)).toEqual(walked);
    },
    240_000,
  );

  test('what is missing is asked for by name, with the line that installs it', async () => {
    if (missing !== undefined) return;
    const env = { ...process.env, FANFOLD_HOME: join(folder, 'home') };
    const { stdout } = await run(process.execPath, ['-e', openDatabase], { cwd: join(folder, age), env });
    expect(stdout).toMatch(/A store of S3 needs the package @aws-sdk\/client-s3.*: npm i @aws-sdk\/client-s3@3/);
  }, 60_000);

  test.each([
    ['nodenext', '--module', 'nodenext'],
    ['bundler', '--module', 'preserve', '--moduleResolution', 'bundler'],
  ])(
    'it compiles with the settings of %s',
    async (_name, ...options) => {
      if (missing !== undefined) return;
      await compile(join(folder, age), '--noEmit', ...options);
    },
    120_000,
  );

  test('strictly and with the declarations of all packages checked, none of the mistakes is in fanfold', async () => {
    if (missing !== undefined) return;
    const strict = ['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false'];
    const said = await compile(join(folder, age), '--noEmit', '--module', 'nodenext', ...strict).then(
      () => '',
      ({ message }: Error) => message,
    );
    const faults = said.split('\n').filter((line) => /: error TS/.test(line));
    // Temporal's own declarations have some.
    expect(faults.filter((line) => !line.startsWith('node_modules/@temporalio/'))).toEqual([]);
  }, 120_000);
});
