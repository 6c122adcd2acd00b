/** Web search as a described source, as `docs/research.md` has it: SearXNG and Brave, each played by a local server. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkSources } from '../../../src/agents/research/activities/sources/described.ts';
import { webSources } from '../../../src/agents/research/activities/sources/web.ts';
import { play } from '../../support/play.ts';

const documented = async (): Promise<Record<string, unknown>[]> => {
  const page = await readFile(new URL('../../../docs/research.md', import.meta.url), 'utf8');
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  return (JSON.parse(json) as { sources: Record<string, unknown>[] }).sources;
};

const searxng = {
  results: [{ title: 'Herons &amp; fish', url: 'https://example.org/h', content: 'They <b>wait</b>.', engine: 'x' }],
};
const brave = {
  type: 'search',
  web: { results: [{ title: 'Nests', url: 'https://example.org/n', description: 'In <strong>trees</strong>.' }] },
};

test.each([
  ['searxng', searxng, { title: 'Herons & fish', url: 'https://example.org/h', text: 'They wait.' }],
  ['brave', brave, { title: 'Nests', url: 'https://example.org/n', text: 'In trees.' }],
])('%s is a source by the lines that the documents give', async (name, body, expected) => {
  const asked: string[] = [];
  const address = await play((request, response) => {
    asked.push([request.url, request.headers['x-subscription-token']].join(' '));
    response.end(JSON.stringify(body));
  });
  const environment = {
    BRAVE_API_KEY: 'k',
    FANFOLD_SOURCE_SEARXNG_URL: `${address}/?q={question}`,
    FANFOLD_SOURCE_BRAVE_URL: `${address}/?q={question}`,
  };
  const sources = webSources(environment, checkSources({ sources: await documented(), file: 'x' }));
  const found = sources.find((source) => source.name === name);
  const passages = await found?.search('herons/fish', { limit: 3, signal: new AbortController().signal });
  expect(passages).toMatchObject([{ source: name, ...expected }]);
  expect(asked[0]).toContain('q=herons%2Ffish');
  expect(asked[0]?.endsWith(' k')).toBe(name === 'brave');
});

test('an error of a web search is an error, also where its status is 200', async () => {
  const address = await play((_request, response) => void response.end('<html>Too many requests</html>'));
  const sources = webSources(
    { FANFOLD_SOURCE_SEARXNG_URL: address },
    checkSources({ sources: await documented(), file: 'x' }),
  );
  const found = sources.find((source) => source.name === 'searxng');
  await expect(found?.search('herons', { limit: 3, signal: new AbortController().signal })).rejects.toThrow('no JSON');
});
