/** How many pages a run reads, and how considerately: of one host few at once, and none while it asks to be left alone. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Hosts } from '../../../src/agents/research/activities/pages/hosts.ts';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';
import { PagesOfRun } from '../../../src/agents/research/pure/pages.ts';
import { article, html, said, search } from '../../support/pages.ts';
import { play } from '../../support/play.ts';

test('of one host two pages are asked for at once, and of each other host two more', async () => {
  const hosts = new Hosts();
  const { signal } = new AbortController();
  const inside: (() => void)[] = [];
  const visit = (host: string) => hosts.visit(host, signal, () => new Promise<void>((leave) => inside.push(leave)));
  const visits = ['a', 'a', 'a', 'a', 'b', 'b', 'b'].map(visit);
  await setImmediate();
  expect(inside).toHaveLength(4);
  inside.shift()?.();
  await setImmediate();
  expect(inside).toHaveLength(4);
  while (inside.length > 0) {
    inside.shift()?.();
    await setImmediate();
  }
  await Promise.all(visits);
});

test.each([
  [429, { 'retry-after': '90' }, /it answered 429: it is left alone for 1 min (?:[34]\d|50) s/],
  [
    503,
    { 'retry-after': new Date(Date.now() + 600_000).toUTCString() },
    /answered 503: it is left alone for (?:9|1[0-2]) min/,
  ],
  [429, { 'retry-after': 'soon' }, /it answered 429: it is left alone for 3\d\.\d s/],
  [503, {}, /it answered 503: it is left alone for 3\d\.\d s/],
])('a host that answers %d with %j is asked for no other page before it wants to', async (status, headers, why) => {
  let asked = 0;
  const origin = await play((_request, response) => {
    asked += 1;
    response.writeHead(status, headers).end();
  });
  const hosts = new Hosts();
  expect((await search([{ url: '/a' }], origin, { hosts })).unread).toEqual([expect.stringMatching(why)]);
  const again = await search([{ url: '/b' }], origin, { hosts });
  expect(again.unread).toEqual([expect.stringContaining('asked to be left alone, for ')]);
  expect(again.passages).toMatchObject([{ text: said }]);
  expect(asked).toBe(1);
  // Another host is nothing of that.
  expect((await search([{ url: '/a' }], html(article()), { hosts })).unread).toEqual([]);
});

test('a page whose turn does not come in time costs the hits nothing', async () => {
  const hosts = new Hosts();
  const hanging = await play(() => undefined);
  const first = search([{ url: '/a' }, { url: '/b' }], hanging, { hosts, withinMs: 2500 });
  const { passages, unread } = await search([{ url: '/c' }], hanging, { hosts, withinMs: 1200 });
  expect(passages).toMatchObject([{ text: said }]);
  expect(unread).toEqual([expect.stringContaining('it was not read in time')]);
  expect((await first).passages).toHaveLength(2);
});

test('pages beyond what the run may read are left, counted and told', async () => {
  const hits = ['/a', '/b', '/c'].map((url) => ({ url }));
  const { passages, unread } = await search(hits, html(article()), { mayRead: 1 });
  expect(passages.map(({ retrieved }) => retrieved !== undefined)).toEqual([true, false, false]);
  expect(unread).toEqual([
    '2 pages behind its hits: a run reads at most 150 pages; what the search says of them stands in their place',
  ]);
});

test('the searches of a run read together no more than it may, and one that reads less leaves the rest to others', async () => {
  const pages = new PagesOfRun();
  const hit = { source: 'web', title: 'https://a.example/', url: '', snippet: '' };
  const reading = async (count: number): Promise<Passage[]> =>
    Array.from({ length: count }, (_none, index) => (index % 2 ? { ...hit, retrieved: 'x' } : { ...hit, unread: 'y' }));
  const shares: number[] = [];
  const searching = (reads: (share: number) => number) =>
    pages.during((share) => {
      shares.push(share);
      return reading(reads(share));
    });
  await searching(() => 0);
  await searching(() => 3);
  await pages.during(() => Promise.reject(new Error('it failed'))).catch(() => undefined);
  for (let number = 0; number < 40; number++) await searching((share) => share);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBe(5 + 2 + 150 - 5);
  expect(shares.slice(29, 32)).toEqual([5, 2, 0]);
});
