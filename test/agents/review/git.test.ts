/** What git says of a change, whatever anybody's configuration says: every file of it, and every line. */
import { chown, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import type { ReviewPlan } from '../../../src/agents/review/pure/types.ts';
import { add, folder, git, repository } from './folders.ts';

const { planReview, checkFile } = createReviewActivities({});
const home = process.env['HOME'];
afterEach(() => {
  process.env['HOME'] = home;
});

const told = ({ files }: ReviewPlan) =>
  files.map(({ path, changed, removed, from }) => ({ path, changed, removed, from }));
const left = ({ skipped }: ReviewPlan) => Object.fromEntries(skipped.map(({ reason, paths }) => [reason, paths]));

const text = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `value_${from + index} = ${from + index}\n`).join('');

/** A change with a line added, lines taken away, a file renamed, one made and one deleted. */
async function changedRepository(): Promise<string> {
  const root = await repository({
    'changed.py': text(1, 40),
    'shrunk.py': text(1, 40),
    'old name.py': text(1, 40),
    'gone.py': text(1, 3),
    'größe.py': text(1, 5),
  });
  await add(root, {
    'changed.py': text(1, 40).replace('value_7 = 7', 'value_7 = 8'),
    'shrunk.py': text(1, 19) + text(25, 40),
    'größe.py': `${text(1, 5)}extra = 1\n`,
    'new.py': text(1, 2),
  });
  git(root, 'mv', 'old name.py', 'new name.py');
  await add(root, { 'new name.py': `first = 0\n${text(1, 40)}` });
  await rm(join(root, 'gone.py'));
  return root;
}

const expected = [
  { path: 'changed.py', changed: [[7, 7]], removed: 1, from: undefined },
  { path: 'größe.py', changed: [[6, 6]], removed: 0, from: undefined },
  { path: 'new name.py', changed: [[1, 1]], removed: 0, from: 'old name.py' },
  { path: 'new.py', changed: undefined, removed: undefined, from: undefined },
  // The lines on both sides of what was taken away.
  { path: 'shrunk.py', changed: [[19, 20]], removed: 5, from: undefined },
];

test.each([
  ['diff.noprefix', 'true'],
  ['diff.mnemonicPrefix', 'true'],
  ['diff.renames', 'false'],
  ['diff.renames', 'copies'],
  ['diff.context', '0'],
  ['diff.interHunkContext', '9'],
  ['diff.suppressBlankEmpty', 'true'],
  ['diff.external', 'false'],
  ['diff.relative', 'false'],
  ['diff.algorithm', 'patience'],
  ['diff.ignoreSubmodules', 'all'],
  ['diff.srcPrefix', 'x/'],
  ['diff.wordRegex', '.'],
  ['color.ui', 'always'],
  ['color.diff', 'always'],
  ['core.quotePath', 'true'],
  ['core.quotePath', 'false'],
  ['core.pager', 'false'],
  ['core.safecrlf', 'true'],
  ['core.autocrlf', 'true'],
  ['core.ignoreStat', 'true'],
  ['core.fileMode', 'false'],
  ['status.showUntrackedFiles', 'no'],
])('with %s=%s, of the person or of the repository, the same change is seen', async (key, value) => {
  const root = await changedRepository();
  process.env['HOME'] = await mkdtemp(join(tmpdir(), 'fanfold-home-'));
  git(root, 'config', '--global', key, value);
  git(root, 'config', key, value);
  const plan = await planReview({ root, diff: 'HEAD' });
  expect(told(plan)).toEqual(expected);
  expect(left(plan)).toEqual({ 'taken away, which a model alone could judge': ['gone.py'] });
});

test('of a checkout whose line ends were turned, only what changed is seen', async () => {
  const root = await changedRepository();
  for (const path of ['changed.py', 'shrunk.py', 'new name.py', 'größe.py']) {
    await writeFile(join(root, path), (await readFile(join(root, path), 'utf8')).replaceAll('\n', '\r\n'));
  }
  expect(told(await planReview({ root, diff: 'HEAD' }))).toEqual(expected);
});

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

test('what a removal breaks is told, although it stands on lines that did not change', async () => {
  const before = `import os\n\n\n${text(1, 30)}\nprint(os.name, unknown)\n`;
  const root = await repository({ 'a.py': before });
  await add(root, { 'a.py': before.replace('import os\n', '') });
  const plan = await planReview({ root, diff: 'HEAD' });
  const [file] = plan.files;
  if (!file) throw new Error('Nothing is planned');
  const found = await checkFile({ root: plan.root, file, base: plan.base ?? '' });
  expect(found.findings).toMatchObject([{ rule: 'F821', message: expect.stringContaining('`os`') }]);
  // The other one was there before.
  expect(found.outside).toBe(1);
});

test.each([
  ['HEAD is missing', async (root: string) => rm(join(root, '.git/HEAD')), /HEAD' is missing/],
  [
    'its objects are missing',
    async (root: string) => rm(join(root, '.git/objects'), { recursive: true }),
    /objects' is missing/,
  ],
  [
    'its configuration is broken',
    async (root: string) => writeFile(join(root, '.git/config'), '[core\n'),
    /configuration .* is broken/,
  ],
  ['its index is broken', async (root: string) => writeFile(join(root, '.git/index'), 'broken'), /index/],
  ['HEAD is broken', async (root: string) => writeFile(join(root, '.git/HEAD'), 'nonsense\n'), /git/],
  [
    '.git points nowhere',
    async (root: string) => {
      await rm(join(root, '.git'), { recursive: true });
      await writeFile(join(root, '.git'), 'gitdir: /not/there\n');
    },
    /is missing/,
  ],
  [
    '.git is something else',
    async (root: string) => {
      await rm(join(root, '.git'), { recursive: true });
      await writeFile(join(root, '.git'), 'nonsense\n');
    },
    /names no folder/,
  ],
])('a repository that git cannot use is an error by its name: %s', async (_, breakIt, message) => {
  const root = await repository({ 'a.py': 'x = 1\n' });
  await breakIt(root);
  for (const diff of [undefined, 'HEAD']) {
    await expect(planReview({ root, ...(diff === undefined ? {} : { diff }) })).rejects.toMatchObject({
      type: 'GitFailed',
      message: expect.stringMatching(message),
      nonRetryable: true,
    });
  }
});

test('an object that is missing is an error, and is not fetched', async () => {
  const root = await repository({ 'a.py': 'x = 1\n' });
  const blob = git(root, 'rev-parse', 'HEAD:a.py').trim();
  await rm(join(root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  await add(root, { 'a.py': 'x = 2\n' });
  await expect(planReview({ root, diff: 'HEAD' })).rejects.toMatchObject({ type: 'GitFailed' });
});

test.runIf(process.getuid?.() === 0)('a checkout that belongs to another is reviewed like one’s own', async () => {
  const root = await changedRepository();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true }))
    await chown(join(entry.parentPath, entry.name), 12_345, 12_345);
  await chown(root, 12_345, 12_345);
  expect(told(await planReview({ root, diff: 'HEAD' }))).toEqual(expected);
});

test('linked worktrees, submodules, packed references and upstreams are repositories like any', async () => {
  const root = await repository({ 'a.py': 'x = 1\n', '.gitignore': 'built/\n' });
  git(root, 'tag', 'v1');
  git(root, 'pack-refs', '--all');
  const tree = join(await folder({}), 'tree');
  git(root, 'worktree', 'add', '-q', tree, '-b', 'work');
  git(tree, 'branch', '--set-upstream-to=main');
  await add(tree, { 'a.py': 'x = 2\n', 'built/b.py': 'x = 1\n' });
  for (const diff of ['main', 'v1', '@{u}', 'HEAD'])
    expect(told(await planReview({ root: tree, diff }))).toMatchObject([{ path: 'a.py', changed: [[1, 1]] }]);
  const outer = await repository({ 'b.py': 'x = 1\n' });
  git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', root, 'inner');
  await add(join(outer, 'inner'), { 'a.py': 'x = 3\n' });
  expect(told(await planReview({ root: join(outer, 'inner'), diff: 'HEAD' }))).toMatchObject([{ path: 'a.py' }]);
  expect(left(await planReview({ root: outer, diff: 'HEAD' }))).toMatchObject({ 'a repository of its own': ['inner'] });
});

test('what a person ignores everywhere is ignored, and a change within a second of the index is seen', async () => {
  process.env['HOME'] = await mkdtemp(join(tmpdir(), 'fanfold-home-'));
  await add(process.env['HOME'], { ignored: 'private.py\n' });
  const root = await repository({ 'a.py': 'x = 1\n' });
  git(root, 'config', '--global', 'core.excludesFile', join(process.env['HOME'], 'ignored'));
  await add(root, { 'private.py': 'x = 1\n', 'a.py': 'x = 2\n' });
  expect(told(await planReview({ root, diff: 'HEAD' }))).toMatchObject([{ path: 'a.py', changed: [[1, 1]] }]);
  expect((await planReview({ root })).files.map(({ path }) => path)).toEqual(['a.py']);
});

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
