/** Readers of sources' answers: what an odd, hostile or marked answer becomes. */
import { expect, test } from 'vitest';
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
  const author = [{ given: 'Ada', family: 'Lovelace' }, { name: 'The Group' }];
  const item = { DOI: '10.1/x', title: ['T'], author, 'container-title': ['Nature'] };
  expect(readCrossref(answer({ message: { items: [item] } }))[0]).toMatchObject({
    authors: ['Lovelace, Ada', 'The Group'],
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

test('a list of odd items only is an error, which names the field', () => {
  const odd = { message: { items: [{ DOI: 5 }, {}] } };
  expect(() => readCrossref(answer(odd))).toThrow(/message\.items\.0\.DOI/);
});

test.each(['<', '<b ', '<!--', '&amp;', '&', '\t', '<sub>', '<a href="', '<jats:title>', '](', '\u0000'])(
  'a text of nothing but %j is read in time that grows with its length',
  (piece) => {
    const text = piece.repeat(5_000_000 / piece.length);
    const before = process.cpuUsage();
    for (const read of [plainText, plainJats, asWritten]) read(text);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(600);
  },
);
