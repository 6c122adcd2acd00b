/** A run as server-sent events: in order, each settled task once, also over a dropped connection. */
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { describe, expect, inject, it } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { startService } from '../../src/http.ts';
import { startProxy } from '../support/proxy.ts';
import { eventually } from '../support/temporal.ts';
import { newId, serve } from './http-service.ts';

type GrpcCall = ReturnType<NonNullable<ConnectionOptions['interceptors']>[number]>;

const served = serve();
const wait = (id: string, ms: number) => ({ id, activity: 'wait', input: { ms, value: id } });

interface Event {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: { id?: string; status?: string; progress?: { succeeded: number }[]; fanIn?: { successCount: number } };
}

/** Reads a stream until it ends or `enough` says so, and then drops the connection. */
async function read(
  url: string,
  lastEventId?: string,
  enough: (events: Event[]) => boolean = () => false,
): Promise<Event[]> {
  const controller = new AbortController();
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(url, { headers, signal: controller.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events: Event[] = [];
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split('\n\n');
    text = parts.pop() ?? '';
    events.push(...parts.flatMap(parse));
    if (enough(events)) break;
  }
  controller.abort();
  return events;
}

function parse(block: string): Event[] {
  const fields = new Map(
    block
      .split('\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const event = fields.get('event');
  return event === undefined
    ? []
    : [{ event, id: fields.get('id'), data: JSON.parse(fields.get('data') ?? 'null') as Event['data'] }];
}

const settled = (events: readonly Event[]): Event[] => events.filter(({ event }) => event === 'settled');
const told = (events: readonly Event[]) => settled(events).map(({ data }) => data.id);

async function start(tasks: object[], options: object = {}): Promise<string> {
  const { body } = await served.post('/runs/tasks', { id: newId(), tasks, options });
  return body.runId;
}

describe('events', () => {
  it('tell progress, each settled task with its position, and the end with the whole run', async () => {
    const id = await start([wait('a', 400), wait('b', 10), wait('c', 900)]);
    const events = await read(`${served.url}/runs/${id}/events`);
    expect(told(events)).toEqual(['b', 'a', 'c']);
    expect(settled(events).map((event) => event.id)).toEqual(['1', '2', '3']);
    expect(events.some(({ event, data }) => event === 'progress' && data.status === 'running')).toBe(true);
    expect(events.at(-1)).toMatchObject({
      event: 'end',
      id: 'end',
      data: { status: 'completed', fanIn: { successCount: 3 } },
    });
  });

  it('go on after a dropped connection with no gap and no double', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const id = await start(
      ids.map((each, index) => wait(each, 50 * index)),
      { concurrency: 40 },
    );
    const all: Event[] = [];
    for (let connections = 0; all.at(-1)?.event !== 'end'; connections++) {
      const last = all.findLast((event) => event.id !== undefined)?.id;
      const part = await read(
        `${served.url}/runs/${id}/events`,
        last,
        (events) => connections < 4 && settled(events).length >= 5,
      );
      all.push(...part);
    }
    expect(told(all).toSorted()).toEqual(ids.toSorted());
    expect(settled(all).map((event) => event.id)).toEqual(ids.map((_, index) => String(index + 1)));
  });

  it('tell a run that is over at once, from any position, and after its end say 204', async () => {
    const id = await start([wait('a', 1), wait('b', 100)]);
    await served.over(id);
    const url = `${served.url}/runs/${id}/events`;
    expect(told(await read(url))).toEqual(['a', 'b']);
    expect(told(await read(url, '1'))).toEqual(['b']);
    expect(told(await read(`${url}?after=2`))).toEqual([]);
    expect(await served.get(`/runs/${id}/events`, { headers: { 'last-event-id': 'end' } })).toMatchObject({
      status: 204,
      body: '',
    });
  });

  it('tell what a cancelled run had', async () => {
    const id = await start([wait('a', 1), wait('b', 30_000)]);
    const reading = read(`${served.url}/runs/${id}/events`);
    setTimeout(() => void served.post(`/runs/${id}/cancel`), 1000);
    const events = await reading;
    expect(told(events)).toEqual(['a', 'b']);
    expect(events.at(-1)).toMatchObject({ event: 'end', data: { status: 'cancelled' } });
  });

  it('refuse an unknown run with 404 and an id that is no position with 400', async () => {
    expect(await served.get('/runs/nobody/events')).toMatchObject({ status: 404 });
    const id = await start([wait('a', 1)]);
    const headers = { 'last-event-id': 'soon' };
    expect(await served.get(`/runs/${id}/events`, { headers })).toMatchObject({
      status: 400,
      body: { field: 'last-event-id' },
    });
  });

  it('stop asking Temporal once the client has left', async () => {
    const id = await start([wait('a', 30_000)]);
    const streams = async () => /^fanfold_event_streams (\d+)$/m.exec((await served.get<string>('/metrics')).body)?.[1];
    await read(`${served.url}/runs/${id}/events`, undefined, (events) => events.length > 0);
    await expect.poll(streams, { timeout: 5000 }).toBe('0');
    await served.post(`/runs/${id}/cancel`);
  });

  it('cost the server at most two calls a second, though a task settles every moment', async () => {
    const asked: string[] = [];
    const connection = await Connection.connect({
      address: inject('temporal').address,
      interceptors: [
        (options, next) => {
          asked.push(options.method_definition.path);
          // Its interface is narrower than the class that is asked for, and is that class.
          return next(options) as GrpcCall;
        },
      ],
    });
    const { taskQueue } = served.stage.fanfold;
    const service = await startService({
      client: new FanfoldClient({ client: new Client({ connection }), taskQueue }),
      port: 0,
    });
    const ids = Array.from({ length: 60 }, (_, index) => `t${index}`);
    const id = await start(
      ids.map((each, index) => wait(each, 100 * index)),
      { concurrency: 60, granularity: 'task' },
    );
    asked.length = 0;
    const began = Date.now();
    const events = await read(`${service.url}/runs/${id}/events`);
    const seconds = (Date.now() - began) / 1000;
    expect(told(events).toSorted()).toEqual(ids.toSorted());
    expect(seconds).toBeGreaterThan(4);
    // The first look is made at once, and so is the last.
    expect(asked.length, asked.join(' ')).toBeLessThan(2 * seconds + 8);
    await service.close();
    await connection.close();
  });

  it('end, without an end event, when the service closes', async () => {
    const service = await startService({ client: served.stage.fanfold, port: 0 });
    const id = await start([wait('a', 30_000)]);
    const reading = read(`${service.url}/runs/${id}/events`);
    await new Promise((resolve) => setTimeout(resolve, 800));
    const began = Date.now();
    await service.close();
    expect(Date.now() - began).toBeLessThan(3000);
    const events = await reading;
    expect(events.map(({ event }) => event)).not.toContain('end');
    expect(events.length).toBeGreaterThan(0);
    await served.post(`/runs/${id}/cancel`);
  });

  it('end at once when the service closes, and so does what was asked, though Temporal has fallen silent', async () => {
    const proxy = await startProxy(inject('temporal').address);
    const client = await FanfoldClient.connect({ address: proxy.address });
    const service = await startService({ client, port: 0 });
    const id = await start([wait('a', 30_000)]);
    const reading = read(`${service.url}/runs/${id}/events`);
    await eventually(
      async () =>
        (await fetch(`${service.url}/metrics`).then((page) => page.text())).includes('streams 1') || undefined,
    );
    proxy.freeze();
    const asked = fetch(`${service.url}/runs/${id}`);
    // Until the stream's next look at the run, and the request, wait for an answer that does not come.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const began = Date.now();
    await service.close();
    expect(Date.now() - began).toBeLessThan(4000);
    expect((await asked).status).toBe(503);
    expect((await reading).map(({ event }) => event)).not.toContain('end');
    await client.close();
    await proxy.close();
    await served.post(`/runs/${id}/cancel`);
  });

  it('are refused beyond so many with 503, until one has ended', async () => {
    const service = await startService({ client: served.stage.fanfold, port: 0, maxEventStreams: 2 });
    const id = await start([wait('a', 30_000)]);
    const url = `${service.url}/runs/${id}/events`;
    const first = new AbortController();
    const open = await Promise.all([fetch(url, { signal: first.signal }), fetch(url)]);
    expect(open.map(({ status }) => status)).toEqual([200, 200]);
    const refused = await fetch(url);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ type: 'urn:problem-type:fanfold:too-many-event-streams' });
    first.abort();
    await eventually(async () => {
      const { status, body } = await fetch(url);
      await body?.cancel();
      return status === 200 || undefined;
    });
    await service.close();
    await served.post(`/runs/${id}/cancel`);
  });
});
