/** What a person reads is clean, whatever was given: on a terminal, in Markdown, in HTML, in JSON. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapedJson, oneLine } from '../../../src/core/text/controls.ts';
import { htmlText, isWebAddress, markdownAddress, markdownText, safeMarkdown } from '../../../src/core/text/markup.ts';
import { splitAtBlanks, withoutEnd } from '../../../src/core/text/ends.ts';
import { withoutTags } from '../../../src/core/text/tags.ts';
import { terminalText } from '../../../src/core/text/terminal.ts';

// oxlint-disable-next-line no-control-regex -- they are what must not be there
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;
const anyText = fc.string({ unit: 'binary', maxLength: 200 });

test('no control character reaches a terminal, and plain text stays as it is', () => {
  expect(terminalText('a\u001B]0;pwned\u0007\u001B[2J\u009B31mb\u202Ec')).toBe('a]0;pwned[2J31mbc');
  expect(terminalText('Größe:\t5 µm\n活动 👩‍👩‍👧 עברית')).toBe('Größe:\t5 µm\n活动 👩‍👩‍👧 עברית');
  expect(terminalText('one\rtwo\r\nthree')).toBe('one\ntwo\nthree');
  fc.assert(fc.property(anyText, (text) => !control.test(terminalText(text))));
});

test('of escapes only colours are left, and only where colours show', () => {
  const text = '\u001B[31mred\u001B[39m \u001B[8mhidden\u001B[28m \u001B]52;c;x\u0007';
  expect(terminalText(text, true)).toBe('\u001B[31mred\u001B[39m [8mhidden[28m ]52;c;x');
  expect(terminalText(text)).toBe('[31mred[39m [8mhidden[28m ]52;c;x');
});

test('JSON keeps its meaning and holds no such character', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = escapedJson(JSON.stringify({ text }));
      return !control.test(json) && (JSON.parse(json) as { text: string }).text === text;
    }),
  );
});

test('one line is one line, well-formed, and no longer than asked', () => {
  fc.assert(
    fc.property(anyText, fc.nat(50), (text, most) => {
      const line = oneLine(text, most + 1);
      return !/[\n\t]|\s\s/.test(line) && line.length <= most + 1 && Buffer.from(line).toString() === line;
    }),
  );
});

test.each([
  ['[click](javascript:alert(1))', '\\[click\\](javascript:alert(1))'],
  ['![x](http://track.example)', '!\\[x\\](http://track.example)'],
  ['<img src=x> | `code` *a* _b_', '\\<img src=x\\> \\| \\`code\\` \\*a\\* \\_b\\_'],
  ['a\nb', 'a b'],
])('as Markdown %j shows what it is', (text, expected) => {
  expect(markdownText(text)).toBe(expected);
});

test.each([
  ['https://a.example/x?y=(z)', true],
  ['HTTP://a.example', true],
  ['javascript:alert(1)', false],
  ['http://a.example/> <script>', false],
  ['data:text/html,x', false],
  [' http://a.example', false],
  ['docs/a.md#L1-L2', false],
])('%s: a reader may be led there is %s', (address, expected) => {
  expect(isWebAddress(address)).toBe(expected);
  expect(markdownAddress(address).startsWith('<')).toBe(expected);
});

test('of Markdown that others wrote only http(s) addresses stay links, and code stays as it is', () => {
  expect(
    safeMarkdown('See [a](https://a.example), [b](javascript:x), [c](\thttp://c) and ![d](https://d.example).'),
  ).toBe('See [a](https://a.example), [b]\\(javascript:x), [c](\thttp://c) and \\![d](https://d.example).');
  expect(safeMarkdown('[b]: javascript:x\n<script>x</script> <https://ok.example>')).toBe(
    '[b]\\: javascript:x\n\\<script>x\\</script> <https://ok.example>',
  );
  expect(safeMarkdown('`Map<string>` and\n```ts\nlet a: Set<T> = b[0](c);\n```\nan `open <b>')).toBe(
    '`Map<string>` and\n```ts\nlet a: Set<T> = b[0](c);\n```\nan `open \\<b>',
  );
});

test('HTML shows each text as it is', () => {
  expect(htmlText(`<a href="x" onclick='y'>&`)).toBe('&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;');
  fc.assert(fc.property(anyText, (text) => !/[<>"']/.test(htmlText(text))));
});

const known = new Set(['p', 'b', 'sub', 'br']);
const plain = (marked: string): string =>
  withoutTags(marked, {
    inPlaceOf: (name) => (known.has(name) ? (name === 'p' || name === 'br' ? ' ' : '') : undefined),
  });

test.each([
  ['<p>CO<sub>2</sub> and <b>x</b>y</p>', ' CO2 and xy '],
  ['Map<string, T> of List<T> a<n and c>d', 'Map<string, T> of List<T> a<n and c>d'],
  ['a <!-- <b>gone</b> --> c <?php x ?>d', 'a  c d'],
  ['<jats:p title="a > b">x</jats:p>', ' x '],
  ['a<br/>b<br>c', 'a b c'],
  ['x<script>if (a < b) {}</script>y', 'x<script></script>y'],
  ['1 < 2 && 3 > 2', '1 < 2 && 3 > 2'],
  ['<p', '<p'],
])('tags of %j are taken out, and nothing else', (marked, expected) => {
  expect(plain(marked)).toBe(expected);
});

test.each([
  '<',
  '<b',
  '<b "',
  '<!--',
  '<script>',
  '</script',
  '<p>',
  '`',
  '[',
  '](',
  '\t',
  '\u001B[',
  '<?',
  '<![CDATA[',
])('a text of nothing but %j takes no longer than its length', (piece) => {
  const time = (length: number): number => {
    const text = piece.repeat(length / piece.length);
    const before = process.cpuUsage();
    for (const clean of [plain, safeMarkdown, markdownText, terminalText, htmlText, oneLine]) clean(text);
    return process.cpuUsage(before).user / 1000;
  };
  time(20_000);
  expect(time(200_000)).toBeLessThan(800);
});

test('a text is divided at blanks without loss, and no character of two code units is divided', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀', 'é'), maxLength: 300 });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (given, most) => {
      const pieces = splitAtBlanks(given, most);
      expect(pieces.join('')).toBe(given);
      for (const [index, piece] of pieces.entries()) {
        expect(piece.length).toBeLessThanOrEqual(most);
        expect(piece.isWellFormed()).toBe(true);
        const next = given.slice(pieces.slice(0, index + 1).join('').length);
        if (/.\s/s.test(piece) && next !== '') expect(next).toMatch(/^\s/);
      }
    }),
  );
});

test('what is taken from the end of a text is what a pattern would take', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '.', '#') }), (text) => {
      expect(withoutEnd(text, '.#')).toBe(text.replace(/[.#]+$/, ''));
    }),
  );
});

test('lines keep their numbers where tags and all in them are taken out', () => {
  const marked = 'one\n<script\n>two\n</script>three\n<!-- a\nb -->four';
  const kept = withoutTags(marked, { inPlaceOf: () => '', keepLines: true });
  expect(kept.split('\n').map((line) => line.trim())).toEqual(['one', '', '', 'three', '', 'four']);
});
