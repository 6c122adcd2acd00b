import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const program = fileURLToPath(new URL('./run.mjs', import.meta.url));

test(
  'two random runs with random kills lose nothing and run nothing finished again',
  { timeout: 180_000 },
  async () => {
    const env = { ...process.env, FANFOLD_TEMPORAL_BIN: inject('temporal').binary };
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--runs', '2', '--seed', '7'], { env });
    expect(stdout).toMatch(/^runs 2, kills [1-9]\d*, tasks \d+, lost 0, finished and run again 0/);
  },
);

test('random damage to stores and databases is told by name, and nothing untrue', { timeout: 240_000 }, async () => {
  const env = { ...process.env, FANFOLD_TEMPORAL_BIN: inject('temporal').binary };
  const damage = fileURLToPath(new URL('./damage.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [damage, '--runs', '5', '--seed', '3'], { env });
  expect(stdout).toMatch(/^runs 5, damages [1-9]\d*, results [1-9]\d*, .*, untrue 0 /);
});
