/** One build, one bundle and one real Temporal server for all tests that need them; gone again at the end. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { findTemporal } from '../../src/dev-server/binary.ts';
import { startServer } from '../../src/dev-server/embedded.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A real server in memory, the path of its binary, and the bundle of `test/support/workflows.ts`. */
    readonly temporal: { readonly address: string; readonly binary: string; readonly codePath: string };
  }
}

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-tests-'));
  const say = (message: string): void => console.error(message);
  const [{ path: binary }] = await Promise.all([
    findTemporal({ home: path('.fanfold'), onMessage: say }),
    // Tests that start no process of the package need no build, which is handy while something else does not compile.
    process.env['FANFOLD_NO_BUILD'] === '1' || promisify(execFile)(process.execPath, [path('scripts/build.mjs')]),
  ]);
  const [server, { code }] = await Promise.all([
    startServer({ binary, logFile: join(folder, 'server.log') }),
    bundleWorkflowCode({
      workflowsPath: path('test/support/workflows.ts'),
      workflowInterceptorModules: [path('src/workflows/tamed.ts')],
      logger: new DefaultLogger('ERROR'),
    }),
  ]);
  const codePath = join(folder, 'workflows.js');
  await writeFile(codePath, code);
  project.provide('temporal', { address: server.address, binary, codePath });
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
