/** fanfold beside what others build with: the agents of other frameworks, and jest; each installed in a folder of its own. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
let folder = '';
let tarball = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfold-inside-'));
  const { stdout } = await run('npm', ['pack', root, '--json', '--ignore-scripts'], {
    cwd: folder,
    maxBuffer: 50_000_000,
  });
  tarball = join(folder, (JSON.parse(stdout) as { filename: string }[])[0]?.filename ?? '');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @returns where it is, or why nothing could be installed */
async function install(from: string, name: string): Promise<{ readonly at: string; readonly missing?: string }> {
  const at = join(folder, name);
  await cp(join(root, from), at, { recursive: true });
  const facts = JSON.parse(await readFile(join(at, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  facts.dependencies['fanfold'] = `file:${tarball}`;
  await writeFile(join(at, 'package.json'), JSON.stringify(facts));
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  const failed = await run('npm', args, { cwd: at }).catch((error: { stderr: string }) => error);
  return 'stderr' in failed && failed.stderr.includes('npm error')
    ? { at, missing: failed.stderr.slice(0, 300) }
    : { at };
}

async function node(at: string, ...args: string[]): Promise<string> {
  const { address } = inject('temporal');
  const env = { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: join(at, '.fanfold'), NODE_OPTIONS: '' };
  const { stdout, stderr } = await run(process.execPath, args, { cwd: at, env, maxBuffer: 50_000_000 }).catch(
    ({ stdout: said, stderr: complained }: { stdout: string; stderr: string }) => {
      throw new Error(`${said}\n${complained}`.slice(-3000));
    },
  );
  return stdout + stderr;
}

test.for(['ai-sdk', 'openai-agents'])(
  'an agent of %s in a workflow has a tool that fans out, with both plugins on one worker',
  { timeout: 300_000 },
  async (name, { skip }) => {
    const { at, missing } = await install(`examples/frameworks/${name}`, name);
    if (missing !== undefined) return skip(`npm installs nothing here: ${missing}`);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    const how = ['--target', 'es2022', '--module', 'node16', '--strict', '--skipLibCheck', '--outDir', 'out'];
    await node(at, tsc, ...how, ...types, 'main.ts', 'workflows.ts');
    const said = /^SAID (.*)$/m.exec(await node(at, 'out/main.js'))?.[1] ?? 'null';
    expect(JSON.parse(said)).toEqual({
      lines: ['arxiv knows about bolts', 'wiki knows about bolts'],
      missing: ['offline'],
    });
    return undefined;
  },
);

test('jest 30 runs the verbs and a worker with the plugin by the settings of docs/testing.md', async ({ skip }) => {
  const { at, missing } = await install('test/package/jest', 'jest');
  if (missing !== undefined) return skip(`npm installs nothing here: ${missing}`);
  const said = await node(at, 'node_modules/jest/bin/jest.js', '--runInBand', '--forceExit');
  expect(said).toMatch(/Tests: +2 passed, 2 total/);
  return undefined;
}, 300_000);
