/** Marks that turn the direction of reading: which of them hide something. */
import { expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { folder } from './folders.ts';

const { checkFile } = createReviewActivities({});
const check = async (path: string, language: string, text: string) => {
  const root = await folder({ [path]: text });
  return (await checkFile({ root, all: true, file: { path, language, parts: [0] } })).findings;
};

test('marks of direction in a translation that is read from the right hide nothing, and elsewhere they do', async () => {
  const said = async (path: string, line: string) => (await check(path, 'data', `${line}\n`)).map(({ rule }) => rule);
  const persian = '"phone": "برای مثال: \u202D628123456789"';
  expect(await said('src/lang/fa.json', persian)).toEqual([]);
  expect(await said('src/lang/fa.json', '"phone": "for example \u202D628123456789"')).toEqual(['hidden-direction']);
  expect(await said('package.json', persian)).toEqual(['hidden-direction']);
  expect(await said('package.json', '"name": "a\u202C"')).toEqual([]);
});

test('text of two directions that is set apart within its line hides nothing', async () => {
  const said = async (line: string) => (await check('a.kt', 'kotlin', `${line}\n`)).map(({ rule }) => rule);
  expect(await said('val a = "$name \u2066($count)\u2069"')).toEqual([]);
  const ending = [
    "''' Subtract funds then \u2067''' ;return #\u2069",
    '/* \u2066 a */ return; /* \u2069 */',
    'a("\u2066", "\u2069")',
    'a // \u2066 b \u2069\u2066 c */ d \u2069',
  ];
  const beyond = ['// \u2066 admins', '// \u2069 admins \u2066', '// \u202E } \u2066if (a)\u2069 \u202C'];
  for (const hidden of [...ending, ...beyond])
    expect(await said(hidden), JSON.stringify(hidden)).toEqual(['hidden-direction']);
});
