/**
 * What needs no server runs without waiting for one; one server and one build serve all the rest.
 * The pages run in a browser of their own, which the machine must have: `test/browser` says so where it has none.
 */
import { defineConfig } from 'vitest/config';
import { MixedProjects } from './test/support/mixed-projects.ts';
import { temporaryFolder } from './test/support/temporary-folder.ts';

const shared = {
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // What is waited for is there soon or never, but on a busy machine not within a second.
  expect: { poll: { timeout: 30_000 } },
  env: { TMPDIR: temporaryFolder, FANFOLD_JOURNALS: temporaryFolder },
} as const;

export default defineConfig({
  test: {
    // Many tests wait for a server or a process: with one for each of two cores a third of them was idle.
    maxWorkers: 3,
    sequence: { sequencer: MixedProjects },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: [
            'test/{core,activities,agents,limits,dev-server,worker,http,cli,scripts,store,runs,telemetry,web}/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/page-setup.mjs'],
        },
      },
      {
        test: {
          ...shared,
          name: 'temporal',
          // `test/package/jest` is a project of its own, for jest.
          include: [
            'test/{workflows,replay,service,truth,chaos,production,examples}/**/*.test.ts',
            'test/package/*.test.ts',
          ],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
