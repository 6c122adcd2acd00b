import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, expect, test } from 'vitest';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';
import { webSources } from '../../../src/agents/research/activities/sources/web.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
}

/** Asks a source that a local server plays. */
async function ask(name: string, listener: RequestListener, signal = new AbortController().signal): Promise<Passage[]> {
  const url = await serve(listener);
  return find(name, { [`FANFOLD_SOURCE_${name.toUpperCase().replaceAll('-', '_')}_URL`]: url }).search(
    'durable retries',
    { limit: 3, signal },
  );
}

function find(name: string, environment: NodeJS.ProcessEnv) {
  const source = webSources(environment).find((each) => each.name === name);
  if (!source) throw new Error(`no source ${name}`);
  return source;
}

const answer =
  (body: unknown, status = 200, headers = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const failing = async (promise: Promise<unknown>): Promise<ApplicationFailure> => {
  const thrown: unknown = await promise.catch((error: unknown) => error);
  if (thrown instanceof ApplicationFailure) return thrown;
  throw new Error(`no ApplicationFailure: ${String(thrown)}`);
};

const atom = (entries: string): string =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">${entries}</feed>`;

test('arXiv answers with title, abstract, address and year', async () => {
  const entry =
    '<entry><id>http://arxiv.org/abs/2301.1v1</id><title>Retries &amp; more</title><summary> Text\n of it. </summary><published>2023-01-02T00:00:00Z</published></entry>';
  expect(await ask('arxiv', answer(atom(entry)))).toEqual([
    {
      source: 'arxiv',
      title: 'Retries & more',
      url: 'http://arxiv.org/abs/2301.1v1',
      snippet: 'Text of it.',
      text: 'Text of it.',
      year: 2023,
    },
  ]);
});

test("arXiv's error feed is a failure and a feed that says it is empty is no result", async () => {
  const error = '<entry><id>http://arxiv.org/api/errors#1</id><title>Error</title><summary>bad start</summary></entry>';
  expect((await failing(ask('arxiv', answer(atom(error))))).message).toContain('bad start');
  expect(await ask('arxiv', answer(atom('<totalResults>0</totalResults>')))).toEqual([]);
});

test('an abstract that OpenAlex sends as an index is text again', async () => {
  const work = {
    id: 'https://openalex.org/W1',
    doi: 'https://doi.org/10.1/ABC',
    title: 'A work',
    publication_year: 2020,
    abstract_inverted_index: { again: [2], Retry: [0], it: [1] },
  };
  expect(await ask('openalex', answer({ meta: {}, results: [work] }))).toMatchObject([
    { text: 'Retry it again', doi: '10.1/abc', year: 2020 },
  ]);
});

test("Crossref's listed titles and tagged abstracts become plain text", async () => {
  const item = {
    DOI: '10.1/x',
    title: ['A <i>title</i>'],
    abstract: '<jats:p>Words &amp; more</jats:p>',
    issued: { 'date-parts': [[2019, 1]] },
    URL: 'https://doi.org/10.1/x',
  };
  expect(await ask('crossref', answer({ status: 'ok', message: { items: [item] } }))).toMatchObject([
    { title: 'A title', text: 'Words & more', year: 2019 },
  ]);
});

test('Semantic Scholar without data has found nothing', async () => {
  expect(await ask('semantic-scholar', answer({ total: 0, offset: 0 }))).toEqual([]);
  const paper = { paperId: 'p1', title: 'Paper', abstract: null, year: 2021, externalIds: { DOI: '10.2/Y' } };
  expect(await ask('semantic-scholar', answer({ total: 1, data: [paper] }))).toMatchObject([
    { url: 'https://www.semanticscholar.org/paper/p1', doi: '10.2/y' },
  ]);
});

test('Europe PMC answers with the abstract and a stable address', async () => {
  const article = { id: '1', source: 'MED', title: 'Article', abstractText: '<h4>Aim</h4>To test.', pubYear: '2018' };
  expect(await ask('europe-pmc', answer({ resultList: { result: [article] } }))).toMatchObject([
    { url: 'https://europepmc.org/article/MED/1', text: 'Aim To test.', year: 2018 },
  ]);
});

test("Wikipedia's marked snippets become plain, and its error with status 200 is a failure", async () => {
  const hit = { title: 'Retry', pageid: 7, snippet: 'to <span class="searchmatch">retry</span> &quot;it&quot;' };
  expect(await ask('wikipedia', answer({ query: { search: [hit] } }))).toMatchObject([
    { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?curid=7$/), snippet: 'to retry "it"' },
  ]);
  expect((await failing(ask('wikipedia', answer({ error: { code: 'maxlag', info: 'wait' } })))).message).toContain(
    'maxlag: wait',
  );
});

test('a refusal for too many requests is retried when the server says', async () => {
  const thrown = await failing(ask('crossref', answer('slow down', 429, { 'retry-after': '90' })));
  expect(thrown).toMatchObject({ type: 'RateLimited', nonRetryable: false });
  expect(Number(thrown.nextRetryDelay)).toBeGreaterThanOrEqual(90_000);
  expect(Number(thrown.nextRetryDelay)).toBeLessThanOrEqual(108_000);
});

test('final refusals are not retried, trouble of the server is', async () => {
  for (const [status, type, nonRetryable] of [
    [400, 'BadRequest', true],
    [401, 'Unauthorized', true],
    [404, 'NotFound', true],
    [503, 'Unavailable', false],
  ] as const) {
    expect(await failing(ask('openalex', answer('no', status)))).toMatchObject({ type, nonRetryable });
  }
  expect(await failing(ask('openalex', answer({ error: { code: 'insufficient_quota' } }, 429)))).toMatchObject({
    type: 'QuotaExhausted',
    nonRetryable: true,
  });
});

test('an answer of another shape names the field', async () => {
  expect((await failing(ask('openalex', answer({ results: [{ id: 5 }] })))).message).toContain('results.0.id');
  expect(await failing(ask('crossref', answer('<html>')))).toMatchObject({
    type: 'MalformedResponse',
    nonRetryable: false,
  });
});

test('a body that is cut off is passing trouble', async () => {
  const cut: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"results": [');
    setImmediate(() => response.destroy());
  };
  expect(await failing(ask('openalex', cut))).toMatchObject({ type: 'Unreachable', nonRetryable: false });
});

test('a cancelled search ends at once with the reason of the cancel', async () => {
  const controller = new AbortController();
  const hanging: RequestListener = () => controller.abort(new Error('cancelled by the run'));
  await expect(ask('wikipedia', hanging, controller.signal)).rejects.toThrow('cancelled by the run');
});

test('without a network a source fails at once under its own name, with what to do', async () => {
  const offline = find('arxiv', { FANFOLD_SOURCE_ARXIV_URL: 'http://no-such-host.invalid/api' });
  const thrown = await failing(offline.search('x', { limit: 1, signal: new AbortController().signal }));
  expect(thrown).toMatchObject({ type: 'Unreachable', nonRetryable: true });
  expect(thrown.message).toMatch(/^arxiv cannot be reached \(no-such-host\.invalid: .*FANFOLD_SOURCE_ARXIV_URL/);
});

test('keys go where each source wants them', async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(`${request.url} ${String(request.headers['x-api-key'])} ${String(request.headers['user-agent'])}`);
    response.end(JSON.stringify({ results: [], data: [] }));
  });
  const environment = {
    FANFOLD_SOURCE_OPENALEX_URL: url,
    OPENALEX_API_KEY: 'k1',
    FANFOLD_SOURCE_SEMANTIC_SCHOLAR_URL: url,
    SEMANTIC_SCHOLAR_API_KEY: 'k2',
  };
  const signal = new AbortController().signal;
  await find('openalex', environment).search('q', { limit: 1, signal });
  await find('semantic-scholar', environment).search('q', { limit: 1, signal });
  expect(seen[0]).toMatch(/api_key=k1.*fanfold\//);
  expect(seen[1]).toMatch(/ k2 fanfold\//);
});
