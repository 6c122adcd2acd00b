/** Parsers of source code run on a thread of their own, and what is made to break one breaks nothing else. */
import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moduleBeside, runApart } from '../../../src/activities/index.ts';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import type { parsedClaims } from '../../../src/agents/review/activities/parsed-claims.ts';

const parser = {
  module: moduleBeside(import.meta.url, '../../../src/agents/review/activities/parsed-claims.ts'),
  name: 'parsedClaims',
};
const claimsOf = (text: string) =>
  runApart<typeof parsedClaims>(
    parser,
    { path: 'a.py', language: 'python', text },
    { source: 'a.py', timeoutMs: 30_000 },
  );

test('a file that is nested too deeply fails for good, saying so, and the next one is checked', async () => {
  await expect(claimsOf('('.repeat(200_000))).rejects.toMatchObject({ type: 'TooDeep', nonRetryable: true });
  expect((await claimsOf('x = eval(y)\n')).length).toBeGreaterThan(0);
});

test('a review notes a file that breaks its parser, and has what the text alone says of it', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'fanfold-parsed-')));
  const { checkFile } = createReviewActivities({});
  const check = (path: string) => checkFile({ root, file: { path, language: 'python', parts: [0] } });
  await writeFile(join(root, 'deep.py'), `<<<<<<< HEAD\n=======\n>>>>>>> other\n${'(\n'.repeat(100_000)}`);
  await writeFile(join(root, 'fine.py'), 'x = eval(y)\n');
  const found = await check('deep.py');
  expect(found.notes).toEqual([expect.stringMatching(/^deep\.py was not analysed by ruff: .*nested too deeply/)]);
  expect(found.findings.map(({ rule }) => rule)).toContain('merge-conflict');
  expect(found.analysers).toBeUndefined();
  expect(await check('fine.py')).toMatchObject({ notes: [], analysers: [{ name: 'ruff', files: 1 }] });
});
