/** Patterns mean what git takes them for, and none of them takes long. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globs } from '../../../src/agents/review/pure/globs.ts';
import { repository } from './folders.ts';

test('patterns mean what git takes them for', async () => {
  const root = await repository({ 'kept.txt': '' });
  const name = fc.constantFrom('a', 'b', 'ab', 'a.py', 'x.test.py', 'deep');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const piece = fc.constantFrom('a', 'b', '*', '**', '?', '*.py', '[ab]', '[!a]*', 'deep', 'a*b', '\\a');
  const pattern = fc
    .tuple(
      fc.constantFrom('', '!', '/'),
      fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
      fc.constantFrom('', '/'),
    )
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(pattern, { maxLength: 4 }),
      fc.uniqueArray(path, { minLength: 8, maxLength: 8 }),
      async (patterns, paths) => {
        await writeFile(join(root, '.git/info/exclude'), `${patterns.join('\n')}\n`);
        let ignored: string[] = [];
        try {
          const options = {
            cwd: root,
            input: paths.join('\n'),
            stdio: ['pipe', 'pipe', 'ignore'] as ('pipe' | 'ignore')[],
          };
          ignored = execFileSync('git', ['check-ignore', '--no-index', '--stdin'], options)
            .toString()
            .split('\n')
            .filter(Boolean);
        } catch {
          // It exits 1 where it ignores none of them.
        }
        expect(paths.filter(globs(patterns)).toSorted()).toEqual(ignored.toSorted());
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('no pattern takes long', () => {
  const started = process.cpuUsage();
  const hostile = ['*a*a*a*a*a*a*a*a*b', '**/a/**/a/**/a/**/b', `${'[a-z]*'.repeat(60)}b`];
  expect(globs(hostile)(`${'a/'.repeat(500)}${'a'.repeat(3000)}`)).toBe(false);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
});
