/** Folders by names that the configuration gives: a request says the name, and never a path. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResearchActivities } from '../../../src/agents/research/activities/index.ts';
import { Inquiry } from '../../../src/agents/research/workflow/depth/inquiry.ts';
import { researchKind } from '../../../src/agents/research/kind.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fanfold-named-'));
  await mkdir(join(root, 'site', 'docs'), { recursive: true });
  await writeFile(
    join(root, 'site', 'docs', 'herons.md'),
    '# Fishing\n\nThe grey heron stands still in shallow water until a fish comes near.\n',
  );
  const sources = [
    { name: 'docs', folder: './docs' },
    { name: 'gone', folder: './secret-place' },
  ];
  await writeFile(join(root, 'site', 'fanfold.config.json'), JSON.stringify({ sources }));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const activities = () =>
  createResearchActivities({
    home: join(root, 'home'),
    environment: { FANFOLD_CONFIG: join(root, 'site', 'fanfold.config.json') },
  });
const question = 'How does the heron fish?';

test('a folder is searched by its name, and its path is from where the configuration is', async () => {
  const passages = await activities().searchSource({ source: 'docs', question });
  expect(passages).toMatchObject([{ source: 'docs', url: 'herons.md#L1-L3' }]);
  expect((await activities().researchFacts()).sources).toContain('docs');
});

test.each([
  [{ sources: ['docs', 'wikipedia'] }, true],
  [{ sources: ['wikipedia'], folders: ['./notes'] }, true],
  // In depth all are asked.
  [{}, true],
  [{ sources: ['docs', 'gone'] }, false],
  [{ sources: ['docs'], folders: ['./notes'] }, false],
  [{ folders: ['./notes'] }, false],
  [{ sources: ['wikipedia', 'arxiv'] }, false],
])('whether folders are asked beside sources outside is known, whichever way they are named: %j', async (asked, is) => {
  const facts = await activities().researchFacts();
  expect(new Inquiry({ question, ...asked }, facts, 0).hasFoldersAndOthers).toBe(is);
});

test('what goes wrong with it is said by its name, not by where it is', async () => {
  const failure: unknown = await activities()
    .searchSource({ source: 'gone', question })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ type: 'FolderNotFound', message: expect.stringContaining("'gone'") });
  expect(String(failure)).not.toContain('secret-place');
});

test.each([['/etc'], ['./docs'], ['../site/docs'], ['docs/'], ['DOCS']])(
  'a name that is a path, or none, is no source: %s',
  async (source) => {
    await expect(activities().searchSource({ source, question })).rejects.toMatchObject({
      type: 'UnknownSource',
      message: expect.stringMatching(/the known ones are .*, docs, gone\./),
    });
  },
);

test('over HTTP there is no field for a path', () => {
  expect(researchKind.remote.safeParse({ question, sources: ['docs'] }).success).toBe(true);
  expect(researchKind.remote.safeParse({ question, folders: [root] }).success).toBe(false);
});
