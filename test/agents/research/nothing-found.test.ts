/** "Nothing found" is said by an answer that says so: one without its list, whatever its status, is a failure of its source. */
import { expect, test } from 'vitest';
import { checkSources } from '../../../src/agents/research/activities/sources/described.ts';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';
import { webSources } from '../../../src/agents/research/activities/sources/web.ts';
import { answer, play } from '../../support/play.ts';

const searching = { limit: 3, signal: new AbortController().signal };
const fields = { title: 'title', url: 'url' };

/** What a source found, or why it failed. */
async function found(name: string, body: unknown, description?: object, status = 200): Promise<Passage[] | string> {
  const address = await play(answer(body, status));
  const sources = description ? [{ name, url: `${address}/{question}`, fields, ...description }] : [];
  const environment = { [`FANFOLD_SOURCE_${name.toUpperCase().replaceAll('-', '_')}_URL`]: address };
  const source = webSources(description ? {} : environment, checkSources({ sources, file: 'x' })).find(
    (each) => each.name === name,
  );
  return source?.search('herons', searching).catch((error: Error) => error.message) ?? 'there is no such source';
}
const library = (body: unknown, description: object = { items: 'found.items' }, status = 200) =>
  found('library', body, description, status);
const gaps = (passages: Passage[] | string): string[] =>
  typeof passages === 'string' ? [passages] : passages.flatMap(({ unread }) => unread ?? []);

test.each([
  ['an error in place of the list', { error: 'quota' }, 'is no list, but nothing; it said {"error":"quota"}'],
  ['another list', { other: [] }, 'no list, but nothing'],
  ['null', null, 'it said null'],
  ['no list at the path', { found: { items: null } }, 'no list, but nothing'],
  ['a text at the path', { found: { items: 'none' } }, 'no list, but a string'],
  ['an empty body', '', 'its body is no JSON'],
  ['a page', '<html>Too many requests</html>', 'its body is no JSON'],
])('a described source that answers 200 with %s has failed, and the path is named', async (_what, body, why) => {
  const said = await library(body);
  expect(said).toContain(why);
  if (!why.includes('JSON')) expect(said).toContain('`items` points to (found.items)');
});

test('an empty list, and an object without a value in its place, are nothing found', async () => {
  expect(await library({ found: { items: [] } })).toEqual([]);
  expect(await library({ found: { items: {} } })).toEqual([]);
  expect(await library([], {})).toEqual([]);
  expect(await library({}, {})).toContain('it said {}');
  expect(await library('', {}, 204)).toContain('its body is no JSON');
});

test('where an API leaves its list out, or says beside it what failed, `emptyWhen` tells nothing found from a failure', async () => {
  const leftOut = { items: 'web.results', emptyWhen: "type == 'search'" };
  expect(await library({ type: 'search' }, leftOut)).toEqual([]);
  expect(await library({ type: 'ErrorResponse' }, leftOut)).toContain("`emptyWhen` (type == 'search') is not true");
  const beside = { items: 'results', emptyWhen: 'failed == `[]`' };
  expect(await library({ results: [], failed: [] }, beside)).toEqual([]);
  expect(await library({ results: [], failed: ['all'] }, beside)).toContain('is not true');
  const hit = { title: 'Herons', url: 'https://example.org/h' };
  expect(await library({ results: [hit], failed: ['one'] }, beside)).toMatchObject([hit]);
});

test('a title or an address that no result has where its path points is named, and the results stay', async () => {
  const items = [
    { title: 'Herons', url: '/h', text: 'They wait.' },
    { title: 'Nests', url: '/n', text: 'In trees.' },
  ];
  const badly = await library({ items }, { items: 'items', fields: { title: 'titel', url: 'url', text: 'text' } });
  expect(gaps(badly)).toEqual([
    'none of 2 at `items` has one where `fields.title` points to (titel)',
    'none of 2 at `items` has one where `fields.url` points to (url)',
  ]);
  expect(badly).toHaveLength(4);
  // A function that does not take what one item has costs no other.
  const joined = { items: 'items', fields: { title: "join(' ', parts)", url: 'url', text: 'text' } };
  const parts = { parts: ['Her', 'ons'], url: 'https://example.org/h' };
  expect(await library({ items: [parts, items[1]] }, joined)).toMatchObject([
    { title: 'Her ons' },
    { text: 'In trees.' },
  ]);
});

const atom = (inner: string): string => `<feed xmlns="http://www.w3.org/2005/Atom">${inner}</feed>`;
const total = (count: number): string =>
  `<opensearch:totalResults xmlns:opensearch="o">${count}</opensearch:totalResults>`;

test.each([
  ['arxiv', atom(total(0)), atom(total(7))],
  ['openalex', { results: [] }, { meta: {} }],
  ['crossref', { message: { items: [] } }, { message: {} }],
  ['semantic-scholar', { total: 0 }, { total: 7, offset: 0 }],
  ['semantic-scholar', { total: 0, data: [] }, { total: null }],
  ['europe-pmc', { resultList: { result: [] } }, { hitCount: 0 }],
  ['wikipedia', { query: { search: [] } }, { batchcomplete: '' }],
  ['github-issues', { items: [] }, { message: 'later' }],
  ['github-repositories', { items: [] }, {}],
  ['stack-exchange', { items: [] }, { quota_remaining: 0 }],
  ['pubmed', { esearchresult: { idlist: [] } }, { esearchresult: { count: '0' } }],
])('%s has found nothing where it says so, and has failed where its list is not there', async (name, none, odd) => {
  expect(await found(name, none)).toEqual([]);
  for (const failed of [odd, {}, null, '', '<html><body>Sorry</body></html>'])
    expect(await found(name, failed)).toMatch(/answered something else than documented/);
});

test('articles that PubMed found and gives none of are a failure, and no empty answer', async () => {
  const address = await play((request, response) => {
    const isSearch = request.url?.startsWith('/esearch.fcgi');
    response.end(isSearch ? JSON.stringify({ esearchresult: { idlist: ['7', '8'] } }) : '<PubmedArticleSet/>');
  });
  const pubmed = webSources({ FANFOLD_SOURCE_PUBMED_URL: address }).find(({ name }) => name === 'pubmed');
  await expect(pubmed?.search('herons', searching)).rejects.toThrow('it found 2 articles and gave none of them');
});
