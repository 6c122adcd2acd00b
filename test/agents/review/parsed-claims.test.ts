/** Parsers of source code run on a thread of their own, and what is made to break one breaks nothing else. */
import { expect, test } from 'vitest';
import { moduleBeside, runApart } from '../../../src/activities/index.ts';
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
