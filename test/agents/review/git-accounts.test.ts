/** Laws of what a review makes of any change: every file and every line that git counts is accounted for. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { add, git, repository, text } from './folders.ts';

const { planReview } = createReviewActivities({});

test('every file of a change is looked at or counted with its reason, and every added line counts', async () => {
  const names = ['a.py', 'b c.py', 'ü.py', 'data.json', 'x.unknown', 'vendor/v.py', 'package-lock.json', 'deep/d.py'];
  const content = fc.array(fc.constantFrom('x = 1', '', '-- y', '++ z', '@@ -1 +1 @@', 'a\u00e9'), { maxLength: 12 });
  const step = fc.record({ name: fc.constantFrom(...names), lines: fc.option(content) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.array(step, { maxLength: 8 }), async (before, after) => {
      const root = await repository({ 'kept.py': 'x = 1\n' });
      const now = new Map<string, string>();
      for (const [steps, commits] of [
        [before, true],
        [after, false],
      ] as const) {
        for (const { name, lines } of steps) {
          if (lines === null) now.delete(name);
          else now.set(name, lines.map((line) => `${line}\n`).join(''));
        }
        for (const name of names) await rm(join(root, name), { force: true });
        await add(root, Object.fromEntries(now));
        if (commits) git(root, 'add', '-A');
        if (commits) git(root, 'commit', '-qm', 'second', '--allow-empty');
      }
      const plan = await planReview({ root, diff: 'HEAD' });
      const seen = [
        ...plan.files.flatMap(({ path, from = path }) => [path, from]),
        ...plan.skipped.flatMap(({ paths }) => paths),
      ];
      const listed = git(
        root,
        '-c',
        'core.quotePath=false',
        'status',
        '--porcelain',
        '-z',
        '--untracked-files=all',
        '--no-renames',
      );
      const changed = listed
        .split('\0')
        .filter(Boolean)
        .map((line) => line.slice(3));
      for (const path of changed) expect(seen).toContain(path);
      for (const { path, changed: ranges } of plan.files) {
        const added = git(root, 'diff', 'HEAD', '--numstat', '--no-renames', '--', path).split('\t')[0];
        const lines = ranges?.reduce((sum, [from, to]) => sum + to - from + 1, 0);
        if (ranges && added) expect(lines).toBeGreaterThanOrEqual(Math.min(1, Number(added)));
      }
    }),
    { numRuns: 8 },
  );
}, 120_000);

test('of files of any name that were renamed, emptied, turned binary or left without a last line end, git’s own counts are met', async () => {
  const names = [
    'a b.py',
    'q"uote.py',
    'tab\there.py',
    'new\nline.py',
    'ü 日本.py',
    '-x.py',
    ':(top)y.py',
    '*.py',
    'd/e.py',
  ];
  const line = fc.constantFrom(
    'x = 1',
    'y = 2',
    '',
    '--- a/x.py',
    '+++ b/x.py',
    '@@ -1 +1 @@',
    '\\ No newline',
    'é\u2028z',
  );
  const content = fc
    .tuple(fc.array(line, { maxLength: 9 }), fc.constantFrom('', '\n'))
    .map(([all, end]) => all.join('\n') + end);
  const binary = fc.constant('a\0b\n');
  const file = fc.option(fc.oneof({ weight: 5, arbitrary: content }, { weight: 1, arbitrary: binary }));
  const tree = fc.array(file, { minLength: names.length, maxLength: names.length });
  await fc.assert(
    fc.asyncProperty(tree, tree, fc.boolean(), async (before, after, moves) => {
      const filesOf = (all: readonly (string | null)[]): Record<string, string> =>
        Object.fromEntries(
          names.flatMap((name, index) => (typeof all[index] === 'string' ? [[name, all[index]]] : [])),
        );
      const root = await repository({ ...filesOf(before), 'moved.py': text(1, 30) });
      for (const name of names) await rm(join(root, name), { force: true });
      await add(root, filesOf(after));
      if (moves) git(root, 'mv', 'moved.py', 'to "here".py');
      git(root, 'add', '-A');
      const plan = await planReview({ root, diff: 'HEAD' });
      const raw = git(root, 'diff', 'HEAD', '--numstat', '-z', '--no-renames', '--text').split('\0').filter(Boolean);
      const planned = new Map(plan.files.map((each) => [each.path, each]));
      const counted = plan.skipped.reduce((sum, { count }) => sum + count, planned.size);
      const listed = git(root, 'diff', 'HEAD', '--raw', '--find-renames', '-l1000').split('\n').filter(Boolean);
      expect(counted).toBe(listed.length);
      for (const entry of raw) {
        const [added = '', removed = '', path = ''] = entry
          .split('\t', 2)
          .concat(entry.split('\t').slice(2).join('\t'));
        const found = planned.get(path);
        const why = plan.skipped.find(({ paths }) => paths.includes(path))?.reason ?? '';
        if (Number(added) + Number(removed) > 0) expect(why).not.toMatch(/only its mode/);
        // Of binary content git counts no lines.
        if (!found?.changed || found.from !== undefined || removed === '-') continue;
        const last = (await readFile(join(root, path), 'utf8')).split('\n').length;
        const lines = found.changed.reduce((sum, [from, to]) => sum + to - from + 1, 0);
        expect(found.removed).toBe(Number(removed));
        expect(lines).toBeGreaterThanOrEqual(Math.max(1, Number(added)));
        for (const [from, to] of found.changed) expect([from >= 1, to >= from, to <= last]).toEqual([true, true, true]);
      }
    }),
    { numRuns: 15 },
  );
}, 120_000);
