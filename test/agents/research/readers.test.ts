/** Readers of sources' answers: what an odd, hostile or marked answer becomes. */
import { expect, test } from 'vitest';
import { splitHtml } from '../../../src/agents/research/activities/documents/html.ts';
import { proseSentences } from '../../../src/agents/research/activities/documents/prose.ts';
import { readArxiv } from '../../../src/agents/research/activities/sources/readers/arxiv.ts';
import { readCrossref } from '../../../src/agents/research/activities/sources/readers/crossref.ts';
import { readDescribed } from '../../../src/agents/research/activities/sources/readers/described.ts';
import { readEuropePmc } from '../../../src/agents/research/activities/sources/readers/europe-pmc.ts';
import { readIssues } from '../../../src/agents/research/activities/sources/readers/github.ts';
import { asWritten, plainJats, plainText } from '../../../src/agents/research/activities/sources/readers/marked.ts';
import { readOpenalex } from '../../../src/agents/research/activities/sources/readers/openalex.ts';
import { readPubmed } from '../../../src/agents/research/activities/sources/readers/pubmed.ts';

const answer = (body: unknown) => ({
  source: 'library',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  limit: 8,
});

test.each([
  ['<p>CO<sub>2</sub> &amp; H<sub>2</sub>O</p><p>x</p>', 'CO2 & H2O x'],
  ['A Map<string, number> of List<T> holds x < y && y > z', 'A Map<string, number> of List<T> holds x < y && y > z'],
  ['<pre><code>List&lt;String&gt; names;</code></pre>', 'List<String> names;'],
  ['caf&#233; &rsquo;x&#x27; &unknown; AT&T', "café ’x' &unknown; AT&T"],
  ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
  ['<script>alert(1)</script>text', 'text'],
  ['no\u001B[31m tricks\u202E here', 'no[31m tricks here'],
])('%j as plain text', (marked, expected) => {
  expect(plainText(marked)).toBe(expected);
});

test.each([
  ['<jats:title>Abstract</jats:title><jats:p>We <jats:italic>did</jats:italic> it.</jats:p>', 'We did it.'],
  ['&lt;p&gt;Teachers&amp;rsquo; views&lt;/p&gt;', 'Teachers’ views'],
  [
    '<jats:p>Of <mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>2</mml:mn><mml:annotation encoding="application/x-tex">x=2</mml:annotation></mml:math>.</jats:p>',
    'Of x=2.',
  ],
])('%j of a publisher', (marked, expected) => {
  expect(plainJats(marked)).toBe(expected);
});

test.each([
  ['10<sup>3</sup> mol, 10<sup>&minus;3</sup>, 2<sup>k</sup>, 2<sup>n+1</sup>', '10³ mol, 10⁻³, 2^k, 2ⁿ⁺¹'],
  [
    'Ca<sup>2+</sup>, <sup>13</sup>C, the 19<sup>th</sup>, name<sup>TM</sup>, as said<sup>[12]</sup>',
    'Ca²⁺, ¹³C, the 19th, nameTM, as said[12]',
  ],
  [
    'H<sub>2</sub>O, C<sub>6</sub>H<sub>12</sub>O<sub>6</sub>, V<sub>max</sub>, 101<sub>2</sub>',
    'H2O, C6H12O6, Vmax, 101₂',
  ],
  ['e<sup>-x/2</sup> and 5<sup>0.5</sup>', 'e^(-x/2) and 5^(0.5)'],
  ['a </sup> b <sup> c', 'a </sup> b <sup> c'],
])('%j keeps what its scripts mean', (marked, expected) => {
  expect(plainText(marked)).toBe(expected);
});

test('scripts and formulas of a page and of Markdown are kept too, and lines keep their numbers', () => {
  const page =
    '<p>Some 10<sup><a href="#n">3</a></sup> herons and<sup><a href="#m">[4]</a></sup> <math>\n<mfrac>\n<mn>1</mn>\n<mn>2</mn>\n</mfrac>\n</math>.</p>\n<h2>Next</h2>\n<p>All</p>';
  expect(splitHtml(page)).toMatchObject([
    { text: 'Some 10³ herons and[4] 1/2 .', place: '#L1-L7' },
    { place: '#L7-L8' },
  ]);
  expect(proseSentences('At most 2<sup>32</sup> entries are kept in the table of all the herons.')).toEqual([
    'At most 2³² entries are kept in the table of all the herons.',
  ]);
});

const formula = (body: string): string => plainJats(`<mml:math>${body.replaceAll(/<(\/?)/g, '<$1mml:')}</mml:math>`);

test.each([
  ['<mfrac><mn>1</mn><mn>2</mn></mfrac>', '1/2'],
  ['<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>', '(a+b)/2'],
  ['<msup>\n <mn>10</mn>\n <mrow><mo>−</mo><mn>3</mn></mrow>\n</msup>', '10⁻³'],
  ['<msubsup><mi>x</mi><mn>1</mn><mi>T</mi></msubsup>', 'x1^T'],
  ['<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt><mo>&lt;</mo><mroot><mn>8</mn><mn>3</mn></mroot>', '√(x+1)<³√8'],
  ['<mi>f</mi><mfenced><mi>x</mi><mi>y</mi></mfenced>', 'f(x,y)'],
])('the formula %j is read in a line', (body, expected) => {
  expect(formula(body)).toBe(expected);
});

test('Markdown is left as it was written, lines and generics too', () => {
  const body = 'Use `Map<string>`:\n\n```ts\nlet a: Set<T>;\n```';
  expect(asWritten(body)).toBe(body);
  expect(readIssues(answer({ items: [{ title: 'x', html_url: 'https://a.example', body }] }))[0]?.text).toBe(body);
});

test('a work that was taken back is known as such, in each index that says so', () => {
  const standings = [
    readOpenalex(answer({ results: [{ id: 'https://openalex.org/W1', title: 'T', is_retracted: true }] })),
    readCrossref(
      answer({ message: { items: [{ DOI: '10.1/x', title: ['T'], 'updated-by': [{ type: 'retraction' }] }] } }),
    ),
    readEuropePmc(
      answer({
        resultList: {
          result: [{ id: '1', source: 'MED', title: 'T', pubTypeList: { pubType: ['Retracted Publication'] } }],
        },
      }),
    ),
    readArxiv(
      answer(
        '<feed><entry><id>http://arxiv.org/abs/1</id><title>T</title><summary>This paper has been withdrawn.</summary></entry></feed>',
      ),
    ),
    readPubmed(
      answer(
        '<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>T</ArticleTitle><PublicationTypeList><PublicationType UI="D1">Retracted Publication</PublicationType></PublicationTypeList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>',
      ),
    ),
  ].map(([first]) => first?.standing);
  expect(standings).toEqual(['retracted', 'retracted', 'retracted', 'withdrawn', 'retracted']);
});

test('authors and journal are kept', () => {
  const author = [
    { given: 'Ada', family: 'Lovelace' },
    { name: 'The Group' },
    { given: 'Martin Luther', family: 'King', suffix: 'Jr.' },
  ];
  const item = { DOI: '10.1/x', title: ['T'], author, 'container-title': ['Nature'] };
  expect(readCrossref(answer({ message: { items: [item] } }))[0]).toMatchObject({
    authors: ['Lovelace, Ada', 'The Group', 'King, Jr., Martin Luther'],
    venue: 'Nature',
  });
});

test('only http(s) addresses are kept', () => {
  const read = (url: string) =>
    readDescribed({ ...answer([{ t: 'T', u: url }]), items: '@', fields: { title: 't', url: 'u' } })[0]?.url;
  expect(read('javascript:alert(1)')).toBe('');
  expect(read('https://a.example/x')).toBe('https://a.example/x');
});

test('odd items of a list are counted among what could not be read, with the first one and its field', () => {
  const gapsOf = (passages: readonly { title: string; unread?: string }[]) =>
    passages.flatMap(({ title, unread }) => (unread === undefined ? [] : [`${title}: ${unread}`]));
  const work = { DOI: '10.1/a', title: ['A'], URL: 'https://doi.org/10.1/a' };
  const found = readCrossref(answer({ message: { items: [work, { DOI: 5 }, {}, work] } }));
  expect(found.filter(({ unread }) => unread === undefined)).toHaveLength(2);
  expect(gapsOf(found)).toEqual([expect.stringMatching(/^2 of 4 results: message\.items\.1\.DOI: /)]);
  const fields = { title: 't', url: 'u', text: 'x' };
  const described = readDescribed({
    ...answer([{ t: 'T', u: 'https://a.example' }, { other: 1 }]),
    items: '@',
    fields,
  });
  expect(gapsOf(described)).toEqual([expect.stringMatching(/^1 of 2 results: @\.1: neither a title nor a text/)]);
  expect(() => readDescribed({ ...answer([{ other: 1 }]), items: '@', fields })).toThrow('neither a title nor a text');
  const issue = { title: 'T', html_url: 'https://a.example', body: 'b' };
  expect(gapsOf(readIssues(answer({ incomplete_results: true, items: [issue] })))).toEqual([
    'The rest of its results: it ran out of time',
  ]);
});

test('an answer of another form is an error that says what the answer said', () => {
  const failed = { status: 'failed', message: [{ type: 'validation-failure', message: 'Sort field is unknown' }] };
  expect(() => readCrossref(answer(failed))).toThrow('Sort field is unknown');
  expect(() => readOpenalex(answer({ error: 'Invalid query parameters' }))).toThrow('Invalid query parameters');
  expect(() => readArxiv(answer('Rate exceeded.'))).toThrow('Rate exceeded.');
});

test('a list of odd items only is an error, which names the field', () => {
  const odd = { message: { items: [{ DOI: 5 }, {}] } };
  expect(() => readCrossref(answer(odd))).toThrow(/message\.items\.0\.DOI/);
});

test.each([
  '<',
  '<b ',
  '<!--',
  '&amp;',
  '&',
  '\t',
  '<sub>',
  '<sub></sup>',
  '<mfrac>',
  '<a href="',
  '<jats:title>',
  '](',
  '\u0000',
])('a text of nothing but %j is read in time that grows with its length', (piece) => {
  const text = piece.repeat(5_000_000 / piece.length);
  const before = process.cpuUsage();
  for (const read of [plainText, plainJats, asWritten]) read(text);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(600);
});
