/** Requests at the edge of what can be read: each is answered with a problem document, and the service goes on. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/http/answers.ts';
import { slowness } from '../core/hostile-text/texts.ts';
import { problemOf, serve } from './http-service.ts';

const served = serve();
const hasty = serve({ requestMs: 300 });
const task = { id: 'a', activity: 'echo' };

/** What the service answers to these bytes, until it closes the connection. */
async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(text);
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  socket.on('error', () => {});
  await once(socket, 'close');
  return answer;
}

function problemIn(answer: string): Problem {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  return JSON.parse(body) as Problem;
}

const post = (path: string, body: string) =>
  served.get<Problem>(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

afterEach(async () => {
  expect((await served.get('/healthz')).status).toBe(200);
  expect(served.messages).toEqual([]);
});

describe('a body', () => {
  it('with 200,000 bad tasks is refused with a hundred of them', async () => {
    const tasks = Array.from({ length: 200_000 }, () => ({ id: 1, activity: 5 }));
    const problem = problemOf(await served.post<Problem>('/runs/tasks', { tasks }));
    expect(problem).toMatchObject({ status: 400, field: 'tasks[0].id' });
    expect(problem.errors).toHaveLength(100);
    expect(problem.detail).toMatch(/and at least 1999 more/);
  });

  it('with one bad task behind 30,000 good ones is refused for that one, and a list of good ones for what is wrong beside it', async () => {
    const tasks = Array.from({ length: 30_000 }, (_, n) => ({ id: `i${n}`, activity: 'echo' }));
    const bad = { id: 'last', activity: 5 };
    for (const body of [{ tasks: [...tasks, bad] }, { input: { tasks: [...tasks, bad] } }]) {
      const problem = problemOf(await served.post<Problem>('/runs/tasks', body));
      expect(problem).toMatchObject({ status: 400, field: expect.stringMatching(/tasks\[30000\]\.activity$/) });
      expect(problem.errors).toHaveLength(1);
    }
    const strange = problemOf(await served.post<Problem>('/runs/tasks', { tasks, strange: 1 }));
    expect(strange).toMatchObject({ status: 400, field: 'strange' });
  });

  it('with a number that would be rounded to another one is refused by that number, and every other is taken', async () => {
    const body = (value: string): string => `{"tasks":[{"id":"a","activity":"echo","input":{"customer":${value}}}]}`;
    const problem = problemOf(await post('/runs/tasks', body('1610521604143693813')));
    expect(problem).toMatchObject({
      status: 422,
      detail: expect.stringContaining('1610521604143693813 would be rounded'),
    });
    for (const kept of ['"1610521604143693813"', '9007199254740991', '0.12345678901234567', '1610521604143693800'])
      expect((await post('/runs/tasks', body(kept))).status).toBe(202);
  });

  it('with a name that an object gives twice is refused by that name, as one of its values would be dropped', async () => {
    const problem = problemOf(
      await post('/runs/tasks', '{"tasks":[{"id":"a","activity":"echo","input":{"customer":1,"customer":2}}]}'),
    );
    expect(problem).toMatchObject({ status: 422, detail: expect.stringContaining('"customer" is given twice') });
  });

  /** Each is as large as a body may be, and in its own way the worst to read. */
  const worst: Readonly<Record<string, () => string>> = {
    'of ten million empty objects': () => `{"tasks":[{"id":"a","activity":"echo","input":[${'{},'.repeat(1e7)}0]}]}`,
    'of a million bad tasks': () => `{"tasks":[${'{"id":1,"activity":5},'.repeat(1.4e6)}null]}`,
    'of so many bad tasks as are read at all': () => `{"tasks":[${'{"id":1,"activity":5},'.repeat(249_000)}null]}`,
    'of unknown fields': () => `{${Array.from({ length: 2e6 }, (_, n) => `"k${n}":0`).join()}}`,
    'of as many unknown fields as are read at all': () =>
      `{${Array.from({ length: 99_000 }, (_, n) => `"k${n}":0`).join()}}`,
    'of escaped quotes': () => `{"a":"${String.raw`\"`.repeat(1.5e7)}"}`,
    'of one text and a number that would be rounded': () => `{"a":"${'x'.repeat(3e7)}","b":1610521604143693813}`,
    'of white space': () => `{"a":${' '.repeat(3e7)}}`,
  };

  it.each(Object.keys(worst))('%s takes seconds of the processor at most', async (name) => {
    const body = worst[name]?.() ?? '';
    const scale = await slowness();
    const before = process.cpuUsage();
    const answers = await Promise.all([post('/runs/tasks', body), post('/runs/tasks', body)]);
    const { user, system } = process.cpuUsage(before);
    for (const each of answers) expect([400, 413, 422]).toContain(problemOf(each).status);
    // Both, and to send them.
    expect((user + system) / 1000).toBeLessThan(4000 * scale);
  });

  it.each(['/runs/tasks', '/runs/map', '/runs/research', '/runs/x/tasks', '/runs/x/approve', '/runs/x/redrive'])(
    'nested 100,000 deep is refused at %s',
    async (path) => {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const deep = open.repeat(100_000) + (open === '[' ? '' : '1') + close.repeat(100_000);
        for (const body of [deep, `{"tasks":[{"id":"a","activity":"echo","input":${deep}}]}`, `{"items":[${deep}]}`])
          expect(problemOf(await post(path, body))).toMatchObject({
            status: 400,
            detail: expect.stringContaining('nested'),
          });
      }
    },
  );

  it('nested as deep as is allowed runs, and comes back whole', async () => {
    let input: unknown = 'core';
    for (let depth = 0; depth < 900; depth++) input = [input];
    const { body } = await served.post('/runs/tasks', { tasks: [{ ...task, input }] });
    expect((await served.over(body.runId)).fanIn?.mergedResults).toEqual([input]);
  });

  it.each([
    ['/runs/tasks', { tasks: [null] }, 'tasks[0]'],
    ['/runs/tasks', { tasks: [[]] }, 'tasks[0]'],
    ['/runs/tasks', [], ''],
    ['/runs/tasks', null, ''],
    ['/runs/map', { activity: 'echo', source: null }, 'source'],
  ])('of nothing is refused at %s: %j', async (path, body, field) => {
    const problem = problemOf(await served.post<Problem>(path, body));
    expect(problem.status).toBe(400);
    expect(problem.field ?? '').toContain(field);
  });
});

describe('an address', () => {
  it.each([5000, 20_000, 60_000, 200_000])('of %i characters is told to be too long', async (length) => {
    const answer = await raw(
      served.url,
      `GET /runs/${'x'.repeat(length)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    // Beyond what is read at all, nobody can tell any more whether it was the address.
    expect([414, ...(length > 65_536 ? [431] : [])]).toContain(problemIn(answer).status);
    expect(answer.length).toBeLessThan(3000);
  });

  it('with headers that are too long is told so', async () => {
    const answer = await raw(
      served.url,
      `GET /runs HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`,
    );
    expect(problemIn(answer)).toMatchObject({ status: 431 });
  });
});

describe('what is no request', () => {
  it('is answered with a problem document', async () => {
    expect(problemIn(await raw(served.url, 'hello\r\n\r\n'))).toMatchObject({ status: 400 });
  });

  it('or never becomes one is waited for as long as is said, be it headers or a body', async () => {
    expect(problemIn(await raw(hasty.url, 'GET /runs HTTP/1.1\r\nHost: localhost\r\n'))).toMatchObject({ status: 408 });
    const slow =
      'POST /runs/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"tasks"';
    expect(problemIn(await raw(hasty.url, slow))).toMatchObject({ status: 408 });
  });
});

describe('a page of another site', () => {
  const status = async (headers: Record<string, string>): Promise<string> => {
    const lines = Object.entries({ host: new URL(served.url).host, connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    return (await raw(served.url, `GET /limits HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)).slice(9, 12);
  };

  it('may not even read without an answer, by what the browser says of it', async () => {
    for (const site of ['cross-site', 'same-site', 'nonsense'])
      expect(await status({ 'sec-fetch-site': site }), site).toBe('403');
    for (const site of ['none', 'same-origin']) expect(await status({ 'sec-fetch-site': site }), site).toBe('200');
    expect(await status({})).toBe('200');
  });

  it('may not come by a name that leads here, or by another port', async () => {
    const { port } = new URL(served.url);
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      '0.0.0.0',
      '127.1',
      'localhost.',
      '[::ffff:127.0.0.1]',
      '',
    ])
      expect(await status({ host }), host).toBe('403');
    expect(await status({ origin: 'http://localhost:1' })).toBe('403');
    expect(await status({ origin: `http://127.0.0.1:${port}` })).toBe('200');
  });
});
