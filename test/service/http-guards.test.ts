/** What the service refuses, and that each refusal is a problem document; nothing here needs a worker. */
import { createServer, request } from 'node:http';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import type { Problem } from '../../src/http/answers.ts';
import { startService } from '../../src/http.ts';
import { newId, problemOf, serve } from './http-service.ts';

const served = serve();
const locked = serve({ token: 'open-sesame-open-sesame' });
const slow = serve({ startsPerSecond: 3 });
const json = { 'content-type': 'application/json' };
const task = { id: 'a', activity: 'echo' };

const refused = async (path: string, body: unknown): Promise<Problem> =>
  problemOf(await served.post<Problem>(path, body));

/** As `fetch`, which does not let the Host header be set. */
function asHost(host: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${served.url}/healthz`, { headers: { ...headers, host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('a request that does not match its schema', () => {
  it.each([
    ['a field is missing', '/runs/tasks', {}, 'input'],
    ['a field of a task is wrong', '/runs/tasks', { tasks: [task, { id: 7, activity: 'echo' }] }, 'tasks[1].id'],
    ['an option is misspelt', '/runs/tasks', { tasks: [task], options: { concurency: 3 } }, 'options.concurency'],
    [
      'an option inside the input is misspelt',
      '/runs/tasks',
      { input: { tasks: [task], options: { dedline: 3 } } },
      'input.options.dedline',
    ],
    [
      'a ratio is above 1',
      '/runs/tasks',
      { tasks: [task], options: { minSuccessRatio: 2 } },
      'options.minSuccessRatio',
    ],
    ['a duration has no unit', '/runs/tasks', { tasks: [task], options: { deadline: 'soon' } }, 'options.deadline'],
    ['the id could not be in an address', '/runs/tasks', { id: 'a/b', tasks: [task] }, 'id'],
    [
      'a folder of the worker is named',
      '/runs/research',
      { input: { question: 'q', folders: ['/etc'] } },
      'input.folders',
    ],
    ['a change lacks its value', '/runs/x/extend', {}, 'by'],
    ['no item is added', '/runs/x/tasks', { items: [] }, 'items'],
    ['a redrive has an option that there is not', '/runs/x/redrive', { options: { no: 1 } }, 'options.no'],
  ])('is refused with 400 and the field: %s', async (_name, path, body, field) => {
    expect(await refused(path, body)).toMatchObject({ status: 400, field, instance: path });
  });

  it.each([
    '/runs?limit=0',
    '/runs?limit=many',
    '/runs?unknown=1',
    '/runs/x/results?after=-1',
    '/runs/%zz',
    `/runs/${'x'.repeat(300)}`,
  ])('is refused with 400: %s', async (path) => {
    expect(problemOf(await served.get<Problem>(path))).toMatchObject({ status: 400 });
  });

  it('is refused with 400 where it is no JSON', async () => {
    const answer = await served.get<Problem>('/runs/tasks', { method: 'POST', body: '{"tasks":', headers: json });
    expect(problemOf(answer)).toMatchObject({ status: 400 });
  });
});

it('a path in a request is refused with what to do instead', async () => {
  const { detail } = await refused('/runs/research', { input: { question: 'q', folders: ['/etc'] } });
  expect(detail).toMatch(
    /^`input\.folders`: a request names no path\. Give a name in `sources`;.*"folder": "\.\/docs"/,
  );
  const review = await refused('/runs/review', { input: { root: '/etc', projectTools: true } });
  expect(review).toMatchObject({
    errors: [
      { field: 'input.root', detail: expect.stringContaining('a request names no folder') },
      { field: 'input.projectTools', detail: expect.stringContaining('rights of the worker') },
    ],
  });
});

describe('a request that contradicts itself', () => {
  it.each([
    ['two tasks share an id', { tasks: [task, task] }, 'id'],
    ['first is above the number of tasks', { tasks: [task], options: { first: 2 } }, 'first'],
    ['the minimum is above the number of tasks', { tasks: [task], options: { minSuccesses: 2 } }, 'minSuccesses'],
    ['the input does not fit', { tasks: [{ ...task, input: 'x'.repeat(32_000_000) }] }, 'input'],
  ])('is refused with 422 and the field, and nothing is started: %s', async (_name, body, field) => {
    const id = newId();
    expect(await refused('/runs/tasks', { id, ...body })).toMatchObject({ status: 422, field });
    expect(await served.get(`/runs/${id}`)).toMatchObject({ status: 404 });
  });
});

describe('what is not there', () => {
  it('is 404 for runs, kinds and addresses, 405 with Allow for a method', async () => {
    expect(problemOf(await served.get<Problem>('/runs/nobody'))).toMatchObject({
      status: 404,
      instance: '/runs/nobody',
    });
    expect(problemOf(await served.get<Problem>('/runs/nobody/results'))).toMatchObject({ status: 404 });
    expect(problemOf(await served.get<Problem>('/nowhere'))).toMatchObject({ status: 404 });
    expect(await refused('/runs/nonsense', {})).toMatchObject({ status: 404 });
    const put = await served.get<Problem>('/runs/tasks', {
      method: 'PUT',
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect(problemOf(put)).toMatchObject({ status: 405 });
    expect(put.headers.get('allow')).toBe('POST');
    const removed = await served.get<Problem>('/runs/some', { method: 'DELETE' });
    expect(problemOf(removed)).toMatchObject({ status: 405 });
    expect(removed.headers.get('allow')).toBe('GET, HEAD');
  });
});

describe('bodies', () => {
  it('above 32 MB are refused with 413', async () => {
    const body = JSON.stringify({ tasks: [{ ...task, input: 'x'.repeat(32 * 1024 * 1024) }] });
    const answer = await served.get<Problem>('/runs/tasks', { method: 'POST', body, headers: json });
    expect(problemOf(answer)).toMatchObject({ status: 413 });
  });

  it('of another type than JSON are refused with 415, as a page of another site could send them', async () => {
    const answer = await served.get<Problem>('/runs/tasks', { method: 'POST', body: '{"tasks":[]}' });
    expect(problemOf(answer)).toMatchObject({ status: 415 });
  });
});

describe('the token', () => {
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it('is asked for everywhere but by the probes', async () => {
    for (const path of ['/runs', '/runs/x', '/limits', '/metrics', '/openapi.json', '/nowhere']) {
      const answer = await locked.get<Problem>(path);
      expect(problemOf(answer), path).toMatchObject({ status: 401 });
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect(await locked.get('/healthz')).toMatchObject({ status: 200 });
    expect(await locked.get('/readyz')).toMatchObject({ status: 200 });
  });

  it('opens, and only the right one does', async () => {
    expect(await locked.get('/runs', bearer('open-sesame-open-sesame'))).toMatchObject({ status: 200 });
    for (const wrong of ['open-sesame-open-sesam', 'open-sesame-open-sesame2', ''])
      expect(await locked.get('/runs', bearer(wrong))).toMatchObject({ status: 401 });
  });

  it('is needed to listen beyond this machine', async () => {
    const { fanfold } = served.stage;
    await expect(startService({ client: fanfold, host: '0.0.0.0', port: 0 })).rejects.toThrow(/FANFOLD_TOKEN/);
    const service = await startService({ client: fanfold, host: '0.0.0.0', port: 0, token: 'a-secret-of-16-letters' });
    const { port } = new URL(service.url);
    expect((await fetch(`http://127.0.0.1:${port}/runs`)).status).toBe(401);
    expect((await fetch(`http://127.0.0.1:${port}/runs`, bearer('a-secret-of-16-letters'))).status).toBe(200);
    await service.close();
  });
});

describe('pages of other sites', () => {
  it('are refused by their Host, as DNS rebinding would have it, and by their Origin', async () => {
    expect(
      await Promise.all(
        ['localhost', 'localhost:99', '127.0.0.1', '[::1]:8787', 'LOCALHOST'].map((host) => asHost(host)),
      ),
    ).toEqual([200, 200, 200, 200, 200]);
    expect(
      await Promise.all(
        ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'].map((host) => asHost(host)),
      ),
    ).toEqual([403, 403, 403, 403]);
    expect(await asHost('localhost:1', { origin: 'http://localhost:1' })).toBe(200);
    expect(await asHost('localhost:1', { origin: 'http://evil.example' })).toBe(403);
    expect(await asHost('localhost:1', { origin: 'null' })).toBe(403);
  });

  it('get no CORS headers', async () => {
    const answer = await served.get('/healthz', { method: 'OPTIONS' });
    expect(answer.status).toBe(405);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('starts', () => {
  it('above the rate are refused with 429 and the time to wait, whatever their kind', async () => {
    const starts = Array.from({ length: 12 }, () =>
      slow.post<Problem>('/runs/tasks', {
        tasks: [
          { id: 'a', activity: 'echo' },
          { id: 'a', activity: 'echo' },
        ],
      }),
    );
    const answers = await Promise.all(starts);
    const late = answers.filter(({ status }) => status === 429);
    expect(late.length).toBeGreaterThanOrEqual(6);
    for (const answer of late) problemOf(answer);
    expect(late[0]?.headers.get('retry-after')).toBe('1');
    expect((await slow.get('/runs')).status).toBe(200);
  });
});

describe('the service itself', () => {
  it('counts what it answered', async () => {
    await served.get('/healthz');
    const { body, headers } = await served.get<string>('/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toMatch(
      /^fanfold_http_request_duration_seconds_count\{method="GET",route="\/healthz",status="200"\} \d+$/m,
    );
    expect(body).toMatch(/^process_cpu_seconds_total /m);
    expect(await served.get('/limits')).toMatchObject({ status: 200, body: { limits: [] } });
  });

  it('is alive but not ready, and answers 503, while Temporal is away', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: '1s' });
    const client = new FanfoldClient({ client: new Client({ connection }), taskQueue: 'none' });
    const service = await startService({ client, port: 0 });
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    for (const path of ['/readyz', '/runs/x']) {
      const response = await fetch(service.url + path);
      expect(response.status, path).toBe(503);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('retry-after')).toBe('2');
    }
    await service.close();
    await connection.close();
  });

  it('takes another port where the usual one is taken and none was asked for, and says so', async () => {
    const { fanfold } = served.stage;
    const blocker = createServer();
    await new Promise<void>(
      (resolve) => void blocker.once('error', () => resolve()).listen(8787, '127.0.0.1', resolve),
    );
    const said: string[] = [];
    const service = await startService({ client: fanfold, onMessage: (message) => void said.push(message) });
    expect(said).toEqual([expect.stringContaining('8787 is taken')]);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    const { port } = new URL(service.url);
    await expect(startService({ client: fanfold, port: Number(port) })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is taken`,
    );
    await service.close();
    blocker.close();
  });

  it('says nothing of its inside', async () => {
    expect(served.messages).toEqual([]);
  });
});
