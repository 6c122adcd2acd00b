/** Every source of the web, and one that is described, played by a server that answers anything but what is documented. */
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { checkSources } from '../../../src/agents/research/activities/sources/described.ts';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';
import { webSources } from '../../../src/agents/research/activities/sources/web.ts';
import { longestAskedMs } from '../../../src/limits/learned/retry-after.ts';
import { answer, play } from '../../support/play.ts';

interface Item {
  readonly id?: unknown;
  readonly title?: unknown;
  readonly text?: unknown;
  readonly year?: unknown;
  readonly doi?: unknown;
  readonly authors?: unknown;
  readonly venue?: unknown;
}
type Items = readonly unknown[];
/** What an API answers with these items, and how many it says there are. */
type Form = (items: Items, count?: number) => unknown;

const of = (item: unknown, form: (item: Item) => object): unknown =>
  typeof item === 'object' && item !== null && !Array.isArray(item) ? form(item) : item;
const under = (place: string, id: unknown): unknown =>
  typeof id === 'string' || typeof id === 'number' ? `${place}${id}` : id;
const worded = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const element = (name: string, value: unknown): string =>
  value === undefined ? '' : `<${name}>${worded(value)}</${name}>`;

const forms: Readonly<Record<string, Form>> = {
  arxiv: (items, count = items.length) =>
    `<feed xmlns="http://www.w3.org/2005/Atom"><totalResults>${count}</totalResults>${items
      .map((one) => {
        const { id, title, text, year, doi } = (one ?? {}) as Item;
        const parts = `${element('title', title)}${element('summary', text)}${element('published', year)}`;
        return `<entry>${element('id', under('http://arxiv.org/abs/', id))}${parts}${element('arxiv:doi', doi)}</entry>`;
      })
      .join('')}</feed>`,
  openalex: (items, count = items.length) => ({
    meta: { count },
    results: items.map((item) =>
      of(item, ({ id, title, year, doi, authors, venue, text }) => ({
        id: under('https://openalex.org/W', id),
        title,
        publication_year: year,
        doi,
        authorships: Array.isArray(authors) ? authors.map((name) => ({ author: { display_name: name } })) : authors,
        primary_location: { source: { display_name: venue } },
        abstract_inverted_index: { [String(text)]: [0] },
      })),
    ),
  }),
  crossref: (items, count = items.length) => ({
    status: 'ok',
    message: {
      'total-results': count,
      items: items.map((item) =>
        of(item, ({ id, title, text, year, doi, authors, venue }) => ({
          DOI: doi ?? under('10.1/', id),
          title: [title],
          abstract: text,
          'container-title': [venue],
          issued: { 'date-parts': [[year]] },
          author: Array.isArray(authors) ? authors.map((name) => ({ name })) : authors,
        })),
      ),
    },
  }),
  'semantic-scholar': (items, total = items.length) => ({
    total,
    data: items.map((item) =>
      of(item, ({ id, title, text, year, doi, authors, venue }) => ({
        paperId: id,
        title,
        abstract: text,
        year,
        venue,
        externalIds: { DOI: doi },
        authors: Array.isArray(authors) ? authors.map((name) => ({ name })) : authors,
      })),
    ),
  }),
  'europe-pmc': (items, hitCount = items.length) => ({
    hitCount,
    resultList: {
      result: items.map((item) =>
        of(item, ({ id, title, text, year, doi, venue }) => ({
          id,
          source: 'MED',
          title,
          abstractText: text,
          pubYear: year,
          doi,
          journalInfo: { journal: { title: venue } },
        })),
      ),
    },
  }),
  wikipedia: (items, totalhits = items.length) => ({
    query: {
      searchinfo: { totalhits },
      search: items.map((item) => of(item, ({ id, title, text }) => ({ pageid: id, title, snippet: text }))),
    },
  }),
  'github-issues': (items, total_count = items.length) => ({
    total_count,
    incomplete_results: false,
    items: items.map((item) =>
      of(item, ({ id, title, text, year }) => ({
        html_url: under('https://github.com/a/b/issues/', id),
        title,
        body: text,
        created_at: year,
      })),
    ),
  }),
  'github-repositories': (items, total_count = items.length) => ({
    total_count,
    incomplete_results: false,
    items: items.map((item) =>
      of(item, ({ id, title, text, year, authors }) => ({
        html_url: under('https://github.com/a/', id),
        full_name: title,
        description: text,
        pushed_at: year,
        topics: authors,
      })),
    ),
  }),
  'stack-exchange': (items, total = items.length) => ({
    total,
    items: items.map((item) =>
      of(item, ({ id, title, text, year }) => ({
        link: under('https://stackoverflow.com/q/', id),
        title,
        body: text,
        creation_date: year,
      })),
    ),
  }),
  pubmed: (items, count = items.length) => ({
    esearchresult: { count: String(count), idlist: items.map((_item, index) => String(index + 1)) },
  }),
  library: (items) => ({
    results: items.map((item) => of(item, ({ id, ...rest }) => ({ ...rest, url: under('https://a.example/', id) }))),
  }),
};
const names = Object.keys(forms);
const parts = ['title', 'text', 'year', 'doi', 'authors', 'venue'];
const fields = { url: 'url', ...Object.fromEntries(parts.map((part) => [part, part])) };

/** The articles of PubMed's second call. */
function articles(items: Items): string {
  const each = items.map((one) => {
    const { id, title, text, year, authors } = (one ?? {}) as Item;
    const named = [authors ?? []].flat().map((name) => `<Author>${element('CollectiveName', name)}</Author>`);
    const date = `<Journal><JournalIssue><PubDate>${element('Year', year)}</PubDate></JournalIssue></Journal>`;
    const about = `${element('ArticleTitle', title)}<Abstract>${element('AbstractText', text)}</Abstract>`;
    const article = `<Article>${about}<AuthorList>${named.join('')}</AuthorList>${date}</Article>`;
    return `<PubmedArticle><MedlineCitation>${element('PMID', id)}${article}</MedlineCitation></PubmedArticle>`;
  });
  return `<PubmedArticleSet>${each.join('')}</PubmedArticleSet>`;
}

async function ask(name: string, listener: RequestListener): Promise<Passage[]> {
  const url = await play(listener);
  const environment = { [`FANFOLD_SOURCE_${name.toUpperCase().replaceAll('-', '_')}_URL`]: url };
  const library = { name: 'library', url: `${url}/?q={question}`, items: 'results', fields, pages: 0 };
  const sources = webSources(environment, checkSources({ sources: [library], file: undefined }));
  const source = sources.find((each) => each.name === name);
  if (!source) throw new Error(`no source ${name}`);
  return source.search('How do grey herons fish?', { limit: 8, signal: new AbortController().signal });
}

/** What a source makes of these items. */
const read = (name: string, items: Items): Promise<Passage[]> =>
  ask(name, (request, response) => {
    const isSecond = request.url?.startsWith('/efetch') ?? false;
    answer(isSecond ? articles(items) : forms[name]?.(items))(request, response);
  });

const good = (id: number, more: Item = {}): Item => ({
  id: String(id),
  title: `Good ${id}`,
  text: 'They wait.',
  year: '2019',
  authors: ['Ada Lovelace'],
  ...more,
});
const goodOf = (name: string, id: number, more: Item = {}): Item =>
  // Its dates are seconds, and its words of a person are none.
  name === 'stack-exchange' ? good(id, { year: 1_560_000_000, ...more }) : good(id, more);
const isRead = ({ unread }: Passage): boolean => unread === undefined;

describe.each(names)('%s', (name) => {
  test.each<[string, RequestListener]>([
    ['a page to log in at', answer('<!doctype html><html><body><form>Log in</form></body></html>')],
    ['an error of a gateway in XML', answer('<?xml version="1.0"?><Envelope><Fault>Backend</Fault></Envelope>')],
    ['words of a limit', answer('Rate limit exceeded')],
    ['an error', answer({ error: 'no such thing' })],
    ['errors', answer({ errors: [{ message: 'bad' }] })],
    ['the status of an error', answer({ status: 'error' })],
    ['an object without anything', answer({})],
    ['null', answer('null')],
    ['a number', answer('0')],
    ['nothing', answer('')],
    ['blanks', answer(' \n')],
    ['no content', answer(undefined, 204)],
    ['a list of lists', answer('[[[]]]')],
    ['a feed without a word in it', answer('<feed/>')],
    ['lists without an end', answer('['.repeat(100_000))],
    ['objects in objects', answer(`${'{"results":'.repeat(20_000)}1${'}'.repeat(20_000)}`)],
    ['packed bytes that are cut off', answerBytes(gzipSync(JSON.stringify({ results: [] })).subarray(0, 12), 'gzip')],
    ['bytes that are not packed as it says', answerBytes(Buffer.from('{"results":[]}'), 'gzip')],
    ['no HTTP', (request) => void request.socket.end('hello\r\n\r\n')],
    ['nothing, as it hangs up', (request) => void request.socket.destroy()],
    ['half of itself', halfOf(name)],
    [
      'a redirect round and round',
      (request, response) => void response.writeHead(302, { location: request.url }).end(),
    ],
    ['a redirect to the metadata', answer('', 302, { location: 'http://169.254.169.254/latest' })],
    ['a redirect to nowhere', answer('', 302)],
  ])('is never read as nothing found where it answers with %s', async (_what, listener) => {
    await expect(ask(name, listener)).rejects.toThrow(/^(?:\w[\w-]*(?: answered| cannot be reached|:)|169\.254)/);
  });

  test('says nothing found where it says so', async () => {
    expect(await ask(name, answer(forms[name]?.([])))).toEqual([]);
  });

  test('has failed where it says beside an empty list what went wrong, or that there is more', async () => {
    const empty = forms[name]?.([]);
    if (name !== 'library')
      await expect(ask(name, answer(forms[name]?.([], 5)))).rejects.toThrow(/5 results and gave none/);
    if (typeof empty !== 'object') return;
    for (const trouble of [{ error: 'quota' }, { errors: ['quota'] }, { success: false, why: 'quota' }])
      await expect(ask(name, answer({ ...empty, ...trouble }))).rejects.toThrow('quota');
    await expect(ask(name, answer({ ...empty, status: 'failed' }))).rejects.toThrow('"status":"failed"');
    expect(await ask(name, answer({ ...empty, error: null, errors: [], success: true }))).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['a text', 'Herons'],
    ['null', null],
    ['a list', [['Herons']]],
    ['an empty object', {}],
  ])('loses no other by an item that is %s, and counts it', async (_what, item) => {
    const found = await read(name, [goodOf(name, 1), item, goodOf(name, 3)]);
    expect(found.filter(isRead).map(({ title }) => title)).toEqual(['Good 1', 'Good 3']);
    expect(found.filter((one) => !isRead(one))).toHaveLength(1);
  });

  test.each<[string, Item]>([
    ['a date', { year: 'n.d.' }],
    ['a year', { year: { of: 2019 } }],
    ['authors', { authors: { first: 'Ada' } }],
    ['a venue', { venue: ['Birds', {}] }],
    ['a text', { text: undefined }],
  ])('keeps an item that has %s in no form of its own', async (_what, more) => {
    expect((await read(name, [goodOf(name, 1, more)])).filter(isRead)).toMatchObject([{ title: 'Good 1' }]);
  });

  test('takes numbers for texts and texts for numbers', async () => {
    const [found] = await read(name, [goodOf(name, 1, { ...(isLinked(name) ? {} : { id: 12 }), title: 42 })]);
    expect(found?.title).toBe('crossref' === name ? '10.1/12' : '42');
  });

  test('reads its letters in the encoding that is said, or marked, where they are no UTF-8', async () => {
    const said = forms[name === 'pubmed' ? 'library' : name]?.([goodOf(name, 1, { title: 'Kölner Reiher' })]);
    const body = typeof said === 'string' ? said : JSON.stringify(said);
    const titled = async (bytes: Buffer, type: string): Promise<unknown> =>
      (await ask(name === 'pubmed' ? 'library' : name, answerBytes(bytes, '', type)))[0]?.title;
    expect(await titled(Buffer.from(body, 'latin1'), 'application/json; charset=iso-8859-1')).toBe('Kölner Reiher');
    expect(await titled(Buffer.from(body), 'application/json; charset=iso-8859-1')).toBe('Kölner Reiher');
    expect(await titled(Buffer.from(`\uFEFF${body}`, 'utf16le'), '')).toBe('Kölner Reiher');
    expect(await titled(Buffer.from(body, 'utf16le'), 'text/xml; charset=utf-16le')).toBe('Kölner Reiher');
    expect(await titled(Buffer.from(`\uFEFF${body}`), 'application/json; charset=klingon')).toBe('Kölner Reiher');
    expect(await titled(Buffer.from(body, 'latin1'), '')).toBe('K\uFFFDlner Reiher');
  });
});

/** Their ids are addresses, and a number is none. */
function isLinked(name: string): boolean {
  return ['pubmed', 'library'].includes(name);
}

function answerBytes(bytes: Buffer, encoding: string, type = 'application/json'): RequestListener {
  const headers = { 'content-type': type, ...(encoding ? { 'content-encoding': encoding } : {}) };
  return (_request, response) => void response.writeHead(200, headers).end(bytes);
}

function halfOf(name: string): RequestListener {
  const whole = forms[name]?.([good(1), good(2)]);
  const body = typeof whole === 'string' ? whole : JSON.stringify(whole);
  return answer(body.slice(0, body.length / 2));
}

const dated = ['arxiv', 'openalex', 'crossref', 'semantic-scholar', 'europe-pmc', 'pubmed', 'library', 'github-issues'];

test.each<[unknown, number | undefined]>([
  ['2019', 2019],
  ['2019-05-01T00:00:00Z', 2019],
  ['May 2019', 2019],
  ['01.05.2019', 2019],
  ['20190501', 2019],
  ['1687', 1687],
  ['n.d.', undefined],
  ['0', undefined],
  ['0000', undefined],
  ['9999', undefined],
  ['12019', undefined],
  ['-500', undefined],
  ['1e21', undefined],
])('the year of %j is %j, whoever says it', async (year, expected) => {
  for (const name of dated) {
    const [found] = await read(name, [good(1, { year })]);
    expect([name, found?.title, found?.year]).toEqual([name, 'Good 1', expected]);
  }
});

test.each<[unknown, string | undefined]>([
  ['10.1/ABC', '10.1/abc'],
  ['https://dx.doi.org/10.1000.5/A(1)2', '10.1000.5/a(1)2'],
  ['doi: 10.1/x', '10.1/x'],
  ['not a DOI } , evil = {x', undefined],
  ['', undefined],
  [['10.1/a', '10.1/b'], '10.1/a'],
])('the DOI in %j is %j', async (doi, expected) => {
  const [found] = await read('library', [good(1, { doi })]);
  expect(found?.doi).toBe(expected);
});

test.each<[unknown, string[] | undefined]>([
  ['Lovelace, Ada; King, Martin', ['Lovelace, Ada', 'King, Martin']],
  [
    ['Ada Lovelace', null, 5],
    ['Ada Lovelace', '5'],
  ],
  [
    [{ given: 'Ada', family: 'Lovelace' }, { name: 'The &amp; Group' }],
    ['Lovelace, Ada', 'The & Group'],
  ],
  [{ first: 'Ada' }, undefined],
])('the authors in %j are %j', async (authors, expected) => {
  const [found] = await read('library', [good(1, { authors })]);
  expect(found?.authors).toEqual(expected);
});

test('a journal and its people are plain text, whoever names them', async () => {
  for (const name of ['openalex', 'crossref', 'semantic-scholar', 'library']) {
    const more = { venue: 'Science &amp;amp; <i>Nature</i>', authors: ['M&amp;uuml;ller <i>jr</i>'] };
    const [found] = await read(name, [good(1, more)]);
    expect([name, found?.venue, found?.authors]).toEqual([name, 'Science & Nature', ['Müller jr']]);
  }
});

test.each([
  ['99999999999999999999', longestAskedMs],
  ['Fri, 31 Dec 9999 23:59:59 GMT', longestAskedMs],
  ['90', 90_000],
])('a source that asks to be left alone until %j is asked again after %d ms, or a fifth more', async (wait, least) => {
  const thrown = await ask('crossref', answer('slow', 429, { 'retry-after': wait })).catch((error: unknown) => error);
  const delay = Number((thrown as { nextRetryDelay?: unknown }).nextRetryDelay);
  expect(delay).toBeGreaterThanOrEqual(least);
  expect(delay).toBeLessThanOrEqual(1.2 * least);
});

test('what an answer says went wrong beside its results is a gap among them', async () => {
  const some = { ...(forms['openalex']?.([good(1)]) as object), error: 'timed out after 1 of 3 shards' };
  const found = await ask('openalex', answer(some));
  expect(found.map(({ title, unread }) => unread ?? title)).toEqual(['Good 1', 'timed out after 1 of 3 shards']);
});
