/** What of a passage is a statement for a reader, and what is code. */
import { expect, test } from 'vitest';
import { piecesOf } from '../../../src/agents/research/activities/documents/prose.ts';

test('the program below a comment that looks like an entry is code and no statement', () => {
  const entry = [
    '- @hidden',
    "exports.info = { attempt: 1, queue: 'test' };",
    'exports.run = function (task) {',
    '  return task; };',
  ];
  expect(piecesOf(entry.join('\n'))).toMatchObject([{ kind: 'code' }]);
  for (const program of ['- begin(); next(); end();', '- let a = 1; b = a + 1; c = b;', '- on(a, (b) => { c(b) })'])
    expect(piecesOf(program), program).toMatchObject([{ kind: 'code' }]);
});

test.each([
  '- the default is `{ retries: 3 };` for each call;',
  '- `timeout: 5000` is what a call may take; `retries: 2` is how often it is made again.',
  '- a request => its answer, as long as both are held',
  '- Sets the timeout; note: it is in milliseconds.',
  '- How many are tried; default (3).',
  '- Closes what is open; close() may be called twice.',
  '- A call may fail; retries == 2 then makes it again.',
])('an entry that speaks of code stays an entry or a sentence: %s', (entry) => {
  expect(piecesOf(entry).map(({ kind }) => kind)).not.toContain('code');
  expect(piecesOf(entry)).toHaveLength(1);
});

test('a value with its label is one statement with the paragraph behind it, or alone', () => {
  const setting =
    'Default: `100`\n\nMaximum number of entries of a list that the writer takes.\n\nOther text stands below it here.';
  expect(piecesOf(setting)).toMatchObject([
    { kind: 'entry', text: 'Default: `100` Maximum number of entries of a list that the writer takes.' },
    { text: 'Other text stands below it here.' },
  ]);
  expect(piecesOf('Type: `Boolean`\n\nDefault: `true`\n\n- an entry of a list')).toMatchObject([
    { kind: 'entry', text: 'Type: `Boolean`' },
    { kind: 'entry', text: 'Default: `true`' },
    { kind: 'entry', text: 'an entry of a list' },
  ]);
  expect(piecesOf('Default: `5`').map(({ text }) => text)).toEqual(['Default: `5`']);
});

test('a dash between a name and what is said of it is no part of what is said', () => {
  expect(piecesOf('- - whether requests are passed on')).toMatchObject([{ text: 'whether requests are passed on' }]);
});

test('a link of code is its code, and code stays as it was written whatever marks it has', () => {
  const texts = (passage: string) => piecesOf(passage).map(({ text }) => text);
  expect(texts('- [`Map<b>`](map.md) is what each entry of a list is kept in.')).toEqual([
    '`Map<b>` is what each entry of a list is kept in.',
  ]);
  expect(texts('- `` a`<b>[x](y) `` is how it is written, and <b>not</b> another way.')).toEqual([
    '`` a`<b>[x](y) `` is how it is written, and not another way.',
  ]);
  const table = '| type | is |\n| - | - |\n| `Set<p>` | a [set](s.md) of paragraphs |\n';
  expect(texts(table).join('\n')).toContain('`Set<p>`');
});

test('what leans on the sentence before it is said with it', () => {
  const [first, ...others] = piecesOf(
    'Letters that cannot be sent are kept in the outbox until the line is up. You can turn this off by a setting of the writer. Stamps are sold at the counter of each office in town.',
  );
  expect(first?.text).toMatch(/^Letters .+ You can turn this off by a setting of the writer\.$/);
  expect(others.map(({ text }) => text)).toEqual(['Stamps are sold at the counter of each office in town.']);
});

test('short code is one statement with the sentence that leads in to it', () => {
  const shown = piecesOf(
    'Letters are kept by default. Stop it by setting the `keep` option:\n\n```js\nwriter({ keep: false });\n```',
  );
  expect(shown).toContainEqual({
    kind: 'code',
    text: 'writer({ keep: false });',
    lead: 'Stop it by setting the `keep` option:',
  });
});

test('of a long block of settings each is a statement with its comment, and of a help text each option', () => {
  const setting = (name: string) =>
    `  // \`${name}\` says how many letters of the kind ${name} the writer keeps\n  // before it throws one away\n  ${name}: 5,`;
  const names = ['drafts', 'copies', 'stamps'];
  const settings = piecesOf(`\`\`\`js\n{\n${names.map(setting).join('\n\n')}\n}\n\`\`\``);
  for (const name of names)
    expect(settings.filter(({ text }) => text.includes(`${name}: 5`))).toMatchObject([{ isCommented: true }]);
  const option = (name: string) => `  --${name} <number>     How many letters of the kind ${name} the writer keeps.`;
  const help = piecesOf(`\`\`\`\n${['drafts', 'copies', 'stamps', 'notes'].map(option).join('\n')}\n\`\`\``);
  expect(help.map(({ text }) => text.trim().split(' ')[0])).toEqual(['--drafts', '--copies', '--stamps', '--notes']);
});

test('several labels of one setting are one statement with what it does', () => {
  expect(
    piecesOf('Type: `boolean`\\\nDefault: `true`\n\nWhether letters are sent as soon as they are written.'),
  ).toEqual([
    {
      kind: 'entry',
      text: 'Type: `boolean` Default: `true` Whether letters are sent as soon as they are written.',
    },
  ]);
});

test('a sentence is kept although what stands behind it breaks off, and knows what follows it in its paragraph', () => {
  const said = 'The mill stops of its own accord once all of the grain has been ground.';
  const follows = 'It can be started again with a lever.';
  expect(piecesOf(`${said} If this is not wanted, set \`stops = false\``)).toMatchObject([
    { kind: 'sentence', text: said },
  ]);
  const [piece] = piecesOf(
    `${said} A bell rings three times when it has come to rest. The miller then empties the sack.`,
  );
  expect(piece).toMatchObject({
    text: said,
    rest: 'A bell rings three times when it has come to rest. The miller then empties the sack.',
  });
  expect(piecesOf(`${said} ${follows}`)).toMatchObject([{ text: `${said} ${follows}` }]);
  expect(piecesOf(said)[0]).not.toHaveProperty('rest');
});

const call = 'How long a call may take before it is aborted.';
test.each([
  ['over a heading', `#### retries\n\nDefault: \`5\`\n\n#### timeout\n\n${call}`],
  ['over an underlined heading', `retries\n-------\n\nDefault: \`5\`\n\ntimeout\n-------\n\n${call}`],
  ['over a rule', `Default: \`5\`\n\n---\n\n${call}`],
  ['with the name of the next setting', `**retries**\n\nDefault: \`5\`\n\n**timeout**\n\n${call}`],
  ['where it ends what is said of its own', `How often a call is tried.\n\nDefault: \`5\`\n\n${call}`],
  ['behind another label of the same', `How often a call is tried.\n\nType: \`number\`.\n\nDefault: \`5\`\n\n${call}`],
])('a value with its label is not joined %s', (_where, text) => {
  const texts = piecesOf(text).map((piece) => piece.text);
  expect(texts).toContain('Default: `5`');
  expect(texts).toContain(call);
});

test('a value with its label is joined below the name of its setting and over several labels', () => {
  const said = piecesOf(`#### timeout\n\nType: \`number\`\n\nDefault: \`5\`\n\n${call}`).map(({ text }) => text);
  expect(said).toEqual(['Type: `number`', `Default: \`5\` ${call}`]);
  expect(piecesOf(`**timeout**\n\nDefault: \`5\`\n\n${call}`).at(-1)?.text).toBe(`Default: \`5\` ${call}`);
});

test.each([
  [
    'interface Writer {',
    '',
    (name: string) => [`  ${name}: number;`, `  // The ${name} that the writer keeps at most.`],
  ],
  ['writer:', '\n', (name: string) => [`  ${name}: 5`, `  # The ${name} that the writer keeps at most.`]],
  ['{', '', (name: string) => [`  ${name}: 5,`, '  /*', `   * The ${name} that the writer keeps at most.`, '   */']],
  ['{', '', (name: string) => [`  // The ${name} that the writer keeps at most.`, `  ${name}: 5,`]],
])('comments stay with their own code, below it or above: %s', (opener, between, setting) => {
  const names = ['drafts', 'copies', 'stamps', 'letters', 'notes', 'boxes'];
  const code = [opener, names.map((name) => setting(name).join('\n')).join(`\n${between}`), '}'].join('\n');
  const pieces = piecesOf(`\`\`\`\n${code}\n\`\`\``);
  expect(pieces).toHaveLength(names.length);
  for (const [index, name] of names.entries()) {
    expect(pieces[index]?.text).toContain(`${name}: `);
    expect(pieces[index]?.text).toContain(`The ${name} that`);
  }
});

test('a comment below what opens a block is of what comes next, though the last one ends the block', () => {
  const code = [
    'const writer = new Writer(office, { drafts: 5, copies: 2, stamps: 3 });',
    'writer.start({',
    '  // what is done with a letter that comes back',
    '  returned: (letter) => { office.keep(letter, { box: 7, until: tomorrow }); },',
    '});',
    'writer.send(letter, { stamps: 2, copies: 1, until: tomorrow, box: 12 });',
    '// the letter is sent',
  ].join('\n');
  const holder = piecesOf(`\`\`\`\n${code}\n\`\`\``).find(({ text }) => text.includes('comes back'));
  expect(holder?.text).toMatch(/^ *\/\/ what/);
  expect(holder?.text).toContain('returned:');
});

test('a line of code that is too long for a statement is divided between words', () => {
  const words = Array.from({ length: 150 }, (_, index) => `letter${index}=${1000 + index};`);
  const pieces = piecesOf(`\`\`\`\n${words.join(' ')}\n\`\`\``);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.flatMap(({ text }) => text.trim().split(' '))).toEqual(words);
});

test.each([
  ['code within a line', '```npm i x``` installs it for you.'],
  ['the underline of a title', 'Time limits\n~~~~~~~~~~~'],
])('%s opens no block of code: what stands below it stays prose', (_what, opening) => {
  const sentence = 'Each call of the writer may take at most ten seconds before it is aborted by the server.';
  expect(piecesOf(`${opening}\n\n${sentence}`)).toContainEqual({ kind: 'sentence', text: sentence });
});

test('a block of code is opened by its fence with its language, and closed by a fence alone', () => {
  const kinds = (text: string) => piecesOf(text).map(({ kind }) => kind);
  expect(kinds('It is said below.\n~~~sh `x`\nnpm install it\n~~~')).toContain('code');
  expect(kinds('It is said in this:\n~~~\nnpm install it\n~~~')).toContain('code');
  expect(kinds('```\nnpm install it\n```js\nnpm install that\n```')).toEqual(['code']);
});
