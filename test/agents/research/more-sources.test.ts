/** GitHub, Stack Exchange, PubMed and described sources, each played by a local server. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';
import { webSources } from '../../../src/agents/research/activities/sources/web.ts';
import { createSources } from '../../../src/agents/research/activities/sources/index.ts';
import { checkSources } from '../../../src/agents/research/activities/sources/described.ts';
import { readSettings } from '../../../src/settings.ts';
import { answer, play } from '../../support/play.ts';

const find = (name: string, environment: NodeJS.ProcessEnv) => {
  const source = webSources(environment).find((each) => each.name === name);
  if (!source) throw new Error(`no source ${name}`);
  return source;
};
const searching = { limit: 3, signal: new AbortController().signal };
const addressed = async (name: string, listener: RequestListener): Promise<NodeJS.ProcessEnv> => ({
  [`FANFOLD_SOURCE_${name.toUpperCase().replaceAll('-', '_')}_URL`]: await play(listener),
});
const ask = async (name: string, listener: RequestListener): Promise<Passage[]> =>
  find(name, await addressed(name, listener)).search('How do durable workflows retry?', searching);
const failing = async (promise: Promise<unknown>): Promise<ApplicationFailure> => {
  const thrown: unknown = await promise.catch((error: unknown) => error);
  if (thrown instanceof ApplicationFailure) return thrown;
  throw new Error(`no ApplicationFailure: ${String(thrown)}`);
};

test('GitHub is asked for few telling words, with the token, and both its searches wait at one limit', async () => {
  const seen: string[] = [];
  const environment = {
    ...(await addressed('github-issues', (request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`);
      const issue = { title: 'It hangs', html_url: 'https://github.com/a/b/issues/1', body: 'On **retry**.' };
      response.end(JSON.stringify({ incomplete_results: false, items: [{ ...issue, created_at: '2024-05-01' }] }));
    })),
    GITHUB_TOKEN: 'secret',
  };
  const source = find('github-issues', environment);
  expect(await source.search('How do durable workflows retry?', searching)).toMatchObject([
    { title: 'It hangs', url: 'https://github.com/a/b/issues/1', text: 'On **retry**.', year: 2024 },
  ]);
  expect(seen[0]).toMatch(/q=durable\+workflows\+retry.*Bearer secret/);
  expect([source.limit, find('github-repositories', {}).limit]).toEqual(['github', 'github']);
});

test('a repository is found by its description and topics', async () => {
  const found = { full_name: 'a/b', html_url: 'https://github.com/a/b', description: 'Runs.', topics: ['saga'] };
  expect(await ask('github-repositories', answer({ items: [found] }))).toMatchObject([
    { title: 'a/b', text: 'Runs. Topics: saga.' },
  ]);
});

test("GitHub's spent limit is waited for, an incomplete nothing is no answer, another 403 is final", async () => {
  const reset = Math.ceil(Date.now() / 1000) + 30;
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
  const spent = await failing(ask('github-issues', answer({ message: 'no' }, 403, headers)));
  expect(spent).toMatchObject({ type: 'RateLimited', nonRetryable: false });
  expect(Number(spent.nextRetryDelay)).toBeGreaterThan(20_000);
  const secondary = answer({ message: 'You have exceeded a secondary rate limit' }, 403, { 'retry-after': '9' });
  expect(Number((await failing(ask('github-issues', secondary))).nextRetryDelay)).toBeGreaterThanOrEqual(9000);
  const incomplete = { incomplete_results: true, items: [] };
  expect(await failing(ask('github-issues', answer(incomplete)))).toMatchObject({ nonRetryable: false });
  expect(await failing(ask('github-issues', answer({}, 403)))).toMatchObject({ type: 'Forbidden', nonRetryable: true });
});

test('Stack Exchange is not asked again before its `backoff` is over', async () => {
  let calls = 0;
  const environment = await addressed('stack-exchange', (_request, response) => {
    calls += 1;
    const item = { title: 'Why &quot;retry&quot;?', link: 'https://stackoverflow.com/q/1', body: '<p>Because.</p>' };
    response.end(JSON.stringify({ items: [{ ...item, creation_date: 1_600_000_000 }], backoff: 20 }));
  });
  const source = find('stack-exchange', environment);
  expect(await source.search('retry', searching)).toMatchObject([
    { title: 'Why "retry"?', text: 'Because.', year: 2020 },
  ]);
  const thrown = await failing(source.search('retry', searching));
  expect(thrown).toMatchObject({ type: 'RateLimited', nonRetryable: false });
  expect(Number(thrown.nextRetryDelay)).toBeGreaterThan(15_000);
  expect(calls).toBe(1);
});

test.each([400, 503])("Stack Exchange's throttle_violation is throttling, though its status is %i", async (status) => {
  const error_message = 'too many requests from this IP, more requests available in 81 seconds';
  const body = { error_id: 502, error_message, error_name: 'throttle_violation' };
  const thrown = await failing(ask('stack-exchange', answer(body, status)));
  expect(thrown).toMatchObject({ type: 'RateLimited', nonRetryable: false });
  expect(Number(thrown.nextRetryDelay)).toBeGreaterThanOrEqual(81_000);
});

const pubmedArticle = `<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">7</PMID>
<Article><Journal><JournalIssue><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate></JournalIssue></Journal>
<ArticleTitle>Sleep &amp; <i>memory</i>.</ArticleTitle><Abstract><AbstractText Label="AIM">To see if A<sup>2</sup> holds.</AbstractText>
<AbstractText>It does.</AbstractText></Abstract></Article></MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="pubmed">7</ArticleId><ArticleId IdType="doi">10.1/ABC</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>`;

test('PubMed is searched for ids and then asked for their abstracts', async () => {
  const asked: string[] = [];
  const found = await ask('pubmed', (request, response) => {
    asked.push(request.url ?? '');
    const ids = { esearchresult: { count: '1', idlist: ['7'] } };
    response.end(request.url?.startsWith('/esearch.fcgi') ? JSON.stringify(ids) : pubmedArticle);
  });
  expect(found).toEqual([
    {
      source: 'pubmed',
      title: 'Sleep & memory.',
      url: 'https://pubmed.ncbi.nlm.nih.gov/7/',
      snippet: 'To see if A² holds. It does.',
      text: 'To see if A² holds. It does.',
      year: 1998,
      doi: '10.1/abc',
    },
  ]);
  expect(asked[1]).toMatch(/^\/efetch\.fcgi\?.*id=7/);
});

test('PubMed without a hit needs no second call', async () => {
  let calls = 0;
  const none: RequestListener = (_request, response) => {
    calls += 1;
    response.end(JSON.stringify({ esearchresult: { count: '0', idlist: [] } }));
  };
  expect(await ask('pubmed', none)).toEqual([]);
  expect(calls).toBe(1);
});

test('ids that are none, and articles that are not given, are counted in PubMed’s answer', async () => {
  const answering = (articles: string, idlist: readonly unknown[]) =>
    ask('pubmed', (request, response) => {
      const ids = JSON.stringify({ esearchresult: { idlist } });
      response.end(request.url?.startsWith('/esearch.fcgi') ? ids : articles);
    });
  const given = (...idlist: unknown[]) => answering(pubmedArticle, idlist);
  const gaps = (found: readonly Passage[]) => found.flatMap(({ title, unread }) => (unread === undefined ? [] : title));
  expect(gaps(await given('7', 'PMC9', null))).toEqual(['2 of 3 results']);
  expect(gaps(await given('7', '8', '9'))).toEqual(['2 of 3 articles']);
  expect(gaps(await given('7', { toString: 1, valueOf: 1 }))).toEqual(['1 of 2 results']);
  expect(gaps(await given(7))).toEqual([]);
  // One of the three is given and is no article, another is not given at all.
  const odd = pubmedArticle.replace('</PubmedArticleSet>', '<PubmedArticle>?</PubmedArticle></PubmedArticleSet>');
  expect(gaps(await answering(odd, ['7', '8', '9']))).toEqual(['2 of 3 articles']);
  await expect(given('PMC9')).rejects.toThrow('esearchresult.idlist: it holds no ids');
});

const settingsOf = async (...sources: object[]) => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-sources-'));
  await writeFile(join(folder, 'fanfold.config.json'), JSON.stringify({ sources }));
  return readSettings({}, folder);
};
const doaj = {
  name: 'doaj',
  url: 'https://doaj.example/api/{question}?pageSize={limit}',
  headers: { authorization: 'Bearer ${DOAJ_KEY}' },
  items: 'results[].bibjson',
  fields: {
    title: 'title',
    url: 'link[0].url',
    text: 'abstract',
    year: 'year',
    doi: "identifier[?type=='doi'].id",
    authors: 'author[].name',
    venue: 'journal.title',
  },
  limit: 'slow-apis',
};

test('a source that is only described is a source like any other', async () => {
  const seen: string[] = [];
  const address = await play((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    const bibjson = {
      title: 'Herons &amp; fish',
      author: [{ name: 'Lovelace, Ada' }, { name: 'The Pond Group' }],
      journal: { title: 'Birds' },
      link: [{ url: 'https://example.org/h' }],
      abstract: '<p>They wait.</p>',
      year: '2019',
      identifier: [{ type: 'doi', id: '10.5/X' }],
    };
    response.end(JSON.stringify({ results: [{ bibjson }, { bibjson: { title: 'Bare' } }] }));
  });
  const sources = checkSources(await settingsOf({ ...doaj, url: `${address}/{question}?pageSize={limit}` }));
  const source = webSources({ DOAJ_KEY: 'k' }, sources).find(({ name }) => name === 'doaj');
  if (!source) throw new Error('no source doaj');
  expect(source.limit).toBe('slow-apis');
  expect(await source.search('herons/fish & more', searching)).toEqual([
    {
      source: 'doaj',
      title: 'Herons & fish',
      url: 'https://example.org/h',
      snippet: 'They wait.',
      text: 'They wait.',
      year: 2019,
      doi: '10.5/x',
      authors: ['Lovelace, Ada', 'The Pond Group'],
      venue: 'Birds',
    },
    { source: 'doaj', title: 'Bare', url: '', snippet: '' },
  ]);
  expect(seen).toEqual(['/herons%2Ffish%20%26%20more?pageSize=3 Bearer k']);
});

test('a description that cannot be meant is refused by the file and the key', async () => {
  const refused = (...sources: object[]): Promise<string> =>
    settingsOf(...sources)
      .then((settings) => {
        createSources({ home: '', environment: {}, descriptions: checkSources(settings) });
        return 'accepted';
      })
      .catch(String);
  expect(await refused({ ...doaj, url: 'https://a.example/' })).toMatch(
    /fanfold\.config\.json: `sources\.0\.url` must have \{question\}/,
  );
  const fields = { ...doaj.fields, title: '[' };
  expect(await refused({ ...doaj, fields })).toMatch(/`sources\.0\.fields\.title` is no JMESPath/);
  expect(await refused({ ...doaj, titel: 'x' })).toMatch(/titel/);
  expect(await refused(doaj, { ...doaj, origins: ['http://wiki.local/pages'] })).toMatch(
    /`sources\.1\.origins\.0` must be an origin/,
  );
  expect(await refused({ name: 'docs', folder: './docs' }, { name: 'docs', folder: './more' })).toMatch(
    /named 'docs', and there is one already/,
  );
  expect(await refused({ name: 'docs', folder: './docs', url: 'https://a.example/{question}' })).toMatch(
    /`sources\.0\.url`: there is no such field/,
  );
  expect(await refused({ ...doaj, name: 'arxiv' })).toMatch(/named 'arxiv', and there is one already/);
});
