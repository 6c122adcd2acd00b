/** Of a work in an index the open full text is read, and nothing else of it. Local servers play the index. */
import { expect, test } from 'vitest';
import { Hosts } from '../../../src/agents/research/activities/pages/hosts.ts';
import { KeptPages } from '../../../src/agents/research/activities/pages/kept.ts';
import { withPages } from '../../../src/agents/research/activities/pages/index.ts';
import { webSources } from '../../../src/agents/research/activities/sources/web.ts';
import { play } from '../../support/play.ts';

const question = 'How do grey herons fish?';
const inside = 'is an address inside a private network';

test('of a work in an index its open full text is what is read, and never what stands behind its DOI', async () => {
  const works = [
    { id: 'https://openalex.org/W1', doi: 'https://doi.org/10.1/a', title: 'Closed' },
    { id: 'https://openalex.org/W2', title: 'Open', best_oa_location: { pdf_url: 'http://127.0.0.1:9/open.pdf' } },
  ];
  const papers = [
    { paperId: 'p1', title: 'Closed', openAccessPdf: null },
    { paperId: 'p2', title: 'Open', openAccessPdf: { url: 'http://127.0.0.1:9/open.pdf' } },
  ];
  const api = await play((_request, response) => void response.end(JSON.stringify({ results: works, data: papers })));
  const sources = webSources({ FANFOLD_SOURCE_OPENALEX_URL: api, FANFOLD_SOURCE_SEMANTIC_SCHOLAR_URL: api });
  for (const name of ['openalex', 'semantic-scholar']) {
    const source = sources.find((each) => each.name === name);
    if (!source) throw new Error(`no source ${name}`);
    const found = await withPages(source, { kept: new KeptPages(), hosts: new Hosts() }).search(question, {
      limit: 8,
      signal: new AbortController().signal,
    });
    // It leads into the worker's own network, so that it is named is that it was meant.
    expect(
      found.map(({ title, unread }) => [title, unread?.includes(inside)]),
      name,
    ).toEqual([
      ['Closed', undefined],
      ['http://127.0.0.1:9/open.pdf', true],
      ['Open', undefined],
    ]);
  }
});
