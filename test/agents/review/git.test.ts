/** What git says of a change, whatever anybody's configuration says: every file of it, and every line. */
import { chown, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fanIn } from '../../../src/core/fan-in.ts';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { reviewReport } from '../../../src/agents/review/pure/report.ts';
import type { ReviewPlan } from '../../../src/agents/review/pure/types.ts';
import { add, folder, git, repository, text } from './folders.ts';

const { planReview, checkFile } = createReviewActivities({});
const home = process.env['HOME'];
afterEach(() => {
  process.env['HOME'] = home;
});

const told = ({ files }: ReviewPlan) =>
  files.map(({ path, changed, removed, from }) => ({ path, changed, removed, from }));
const left = ({ skipped }: ReviewPlan) => Object.fromEntries(skipped.map(({ reason, paths }) => [reason, paths]));

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
  // What a review itself has left there is none of the change.
  await mkdir(join(root, '.fanfold'));
  await writeFile(join(root, '.fanfold/server.json'), '{}');
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

test('of a shallow clone is said what is not there, and how to fetch it', async () => {
  const root = await repository({ 'a.py': 'x = 1\n' });
  git(root, 'checkout', '-q', '-b', 'work');
  await add(root, { 'b.py': 'y = 1\n' });
  git(root, 'add', '.');
  git(root, 'commit', '-m', 'second');
  const clone = join(await folder({}), 'clone');
  git(root, 'clone', '-q', '--depth', '1', `file://${root}`, clone);
  const advice = expect.stringContaining('git fetch --unshallow');
  await expect(planReview({ root: clone, diff: 'origin/main' })).rejects.toMatchObject({ message: advice });
  git(root, 'checkout', '-q', 'main');
  await add(root, { 'a.py': 'x = 2\n' });
  git(root, 'commit', '-am', 'third');
  git(clone, 'fetch', '-q', '--depth', '1', 'origin', 'main:refs/remotes/origin/main');
  expect((await planReview({ root: clone, diff: 'origin/main', model: false })).notes).toContainEqual(advice);
  expect((await planReview({ root, diff: 'work', model: false })).notes).not.toContainEqual(advice);
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

test('an index that cannot be opened is an error, and no change in which every file is new', async () => {
  const root = await repository({ 'a.py': text(1, 3) });
  await add(root, { 'a.py': text(1, 4) });
  await rm(join(root, '.git', 'index'));
  await symlink(join(root, '.git', 'index'), join(root, '.git', 'index'));
  await expect(planReview({ root, diff: 'HEAD' })).rejects.toMatchObject({ type: 'GitFailed' });
});

test('what a change writes into a vendored or generated file is searched for secrets, and that file counts as left out', async () => {
  const key = `ghp_${'a1B2'.repeat(9)}`;
  const library = '/*!\n * Boot v3.3.7\n */\nvar a = 1;\n';
  const files = {
    'site/boot.js': library,
    'vendor/pad.js': 'var b = 1;\n',
    'made_pb2.py': 'c = 1\n',
    'site/other.min.js': 'var d = 1;\n',
  };
  const root = await repository(files);
  await add(root, {
    'site/boot.js': `${library}var token = '${key}';\nif (a = 2) { }\n`,
    'vendor/pad.js': `var b = 1;\nvar token = '${key}';\n`,
    'made_pb2.py': `c = 1\ntoken = '${key}'\n`,
    'site/other.min.js': `var d = 1; var token = '${key}';\n`,
    'vendor/new.js': `var token = '${key}';\n`,
  });
  const plan = await planReview({ root, diff: 'HEAD' });
  expect(left(plan)).toEqual({
    vendored: ['vendor/new.js'],
    'vendored, where only secrets were looked for': ['site/boot.js', 'vendor/pad.js'],
    'generated, where only secrets were looked for': ['made_pb2.py'],
    'minified or generated': ['site/other.min.js'],
  });
  const found = await Promise.all(
    plan.files.map(async (file) => checkFile({ root, file, ...(plan.base === undefined ? {} : { base: plan.base }) })),
  );
  expect(found.flatMap(({ findings }) => findings.map(({ path, tool, line }) => `${tool} ${path}:${line}`))).toEqual([
    'secrets made_pb2.py:2',
    'secrets site/boot.js:5',
    'secrets vendor/pad.js:2',
  ]);
  expect(plan.analysers).toEqual([]);
  expect(reviewReport({}, plan, fanIn([], { elapsedMs: 0, stoppedBy: 'allSettled' })).files).toBe(0);
});

test('a review of what changed says how much changed outside of its folder, where no path was named', async () => {
  const root = await repository({ 'sub/a.py': 'x = 1\n', 'b.py': 'x = 1\n', 'c.py': 'x = 1\n' });
  const notesIn = async (where: string, paths?: string[]) =>
    (await planReview({ root: join(root, where), diff: 'HEAD', ...(paths ? { paths } : {}) })).notes.join('\n');
  await add(root, { 'sub/a.py': 'x = 2\n', 'sub/new.py': 'x = 1\n' });
  expect(await notesIn('sub')).not.toContain('outside');
  await add(root, { 'b.py': 'x = 2\n', 'untracked.py': 'x = 1\n' });
  expect(await notesIn('sub')).toContain('2 files outside of this folder changed too and were not looked at; in ');
  expect(await notesIn('sub', ['a.py'])).not.toContain('outside');
  expect(await notesIn('.')).not.toContain('outside');
  expect((await planReview({ root: join(root, 'sub') })).below).toBe('sub');
  expect((await planReview({ root })).below).toBeUndefined();
});
