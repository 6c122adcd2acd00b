import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { pythonWith } from '../support/python.ts';
import { stage } from '../support/temporal.ts';

const on = stage();
const program = fileURLToPath(new URL('../../examples/python/run_tasks.py', import.meta.url));

test('a Python program fans out through Temporal alone', { timeout: 300_000 }, async ({ skip }) => {
  const [bin, why] = await pythonWith('temporalio==1.35.0');
  if (bin === undefined) return skip(why);
  const env = { ...process.env, TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_TASK_QUEUE: on.taskQueue };
  const { stdout } = await promisify(execFile)(join(bin, 'python'), [program], { env });
  expect(JSON.parse(stdout)).toMatchObject({ mergedResults: [0, 1, 2, 3, 4], stoppedBy: 'allSettled' });
  return undefined;
});
