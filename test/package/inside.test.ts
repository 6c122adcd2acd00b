/** fanfold beside what others build with: the agents of other frameworks, and jest; each installed in a folder of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { calls, scriptedModel } from '../support/model.ts';

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

function environmentAt(at: string): NodeJS.ProcessEnv {
  const { address } = inject('temporal');
  const { OPENAI_BASE_URL: _url, OPENAI_API_KEY: _key, ...env } = process.env;
  return { ...env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: join(at, '.fanfold'), NODE_OPTIONS: '' };
}

async function node(at: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { ...environmentAt(at), ...more };
  const { stdout, stderr } = await run(process.execPath, args, { cwd: at, env, maxBuffer: 50_000_000 }).catch(
    ({ stdout: said, stderr: complained }: { stdout: string; stderr: string }) => {
      throw new Error(`${said}\n${complained}`.slice(-3000));
    },
  );
  return stdout + stderr;
}

async function compile(at: string, ...files: string[]): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const how = ['--target', 'es2022', '--module', 'node16', '--strict', '--skipLibCheck', '--outDir', 'out'];
  await node(at, [tsc, ...how, ...types, ...files]);
}

describe('in a plain process', () => {
  const model = scriptedModel();

  test(
    'tools of agents of both frameworks fan out through a client, and ask an agent of fanfold’s',
    { timeout: 300_000 },
    async ({ skip }) => {
      const { at, missing } = await install('examples/frameworks/plain', 'plain');
      if (missing !== undefined) return skip(`npm installs nothing here: ${missing}`);
      await compile(at, 'worker.ts', 'ai-sdk.ts', 'openai-agents.ts');
      const own = { FANFOLD_TASK_QUEUE: `plain-${process.pid}` };
      const worker = spawn(process.execPath, ['out/worker.js'], {
        cwd: at,
        stdio: 'ignore',
        env: { ...environmentAt(at), ...own },
      });
      try {
        for (const framework of ['ai-sdk', 'openai-agents']) {
          model.mock.reset();
          model.plays(
            calls(['askSources', { question: 'bolts' }, 'a'], ['askStock', { message: 'Have we bolts?' }, 'b']),
            { content: 'Two sources know of bolts, and there are 250 on shelf 4.' },
          );
          const asked = { ...own, OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'played' };
          expect(await node(at, [`out/${framework}.js`], asked), framework).toContain('SAID Two sources know of bolts');
          const results =
            model
              .asked()[1]
              ?.messages.filter(({ role }) => role === 'tool')
              .map(({ content }) => content) ?? [];
          expect(JSON.parse(results[0] ?? 'null'), framework).toEqual({
            lines: ['arxiv knows about bolts', 'wiki knows about bolts'],
            missing: ['offline'],
          });
          expect(results[1], framework).toContain('pieces 250 [shelf 4]');
        }
      } finally {
        worker.kill('SIGTERM');
        if (worker.exitCode === null) await once(worker, 'exit');
      }
      return undefined;
    },
  );
});

test.for(['ai-sdk', 'openai-agents'])(
  'an agent of %s in a workflow has a tool that fans out, with both plugins on one worker',
  { timeout: 300_000 },
  async (name, { skip }) => {
    const { at, missing } = await install(`examples/frameworks/${name}`, name);
    if (missing !== undefined) return skip(`npm installs nothing here: ${missing}`);
    await compile(at, 'main.ts', 'workflows.ts');
    const said = /^SAID (.*)$/m.exec(await node(at, ['out/main.js']))?.[1] ?? 'null';
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
  const said = await node(at, ['node_modules/jest/bin/jest.js', '--runInBand', '--forceExit']);
  expect(said).toMatch(/Tests: +2 passed, 2 total/);
  return undefined;
}, 300_000);
