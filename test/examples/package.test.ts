import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Measured with all that workflows import: 1.17 MB without its source map, most of it Temporal's own workflow code. */
const maxBundleBytes = 1_250_000;

test('what workflows import brings nothing into the sandbox that may not be there, and stays small', async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'src/workflow.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  for (const banned of [
    'node_modules/@temporalio/client/',
    'node_modules/@temporalio/worker/',
    'node_modules/@temporalio/activity/',
    'node_modules/zod/',
    'node_modules/fastify/',
    'node_modules/openai/',
    'node_modules/@libsql/',
    'src/activities/',
    'src/dev-server/',
  ]) {
    expect(code.includes(`"./${banned}`), banned).toBe(false);
  }
  // The source map holds the paths of this checkout, however long they are.
  const end = code.lastIndexOf('//# sourceMappingURL');
  expect(end).toBeGreaterThan(0);
  expect(code.slice(0, end).length).toBeLessThan(maxBundleBytes);
});

test('the package itself loads neither Temporal nor anything of Node', async () => {
  const seen = new Set<string>();
  const outside = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    const code = await readFile(file, 'utf8');
    for (const [, from = ''] of code.matchAll(/^(?:import|export)(?! type)[^;]*? from '([^']+)';/gm)) {
      if (from.startsWith('.')) await visit(resolve(dirname(file), from));
      else outside.add(from);
    }
  };
  await visit(join(root, 'src/index.ts'));
  expect(seen.size).toBeGreaterThan(10);
  expect([...outside]).toEqual(['ms']);
});

test('who installs the package gets one SDK and one protobufjs for it, without which no payload could be stored', async ({
  skip,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-consumer-'));
  try {
    const npm = (...args: string[]) => promisify(execFile)('npm', [...args, '--ignore-scripts'], { cwd: folder });
    await writeFile(join(folder, 'package.json'), '{ "name": "consumer", "private": true }');
    const { stdout } = await npm('pack', root, '--json');
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    const failed = await npm('install', '--package-lock-only', '--no-audit', `./${packed?.filename}`).catch(
      (error: { stderr: string }) => error.stderr,
    );
    if (typeof failed === 'string') return skip(`npm cannot resolve the package here: ${failed.slice(0, 300)}`);
    const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    const installed = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(lock.packages['node_modules/protobufjs']?.version).toMatch(/^8\./);
    expect(installed.map(([path]) => path).filter((path) => /@temporalio\/.*node_modules\//.test(path))).toEqual([]);
    const sdk = installed.filter(([path]) => path.startsWith('node_modules/@temporalio/'));
    expect(new Set(sdk.map(([, { version }]) => version)).size).toBe(1);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('two copies of the SDK are said once, whichever entries are imported, and not by the command', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-two-'));
  try {
    const common = join(folder, 'node_modules/@temporalio/common');
    await mkdir(common, { recursive: true });
    await writeFile(join(common, 'package.json'), '{ "name": "@temporalio/common", "version": "1.0.0" }');
    const warnings = async (script: string): Promise<number> => {
      const load = ['client', 'worker'].map((entry) => `await import('${join(root, `dist/${entry}.js`)}');`).join(' ');
      const code = `process.argv[1] = ${JSON.stringify(script)}; (async () => { ${load} })();`;
      const { stderr } = await promisify(execFile)(process.execPath, ['-e', code], { cwd: folder });
      return stderr.split('FANFOLD_TWO_SDKS').length - 1;
    };
    expect(await warnings(join(folder, 'main.js'))).toBe(1);
    expect(await warnings(join(root, 'dist/cli.js'))).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
