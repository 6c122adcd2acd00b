/**
 * What somebody gets who installs the package beside Temporal: packed as it is published, installed beside the oldest and
 * the newest SDK, compiled as CommonJS and as ES modules, and run.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  plugin: { doubled: 3540, packed: 60, caught: 'insufficient', run: [42], map: 3 },
};

let folder = '';
let tarball = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfold-walk-'));
  const { stdout } = await run('npm', ['pack', root, '--json', '--ignore-scripts'], { cwd: folder });
  tarball = join(folder, (JSON.parse(stdout) as { filename: string }[])[0]?.filename ?? '');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @returns why nothing could be installed, where the registry is not to be had */
async function install(name: string, sdk: string, type: 'commonjs' | 'module'): Promise<string | undefined> {
  const at = join(folder, name);
  await mkdir(at);
  await cp(project, at, { recursive: true });
  await writeFile(join(at, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }));
  const temporal = ['worker', 'client', 'workflow', 'activity', 'common'].map((each) => `@temporalio/${each}@${sdk}`);
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', ...temporal, tarball];
  const failed = await run('npm', args, { cwd: at }).catch((error: { stderr: string }) => error);
  return 'stderr' in failed && /npm error/.test(failed.stderr) ? failed.stderr.slice(0, 500) : undefined;
}

function compile(at: string, ...options: string[]): Promise<{ stdout: string }> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const files = ['main.ts', 'workflows.ts', 'activities.ts'];
  const common = ['--target', 'es2022', '--strict', '--skipLibCheck', '--outDir', 'out', ...types];
  return run(process.execPath, [tsc, ...common, ...options, ...files], { cwd: at }).catch(
    ({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    },
  );
}

async function start(at: string): Promise<unknown> {
  const { address } = inject('temporal');
  const env = { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: join(at, '.fanfold') };
  const { stdout } = await run(process.execPath, [join(at, 'out/main.js')], { cwd: at, env, maxBuffer: 50_000_000 });
  return JSON.parse(/^WALKED (.*)$/m.exec(stdout)?.[1] ?? 'null');
}

describe.each([
  ['oldest', '1.20.3'],
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
});
