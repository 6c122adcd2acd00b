/** How files of other forms are cut: by what stands in them, with the lines they stand on. */
import { expect, test } from 'vitest';
import { splitAsciidoc } from '../../../src/agents/research/activities/documents/asciidoc.ts';
import { splitDeclarations } from '../../../src/agents/research/activities/documents/declarations.ts';
import { splitHtml } from '../../../src/agents/research/activities/documents/html.ts';
import { splitMarkdown } from '../../../src/agents/research/activities/documents/markdown.ts';
import { splitRestructured } from '../../../src/agents/research/activities/documents/restructured.ts';

const prose = 'A sentence that is long enough to be worth a section of its own, and then some.';

test('a heading of Markdown loses its links, tags and closing marks, and C# keeps its own', () => {
  const headings = (text: string) => splitMarkdown(text).map(({ heading }) => heading);
  expect(headings(`# [Start](x.md) <b>here</b> \`now\` ##\n\n${prose}`)).toEqual(['Start here now']);
  expect(headings(`# For C#\n\n${prose}\n\n## F# ##\n\n${prose}`)).toEqual(['For C#', 'For C# › F#']);
  expect(headings(`#not one\n\n${prose}`)).toEqual(['']);
});

test('an underlined line of Markdown is a heading, and an entry, a row, a rule, code or the head of a file above such a line is none', () => {
  const headings = (text: string) => splitMarkdown(text).map(({ heading }) => heading);
  const text = `Guide \`now\`\n===\n\n${prose}\n\nLimits\n------\n${prose}\n\n### Size\n\n${prose}\n\nEnd\n=\n\n${prose}`;
  expect(headings(text)).toEqual(['Guide now', 'Guide now › Limits', 'Guide now › Limits › Size']);
  expect(headings(`Guide\n===\nLimits\n---\n${prose}`)).toEqual(['Guide › Limits']);
  const none = ['- one\n---', '| one |\n---', '> one\n---', '---\n---', '```\none\n---\n```', '---\ntitle: one\n---'];
  for (const each of none) expect(headings(`${each}\n\n${prose}`)).toEqual(['']);
  const [section] = splitMarkdown(`Guide\n===\n\n${prose}`);
  expect(section?.place).toBe('#L1-L4');
});

test.each([
  ['The widget `Promise<Array<T>>` type', 'The widget Promise<Array<T>> type'],
  ['`Map<string, List<T>>` and <b>more</b>', 'Map<string, List<T>> and more'],
  ['`f(*args, **kwargs)`', 'f(*args, **kwargs)'],
  ['`` a`b<T> ``', 'a`b<T>'],
  ['[`Set<T>`](set.md) of *all* and **every** one', 'Set<T> of all and every one'],
  ['Promise<T> and Map<String, List<T>>', 'Promise<T> and Map<String, List<T>>'],
  ['Box<T extends object>', 'Box<T extends object>'],
  ['The <config> of `<Suspense>`', 'The <config> of <Suspense>'],
  ['At \\<T\\> \\*all\\*', 'At <T> *all*'],
  ['See <https://example.org/a> or <a@example.org>', 'See https://example.org/a or a@example.org'],
  ['<a id="x"></a>Run <Badge type="tip" text="new" /> it<br>', 'Run  it'],
  ['<p align="center">Run <img src=x> <!-- no --></p>', 'Run'],
  ['2**10 SELECT * FROM *args', '2**10 SELECT * FROM *args'],
  ['An `open mark <b>and</b> more', 'An `open mark and more'],
])('the heading `%s` of Markdown keeps its code and its types, and loses its tags', (heading, title) => {
  expect(splitMarkdown(`# ${heading}\n\n${prose}`).map((section) => section.heading)).toEqual([title]);
});

test('code in a heading of reStructuredText and of AsciiDoc stays as it was written', () => {
  expect(splitRestructured(`Call \`\`f(**all)\`\` *now*\n======================\n\n${prose}`)[0]?.heading).toBe(
    'Call f(**all) now',
  );
  expect(splitAsciidoc(`== Call \`f(**all)\` *now*\n\n${prose}`)[0]?.heading).toBe('Call f(**all) now');
});

test('reStructuredText has its headings at the levels in which it first uses their marks', () => {
  const text = [
    '=====',
    'Guide',
    '=====',
    '',
    'Body of :class:`Client`',
    '=======================',
    prose,
    '',
    'Limits',
    '------',
    '',
    prose,
    '----',
    '',
    '::',
    '',
    '    Indented',
    '    ========',
    '',
    '======  =====',
    'name    value',
    '======  =====',
    '',
    'Timeouts',
    '========',
    '',
    prose,
  ].join('\n');
  expect(splitRestructured(text).map(({ heading, place }) => `${heading} ${place}`)).toEqual([
    'Guide › Body of Client #L5-L7',
    'Guide › Body of Client › Limits #L9-L22',
    'Guide › Timeouts #L24-L27',
  ]);
});

test('AsciiDoc has its headings, and none within a block', () => {
  const text = `= Guide\n:toc:\n\n== The \`body\` limit ==\n${prose}\n\n----\n== no heading\n\nof code\n----\n\n=== xref:a.adoc[Sizes]\n\n|===\n|a |b\n|===\n\n==Not one\n`;
  expect(splitAsciidoc(text).map(({ heading, place }) => `${heading} ${place}`)).toEqual([
    'Guide #L1-L2',
    'Guide › The body limit #L4-L11',
    'Guide › The body limit › Sizes #L13-L19',
  ]);
});

test('HTML is cut at its headings; what nobody sees is left out, and lines keep their numbers', () => {
  const html = `<html><head><title>Guide</title>\n<style>\np {}\n</style></head>\n<body><nav>\nmenu</nav><!--\nno -->\n<h1>First</h1>\n<p>${prose}</p>\n<h2 class="x">Second</h2><p>More.</p></body></html>`;
  expect(splitHtml(html)).toEqual([
    { heading: 'Guide › First', place: '#L8-L10', text: prose },
    { heading: 'Guide › Second', place: '#L10-L10', text: 'More.' },
  ]);
});

test('a comment of a declaration is prose: without examples and tags, with links as their text', () => {
  const [section, ...others] = splitDeclarations(
    `/** Short. */\nconst a: number;\n/**\n * ${prose} See {@link Other} and {@link Third | the third one}.\n * @param {string} name - what it is called\n * @returns what is left\n * @example\n * wrong()\n * @internal\n */\nexport declare function cut(name: string): string {\n`,
  );
  expect(others).toEqual([]);
  expect(section?.heading).toBe('cut');
  expect(section?.place).toBe('#L3-L11');
  expect(section?.text.split(/\n+/)).toEqual([
    `\`cut\`: ${prose} See Other and the third one.`,
    'what it is called',
    'what is left',
    '`export declare function cut(name: string): string`',
  ]);
});

test('code that is cut stays code in each of its sections', () => {
  const lines = Array.from(
    { length: 120 },
    (_, index) => `  letter${index}: 'is kept in its own box', // the ${index}th`,
  );
  const sections = splitMarkdown(`# Boxes\n\n\`\`\`js\n{\n${lines.join('\n')}\n}\n\`\`\`\n\nAfter it stands text.`);
  expect(sections.length).toBeGreaterThan(2);
  for (const { text } of sections) expect(text.match(/^```/gm)?.length).toBe(2);
  expect(sections.at(-1)?.text).toMatch(/After it stands text\.$/);
});

test.each([
  ['code within a line', splitMarkdown, '# Guide\n\n```npm i x``` installs it for you.\n\n'],
  ['the underline of a title', splitRestructured, 'Guide\n~~~~~\n\n'],
])('%s is no fence: no later section is made code, nor changed', (_what, split, start) => {
  const text = `${start}${`${prose}\n\n`.repeat(60)}`;
  const sections = split(text);
  expect(sections.length).toBeGreaterThan(2);
  expect(sections.map((section) => section.text).join('\n\n')).toBe(text.trim());
});

test('a heading below code within a line is one, and none stands within a fence that a language opens', () => {
  const headings = (text: string) => splitMarkdown(text).map(({ heading }) => heading);
  expect(headings(`# A\n\n\`\`\`npm i x\`\`\` installs it.\n\n# B\n\n${prose}`)).toEqual(['A', 'B']);
  expect(headings(`# A\n\n\`\`\`md\n# no\n\`\`\`js\n# no\n\`\`\`\n\n# B\n\n${prose}`)).toEqual(['A', 'B']);
});
