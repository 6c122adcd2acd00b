import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/settings.ts';

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-settings-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test('without a file there are no limits', async () => {
  expect(await readSettings({}, await folderWith({}))).toEqual({ file: undefined, limits: {} });
});

test('a file in TypeScript is read, types and all', async () => {
  const text = `interface Limit { readonly concurrency: number }
const openai: Limit = { concurrency: 8 };
export default { limits: { openai } };`;
  const folder = await folderWith({ 'fanfold.config.ts': text });
  expect((await readSettings({}, folder)).limits).toEqual({ openai: { concurrency: 8 } });
});

test('a JSON file is read, and FANFOLD_CONFIG names another', async () => {
  const folder = await folderWith({
    'fanfold.config.json': '{ "limits": { "arxiv": { "perSecond": 3 } } }',
    'other.json': '{ "limits": { "arxiv": { "perMinute": 20, "adapt": false } } }',
  });
  expect((await readSettings({}, folder)).limits).toEqual({ arxiv: { perSecond: 3 } });
  expect((await readSettings({ FANFOLD_CONFIG: 'other.json' }, folder)).limits).toEqual({
    arxiv: { perMinute: 20, adapt: false },
  });
});

test.each([
  ['{ "limits": { "openai": { "concurency": 3 } } }', /fanfold\.config\.json: `limits\.openai\.concurency`/],
  ['{ "limits": { "openai": { "concurrency": 0 } } }', /`limits\.openai\.concurrency`/],
  ['{ "limits": { "openai": { "perSecond": "5" } } }', /`limits\.openai\.perSecond`/],
  ['{ "limits": { "open ai": {} } }', /`limits\.open ai`/],
  ['{ "dataConverter": { "payloadCodecs": [{}] } }', /`dataConverter` must be a data converter/],
  ['{ "dataConverter": { "payloadCodecs": {} } }', /`dataConverter` must be a data converter/],
  ['{ "dataConverter": [null, 5] }', /`dataConverter` must be a data converter/],
  ['{ "budgets": { "acme": {} } }', /`budgets\.acme` must say `cost`, `tokens` or both/],
  ['{ "budgets": { "acme": { "cost": -1 } } }', /`budgets\.acme\.cost`/],
  ['{ "budgets": { "acme": { "cost": 1, "per": "week" } } }', /`budgets\.acme\.per`/],
  ['{ "budgets": { "": { "cost": 1 } } }', /`budgets\./],
  ['{ "budgets": { "acme": { "money": 1 } } }', /`budgets\.acme\.money`/],
  ['{ "limts": {} }', /`limts`/],
  ['{ "kinds": [{ "account": 9007199254740993 }] }', /9007199254740993 would be rounded to 9007199254740992/],
  ['{ "limits": ', /fanfold\.config\.json cannot be read/],
])('what cannot be meant is refused with the file and the key: %s', async (text, message) => {
  await expect(readSettings({}, await folderWith({ 'fanfold.config.json': text }))).rejects.toThrow(message);
});

test('a file that is named and not there is refused', async () => {
  await expect(readSettings({ FANFOLD_CONFIG: 'nowhere.json' }, await folderWith({}))).rejects.toThrow(/no such file/);
});

test('a file is read once until it changes, and one that was wrong is read again', async () => {
  const folder = await folderWith({ 'fanfold.config.json': '{ "limits": { "arxiv": { "perSecond": 3 } } }' });
  const [first, second] = await Promise.all([readSettings({}, folder), readSettings({}, folder)]);
  expect(second).toBe(first);
  await writeFile(join(folder, 'fanfold.config.json'), '{ "limits": { "arxiv": { "perSecond": 30 } } ');
  await expect(readSettings({}, folder)).rejects.toThrow('cannot be read');
  await writeFile(join(folder, 'fanfold.config.json'), '{ "limits": { "arxiv": { "perSecond": 30 } } }');
  expect((await readSettings({}, folder)).limits).toEqual({ arxiv: { perSecond: 30 } });
});
