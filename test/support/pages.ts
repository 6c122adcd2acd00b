/** What searches find whose hits lead to pages, both played by local servers. */
import type { RequestListener } from 'node:http';
import { KeptPages } from '../../src/agents/research/activities/pages/kept.ts';
import { Hosts } from '../../src/agents/research/activities/pages/hosts.ts';
import { withPages } from '../../src/agents/research/activities/pages/index.ts';
import { checkSources } from '../../src/agents/research/activities/sources/described.ts';
import { webSources } from '../../src/agents/research/activities/sources/web.ts';
import { play } from './play.ts';

export const question = 'How do grey herons fish?';
export const sentence = 'The grey heron stands still in shallow water until a fish comes near.';
export const said = 'Herons fish …';
const menu = '<nav><ul><li><a href="/">Grey herons fish and other links</a></li></ul></nav>';
const paragraphs = [
  `${sentence}<sup><a href="#n">[12]</a></sup>`,
  'Most of its prey is taken at dawn, and what it takes depends on the season, on the water and on its neighbours.',
  'Where the water freezes it moves to rivers, where it waits at the foot of weirs and of mills for eels and for trout.',
];
export const article = (body = paragraphs.map((each) => `<p>${each}</p>`).join('\n')): string =>
  `<!doctype html><html><head><title>Herons</title></head><body>${menu}<article><h2>Fishing</h2>${body}</article></body></html>`;

export const html =
  (body: string | Buffer, type = 'text/html', headers = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': type, ...headers }).end(body);

interface Hit {
  readonly url: string;
  readonly content?: string;
}

interface Asked {
  readonly kept?: KeptPages;
  readonly hosts?: Hosts;
  readonly mayRead?: number;
  readonly pages?: number;
  readonly isOpen?: boolean;
  readonly mostMs?: number;
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

/** What a search finds whose hits lead to these addresses; a path leads to the server that plays pages. */
export async function search(hits: readonly Hit[], pagesOf: RequestListener | string, asked: Asked = {}) {
  const origin = typeof pagesOf === 'string' ? pagesOf : await play(pagesOf);
  const results = hits.map(({ url, content = said }, index) => ({
    title: `Hit ${index + 1}`,
    url: url.startsWith('/') ? origin + url : url,
    content,
  }));
  const api = await play((_request, response) => void response.end(JSON.stringify({ results })));
  const {
    kept = new KeptPages(),
    hosts = new Hosts(),
    mayRead,
    pages,
    isOpen = true,
    mostMs = 30_000,
    withinMs = Infinity,
    signal = new AbortController().signal,
  } = asked;
  const description = {
    name: 'web',
    url: `${api}/?q={question}`,
    items: 'results',
    fields: { title: 'title', url: 'url', text: 'content' },
    ...(pages === undefined ? {} : { pages }),
    ...(isOpen ? { origins: [origin] } : {}),
  };
  const [source] = webSources({}, checkSources({ sources: [description], file: undefined })).slice(-1);
  if (!source) throw new Error('no source');
  const found = await withPages(source, { kept, hosts }, { mostMs, leastMs: mostMs }).search(question, {
    limit: 8,
    signal,
    withinMs,
    ...(mayRead === undefined ? {} : { pages: mayRead }),
  });
  return {
    origin,
    passages: found.filter(({ unread }) => unread === undefined),
    unread: found.flatMap(({ unread, title }) => (unread === undefined ? [] : `${title}: ${unread}`)),
  };
}
