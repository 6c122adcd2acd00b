import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { hasPostgres } from '../support/postgres.ts';

const program = fileURLToPath(new URL('./run.mjs', import.meta.url));

// The long form, on a real server, is `npm run production`.
test.skipIf(!hasPostgres)(
  'a deployment in small loses nothing by a killed worker, outages of server and database, and a deploy with changed code',
  { timeout: 400_000 },
  async () => {
    const env = { ...process.env, FANFOLD_TEMPORAL_BIN: inject('temporal').binary };
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--embedded'], { env });
    expect(stdout.match(/^✓/gm)).toHaveLength(10);
    expect(stdout).toMatch(/^passed in \d+ s$/m);
  },
);
