/** What came back from a server in words: what nobody can take apart is no trouble of the network. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { fetchText } from '../../../src/activities/http/fetch.ts';
import { rateLimited } from '../../../src/activities/http/failures.ts';
import { meaningOf } from '../../../src/limits/throttled.ts';
import { play } from '../../support/play.ts';

const why = async (listener: RequestListener | string): Promise<string> => {
  const url = typeof listener === 'string' ? listener : await play(listener);
  const signal = new AbortController().signal;
  return fetchText(new URL(url), { source: 'library', signal }).catch(({ message }: Error) => message);
};

test.each<[string, RequestListener, string]>([
  [
    'is not packed as it says',
    (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
    'library answered something else than documented: its body is not packed as it says, Z_DATA_ERROR',
  ],
  [
    'is no HTTP',
    (request) => void request.socket.end('HTTP? No.\r\n\r\n'),
    'library answered something else than documented: it is no HTTP, Response does not match',
  ],
  [
    'has headers without an end',
    (_request, response) => void response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end(),
    'library answered something else than documented: it is no HTTP, UND_ERR_HEADERS_OVERFLOW',
  ],
  ['is cut off', (request) => void request.socket.destroy(), 'the connection was cut off, '],
])('an answer that %s says so', async (_what, listener, words) => {
  expect(await why(listener)).toContain(words);
});

test('a port that nobody answers at, and a name that nobody knows, are named in words', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  expect(await why(`http://127.0.0.1:${port}`)).toContain(`(127.0.0.1:${port}: nothing answers there, ECONNREFUSED)`);
  expect(await why('http://no-such-host.invalid')).toMatch(
    /\(no-such-host\.invalid: (?:nobody knows that name|its name)/,
  );
  // What `fetch` says itself of a port that browsers refuse is that it failed.
  expect(await why('http://127.0.0.1:1')).toContain('(127.0.0.1:1: bad port)');
});

test('who says in words of its own that it has no room is heard by a limit, as one who says it by status', () => {
  expect(meaningOf(rateLimited('library', 'its quota is spent', 2000), Date.now())).toEqual({
    kind: 'throttled',
    waitMs: 2000,
  });
});
