/** Where a URL of the configuration, or of data, may lead, and what goes along. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { isPublicAddress } from '../../../src/activities/http/addresses.ts';
import { fetchJson, fetchText } from '../../../src/activities/http/fetch.ts';
import { redirectTarget } from '../../../src/activities/http/guarded.ts';
import { read } from '../../../src/activities/http/read.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<URL> {
  const server = createServer(listener).listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return new URL(`http://${host}:${(server.address() as AddressInfo).port}/`);
}

const to =
  (location: string | URL, status = 302): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { location: String(location) }).end('moved');
const options = { source: 'library', signal: new AbortController().signal };
const failing = async (promise: Promise<unknown>): Promise<ApplicationFailure> => {
  const thrown: unknown = await promise.catch((error: unknown) => error);
  if (thrown instanceof ApplicationFailure) return thrown;
  throw new Error(`no ApplicationFailure: ${String(thrown)}`);
};

test('a redirect to another host of this machine is refused before it is asked', async () => {
  let asked = 0;
  const inside = await serve((_request, response) => void response.end(String(++asked)), '127.0.0.2');
  const outside = await serve(to(new URL('latest/meta-data', inside)));
  const failure = await failing(fetchText(outside, options));
  expect(failure).toMatchObject({ type: 'AddressRefused', nonRetryable: true });
  expect(failure.message).toContain('127.0.0.2');
  expect(asked).toBe(0);
});

test('another port of the configured host is another service, and refused too', async () => {
  const other = await serve((_request, response) => void response.end('other'));
  const first = await serve(to(other));
  expect(await failing(fetchText(first, options))).toMatchObject({ type: 'AddressRefused' });
});

test('a name that resolves into the machine is refused as its address is', async () => {
  const server = await serve((_request, response) => void response.end('inside'));
  const named = new URL(`http://localhost:${server.port}/`);
  expect(await failing(fetchText(await serve(to(named)), options))).toMatchObject({ type: 'AddressRefused' });
  expect(await failing(fetchText(named, { ...options, from: 'data' }))).toMatchObject({ type: 'AddressRefused' });
  expect(await fetchText(new URL(`http://127.0.0.1:${server.port}/`), options)).toBe('inside');
});

test('redirects inside the configured origin are followed three times, with its headers, and no further', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const server = await serve((request, response) => {
    seen.push(request.headers);
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end('there');
    else response.writeHead(307, { location: `/${left - 1}` }).end();
  });
  const headers = { 'x-api-key': 'KEY' };
  expect(await fetchText(new URL('3', server), { ...options, headers })).toBe('there');
  expect(seen.map((each) => each['x-api-key'])).toEqual(['KEY', 'KEY', 'KEY', 'KEY']);
  const failure = await failing(fetchText(new URL('4', server), { ...options, headers }));
  expect(failure).toMatchObject({ type: 'RedirectRefused', nonRetryable: true });
  expect(seen).toHaveLength(8);
});

test.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'javascript:alert(1)', 'http://[::1', 'http://0x7f.1/'])(
  'a redirect to %s is refused',
  async (location) => {
    const failure = await failing(fetchText(await serve(to(location)), options));
    expect(['RedirectRefused', 'AddressRefused']).toContain(failure.type);
  },
);

test('what began with https goes on with https, and a login in a redirect is dropped', () => {
  const secure = new URL('https://api.example/x');
  expect(() => redirectTarget(secure, 'http://api.example/x', (_, why) => new Error(why))).toThrow(/from https/);
  expect(redirectTarget(secure, '//u:p@other.example/y', (_, why) => new Error(why)).href).toBe(
    'https://other.example/y',
  );
});

test.each([
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00:ec2::254', false],
  ['::ffff:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['::7f00:1', false],
  ['4000::1', false],
  ['93.184.216.34', true],
  ['2606:2800:220:1:248:1893:25c8:1946', true],
])('%s: of the public internet is %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
  if (address.includes('.') && !address.includes(':')) expect(isPublicAddress(`::ffff:${address}`)).toBe(expected);
});

test('what is no address is not a public one', () => {
  fc.assert(fc.property(fc.string(), (text) => !isPublicAddress(text) || /[.:\d]/.test(text)));
});

test('an answer that is a page names itself as no JSON, and not the parser', async () => {
  const page = await serve((_request, response) => void response.end('<html>Sign in</html>'));
  const failure = await failing(fetchJson(page, options));
  expect(failure.type).toBe('MalformedResponse');
  expect(failure.message).toMatch(/^library answered something else than documented: its body is no JSON/);
  expect(failure.cause).toBeUndefined();
});

test('JSON for the shared thread is small, and text for another one may be larger', async () => {
  const list = await serve((_request, response) => void response.end(`[${'{},'.repeat(200_000)}0]`));
  expect(await failing(fetchJson(list, options))).toMatchObject({
    message: expect.stringContaining('above 500000 bytes'),
  });
  expect(await fetchText(list, options)).toHaveLength(600_003);
});

test('a body of blanks is reported in no time', async () => {
  const blanks = await serve((_request, response) => void response.writeHead(500).end(`${' '.repeat(4_000_000)}x`));
  const before = process.cpuUsage();
  expect((await failing(fetchText(blanks, options))).message).toContain('500');
  const { user } = process.cpuUsage(before);
  expect(user / 1000).toBeLessThan(1000);
});

test('ids of 64 bits in an answer keep their digits, and a field that must be a number is refused by its name', async () => {
  const url = await serve((_request, response) => void response.end('{"id":9007199254740993,"count":3}'));
  const answer = await fetchJson(url, options);
  expect(answer).toEqual({ id: '9007199254740993', count: 3 });
  const shape = z.object({ id: z.number(), count: z.number() });
  expect(() => read('library', shape, answer)).toThrow(/library answered something else than documented: id/);
});
