import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Measured at 0.1.0: 1.9 MB, nearly all of it Temporal's own workflow code. */
const maxBundleBytes = 2_300_000;

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
    'src/server/',
  ]) {
    expect(code.includes(`"./${banned}`), banned).toBe(false);
  }
  expect(code.length).toBeLessThan(maxBundleBytes);
});

test('the package itself loads neither Temporal nor anything of Node', async () => {
  const seen = new Set<string>();
  const outside = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    const code = await readFile(file, 'utf8');
    for (const [, from = ''] of code.matchAll(/^(?:import|export)[^;]*? from '([^']+)';/gm)) {
      if (from.startsWith('.')) await visit(resolve(dirname(file), from));
      else outside.add(from);
    }
  };
  await visit(join(root, 'src/index.ts'));
  expect(seen.size).toBeGreaterThan(10);
  expect([...outside]).toEqual(['ms']);
});
