/** The page behind a hit is read, within bounds; what of it cannot be read is said, and the hit stays. Local servers play search and pages. */
import type { RequestListener } from 'node:http';
import { pipeline } from 'node:stream';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { expect, test, vi } from 'vitest';
import { KeptPages } from '../../../src/agents/research/activities/pages/kept.ts';
import { readPage } from '../../../src/agents/research/activities/pages/read.ts';
import { refuseDeep, splitHtml } from '../../../src/agents/research/activities/documents/html.ts';
import { bomb, shows, stream } from '../../support/pdf.ts';
import { article, html, question, said, search, sentence } from '../../support/pages.ts';
import { play } from '../../support/play.ts';

test('the article of a page is the evidence, with its address and the day on which it was read', async () => {
  const { origin, passages, unread } = await search([{ url: '/herons' }], html(article()));
  expect(unread).toEqual([]);
  expect(passages).toMatchObject([
    {
      source: 'web',
      title: 'Hit 1',
      url: `${origin}/herons`,
      snippet: said,
      retrieved: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    },
  ]);
  const text = passages[0]?.text ?? '';
  // Neither what stands around it nor the number of a note, which an answer would show as its own.
  expect(text.startsWith(`Fishing\n\n${sentence}\n`)).toBe(true);
  expect(text).toContain('at the foot of weirs');
  expect(text).not.toMatch(/other links|\[12\]/);
});

test.each<[string, RequestListener, string]>([
  ['refused', (_request, response) => void response.writeHead(403).end('<html>no'), 'it answered 403;'],
  ['not there', (_request, response) => void response.writeHead(404).end(), 'it answered 404;'],
  ['a picture', html('x', 'image/png'), 'answered with image/png, which is not read;'],
  ['a page of scripts', html('<html><body><script>herons()</script></body></html>'), 'it holds no text;'],
  ['a wall', html('<html><body><p>Please accept our terms.</p></body></html>'), 'no word of the question;'],
  ['no PDF', html('<html>herons', 'application/pdf'), 'it says that it is a PDF, and it is none;'],
  ['a broken PDF', html('%PDF-1.7\n', 'application/pdf'), 'it is a broken PDF'],
  ['of bytes', html(Buffer.from([104, 0, 1, 2]), 'text/plain'), 'it holds zero bytes'],
  ['cut off', (request) => void request.socket.destroy(), 'cannot be reached'],
])('a page that is %s is said to be unread, and the hit stays as the search has it', async (_what, listener, why) => {
  const { origin, passages, unread } = await search([{ url: '/herons' }], listener);
  expect(passages).toMatchObject([{ url: `${origin}/herons`, text: said }]);
  expect(passages[0]).not.toHaveProperty('retrieved');
  expect(unread).toEqual([expect.stringContaining(why)]);
  expect(unread[0]).toMatch(new RegExp(`^${origin}/herons: .*; what the search says of it stands in its place$`));
});

test('a PDF is read, and its address names the page of it', async () => {
  const pdf = shows(stream('', Buffer.from('BT /F 9 Tf 1 1 Td (Grey herons fish at dawn) Tj ET')));
  const { origin, passages } = await search([{ url: '/herons.pdf#top' }], html(pdf, 'application/octet-stream'));
  expect(passages).toMatchObject([{ url: `${origin}/herons.pdf#page=1`, text: 'Grey herons fish at dawn' }]);
});

test.each<[string, string, Buffer]>([
  [
    'in UTF-8 that says it is something else',
    'text/html; charset=iso-8859-1',
    Buffer.from(article('<p>Graureiher fish in Köln.</p>')),
  ],
  [
    'in Windows-1252 that says it is UTF-8',
    'text/html; charset=utf-8',
    iconv.encode(article('<p>Graureiher fish in Köln.</p>'), 'win1252'),
  ],
  [
    'in KOI8-R by its header',
    'text/html; charset="koi8-r"',
    iconv.encode(article('<p>Graureiher fish in Кёльн.</p>'), 'koi8-r'),
  ],
  [
    'in Shift_JIS by its own word',
    'text/html',
    iconv.encode(article('<meta charset="shift_jis"><p>Graureiher fish in ケルン.</p>'), 'shift_jis'),
  ],
  [
    'in no encoding that there is',
    'text/html; charset=klingon',
    iconv.encode(article('<p>Graureiher fish in Köln.</p>'), 'win1252'),
  ],
])('a page %s has its letters', async (_what, type, bytes) => {
  const { passages } = await search([{ url: '/herons' }], html(bytes, type));
  expect(passages[0]?.text).toMatch(/Graureiher fish in (?:Köln|Кёльн|ケルン)\./);
});

test('of one search three pages are read unless the configuration says another number, and none of a hit that says enough', async () => {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html' }).end(article());
  };
  const hits = ['/a', '/a#part', '/b', '/c', '/d'].map((url) => ({ url }));
  const { passages } = await search([{ url: '/long', content: `${said} `.repeat(60) }, ...hits], listener);
  expect(asked.toSorted()).toEqual(['/a', '/b', '/c']);
  expect(passages).toHaveLength(6);
  expect(passages.filter(({ retrieved }) => retrieved !== undefined)).toHaveLength(3);
  asked.length = 0;
  await search(hits, listener, { pages: 1 });
  await search(hits, listener, { pages: 0 });
  expect(asked).toEqual(['/a']);
});

test('a page that two searches find is asked for once', async () => {
  let count = 0;
  const origin = await play((_request, response) => {
    count++;
    response.writeHead(200, { 'content-type': 'text/html' }).end(article());
  });
  const kept = new KeptPages();
  for (let time = 0; time < 2; time++) {
    const { passages } = await search([{ url: '/a' }], origin, { kept });
    expect(passages[0]?.text).toContain(sentence);
  }
  expect(count).toBe(1);
});

test('what one source may read of the own network is not kept for the hits of another', async () => {
  const kept = new KeptPages();
  const { origin, unread } = await search([{ url: '/a' }], html(article()), { kept });
  expect(unread).toEqual([]);
  expect((await search([{ url: '/a' }], origin, { kept, isOpen: false })).unread).toEqual([
    expect.stringContaining(inside),
  ]);
});

test('pages without a byte are bounded too', () => {
  const kept = new KeptPages();
  for (let number = 0; number < 70_000; number++)
    kept.keep(`https://example.org/${number}`, { bytes: new Uint8Array(), contentType: '', at: '2026-01-31' });
  expect(kept.find('https://example.org/0')).toBeUndefined();
  expect(kept.find('https://example.org/69999')).toBeDefined();
});

test('what is kept is bounded, and the oldest goes first', () => {
  const kept = new KeptPages();
  const page = { bytes: new Uint8Array(9_000_000), contentType: '', at: '2026-01-31' };
  for (const address of ['a', 'b', 'c', 'a', 'd']) kept.keep(address, page);
  expect(['a', 'b', 'c', 'd'].filter((address) => kept.find(address))).toEqual(['a', 'c', 'd']);
  vi.useFakeTimers({ now: Date.now() + 3_600_000 });
  expect(kept.find('a')).toBeUndefined();
  vi.useRealTimers();
});

const inside = 'is an address inside a private network';

test('a hit that leads into the network of the worker is not followed, and nobody there is asked', async () => {
  let asked = 0;
  const count: RequestListener = (_request, response) => {
    asked++;
    response.end();
  };
  const { passages, unread } = await search([{ url: '/admin' }], count, { isOpen: false });
  expect(unread).toEqual([expect.stringContaining(inside)]);
  expect(passages).toHaveLength(1);
  const other = await play(count);
  // Nor where a page that may be read leads there.
  const away: RequestListener = (_request, response) => void response.writeHead(302, { location: `${other}/x` }).end();
  expect((await search([{ url: '/a' }], away)).unread).toEqual([expect.stringContaining(inside)]);
  for (const url of ['http://localhost:8099/', 'http://[::1]/', 'http://169.254.169.254/latest', 'http://0x7f000001/'])
    expect((await search([{ url }], count)).unread, url).toEqual([expect.stringContaining(inside)]);
  expect(asked).toBe(0);
});

test('a page that is redirected for ever, or to a file, is said to be unread', async () => {
  const round: RequestListener = (_request, response) => void response.writeHead(302, { location: '/a' }).end();
  expect((await search([{ url: '/a' }], round)).unread).toEqual([expect.stringContaining('redirected more than')]);
  const file: RequestListener = (_request, response) =>
    void response.writeHead(302, { location: 'file:///etc/passwd' }).end();
  expect((await search([{ url: '/a' }], file)).unread).toEqual([expect.stringContaining('only http and https')]);
});

function* forEver(piece: Buffer): Generator<Buffer> {
  for (;;) yield piece;
}

test('a page without an end is left once it is too large, and one that comes drop by drop once it takes too long', async () => {
  const flood: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    // It ends where nobody reads on.
    pipeline(forEver(Buffer.alloc(65_536, 'herons ')), response, () => {});
  };
  expect((await search([{ url: '/a' }], flood)).unread).toEqual([expect.stringContaining('above 10000000 bytes')]);
  const drops: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).write('<html>');
  };
  const late = await search([{ url: '/a' }], drops, { mostMs: 300 });
  expect(late.unread).toEqual([expect.stringContaining('did not answer within')]);
  expect(late.passages).toMatchObject([{ text: said }]);
  const packed = gzipSync(Buffer.alloc(200_000_000, ' '), { level: 9 });
  const bombed = html(packed, 'text/html', { 'content-encoding': 'gzip' });
  expect((await search([{ url: '/a' }], bombed)).unread).toEqual([expect.stringContaining('above 10000000 bytes')]);
}, 60_000);

test.each<[string, () => string | Buffer, string]>([
  ['elements within elements', () => `<div>`.repeat(100_000), 'text/html'],
  ['links that are never closed', () => '<a href="/heron">heron '.repeat(30_000), 'text/html'],
  ['a table of tables', () => '<table><tr><td>heron'.repeat(20_000), 'text/html'],
  ['attributes without an end', () => `<p ${'a="heron" '.repeat(100_000)}`, 'text/html'],
  ['one word of megabytes', () => `<p>heron${'x'.repeat(2_000_000)}</p>`, 'text/html'],
  ['a PDF that unpacks into gigabytes', bomb, 'application/pdf'],
])(
  'a page that is made to do harm costs no more than itself: %s',
  async (_what, make, type) => {
    const { passages } = await search([{ url: '/evil' }, { url: '/good' }], (request, response) => {
      const [body, kind] = request.url === '/good' ? [article(), 'text/html'] : [make(), type];
      response.writeHead(200, { 'content-type': kind }).end(body);
    });
    expect(passages).toHaveLength(2);
    expect(passages[1]?.text).toContain(sentence);
    // Whatever of it was read is short.
    expect((passages[0]?.text ?? passages[0]?.snippet)?.length).toBeLessThan(4000);
  },
  120_000,
);

test.each([
  [
    'elements that are nested deeper than any page has them',
    () => '<div>'.repeat(100_000),
    'nested more than 200 deep',
  ],
  ['marks that nobody closed', () => `${'<b>'.repeat(200_000)}heron`, 'nested more than 200 deep'],
  [
    'text nested too deeply to be read whole',
    () => `${'<div>'.repeat(250)}<p>${sentence}</p>`,
    'nested more than 200 deep',
  ],
  ['a list of paragraphs that nobody closed', () => '<li><p>A heron'.repeat(300), 'nested more than 200 deep'],
  ['terms that nobody closed', () => '<dt>Heron<dd><p>A heron'.repeat(300), 'nested more than 200 deep'],
  ['elements that a slash does not close', () => '<span/>A heron'.repeat(300), 'nested more than 200 deep'],
  [
    'more text than a page has',
    () => `<p>${'The heron fishes. '.repeat(200_000)}`,
    'has 3.7 MB of text, and at most 3.0 MB of a page are read',
  ],
])('%s is refused by name before it is parsed', async (_what, make, why) => {
  const before = process.cpuUsage();
  const { passages, unread } = await search([{ url: '/evil' }], html(make()));
  expect(unread).toEqual([expect.stringContaining(why)]);
  expect(passages).toMatchObject([{ title: 'Hit 1' }]);
  const { user, system } = process.cpuUsage(before);
  // To make a tree of them took eight seconds of the thread that reads all documents.
  expect((user + system) / 1000).toBeLessThan(3000);
});

test.each([
  '<li>a heron<br>',
  '<p>a heron',
  '<tr><td>a heron',
  '<dt>a<dd>a heron',
  '<li><b>a heron</li>',
  '<p><b>a heron</p>',
  '<li>a heron<ul><li><p>b</ul>',
  '<p>a heron<div>b</div>',
  '<div><i>a heron</div>',
])('no text is lost of what closes itself, or is closed by what follows or is around it: %s', (item) => {
  const sections = splitHtml(`<table>${item.repeat(300)}</table>`);
  expect(
    sections
      .map(({ text }) => text)
      .join(' ')
      .match(/a heron/g),
  ).toHaveLength(300);
});

test('marks of a formula that a slash closes are not nested', () => {
  expect(() => refuseDeep(`<math>${'<mspace/>'.repeat(300)}</math>a heron`)).not.toThrow();
});

test('elements that close themselves, or are closed by what follows, are not nested', async () => {
  const items = `<ul>${`<li>${sentence}<br>`.repeat(300)}</ul>`;
  const { text } = await readPage({
    bytes: Buffer.from(article(items)),
    contentType: 'text/html',
    path: '/',
    question,
    longest: 4000,
  });
  expect(text).toContain(sentence);
});

test('notes within notes cost no more than other elements within one another', async () => {
  const costOf = async (tag: string): Promise<number> => {
    const before = process.cpuUsage();
    const page = { contentType: 'text/html', path: '/', question, longest: 4000 };
    await readPage({ ...page, bytes: Buffer.from(`<body>${tag.repeat(30_000)}heron`) }).catch(() => undefined);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await costOf('<i>');
  expect(await costOf('<sup>')).toBeLessThan(8 * (await costOf('<sub>')));
}, 60_000);

test.each([
  [1500, 'did not answer within'],
  [800, 'no time was left to read it'],
])('a page that hangs costs the hits nothing where they are waited for for %d ms', async (withinMs, why) => {
  const began = performance.now();
  const { passages, unread } = await search([{ url: '/a' }], () => undefined, { withinMs });
  expect(performance.now() - began).toBeLessThan(withinMs);
  expect(passages).toMatchObject([{ title: 'Hit 1', snippet: said }]);
  expect(unread).toEqual([expect.stringContaining(why)]);
});

test('a search that is cancelled while it reads pages ends with its reason', async () => {
  const controller = new AbortController();
  const hanging: RequestListener = () => controller.abort(new Error('cancelled by the run'));
  await expect(search([{ url: '/a' }], hanging, { signal: controller.signal })).rejects.toThrow('cancelled by the run');
});
