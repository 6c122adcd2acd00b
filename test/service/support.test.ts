/** The support agent as a service: over HTTP, from the shell, and through the death of its worker in the middle of a tool. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { mkdtemp } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { FanfoldClient, type PendingApproval, type RunView, type SupportAnswer } from '../../src/client.ts';
import type { Problem } from '../../src/http/answers.ts';
import { calls, scriptedModel } from '../support/model.ts';
import { eventually } from '../support/temporal.ts';
import { newId, problemOf, serve } from './http-service.ts';

process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-support-'));
delete process.env['DATABASE_URL'];
delete process.env['OPENAI_BASE_URL'];
delete process.env['OPENAI_API_KEY'];

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const served = serve();
const model = scriptedModel();
const children: ChildProcess[] = [];
const servers: Server[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const waiting = (id: string): Promise<readonly PendingApproval[]> =>
  eventually(async () => (await served.get(`/runs/${id}`)).body.approvals);

interface StreamEvent {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** The stream of a run to its end. */
async function eventsOf(id: string, last?: string): Promise<StreamEvent[]> {
  const headers = last === undefined ? {} : { 'last-event-id': last };
  const text = await (await fetch(`${served.url}/runs/${id}/events`, { headers })).text();
  return text.split('\n\n').flatMap((block) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    return data === undefined ? [] : [{ event: field('event'), id: field('id'), data: JSON.parse(data) as unknown }];
  });
}

describe('over HTTP', () => {
  const refund = { message: 'Refund the double charge of order 1042', customer: 7 };

  test('a run tells what waits for a person, takes the decision, and ends with the answer', async () => {
    const id = newId();
    expect((await served.post('/runs/support', { id, input: refund })).status).toBe(202);
    const [pending] = await waiting(id);
    expect(pending).toMatchObject({ callId: 'refund-P-10422', tool: 'refund', input: { amountCents: 12_990 } });
    const wrong = await served.post<Problem>(`/runs/${id}/approve`, { callId: 'another' });
    expect(problemOf(wrong)).toMatchObject({ status: 409, field: 'callId' });
    const decided = await served.post(`/runs/${id}/reject`, { callId: pending?.callId, by: 'Ada', reason: 'Not now.' });
    expect(decided.status).toBe(200);
    const { status, answer } = await served.over(id);
    expect(status).toBe('completed');
    expect(answer).toMatchObject({
      actions: [{ state: 'rejected', by: 'Ada' }],
      text: expect.stringContaining('Not now.'),
    });
  });

  test('what cannot be meant is refused', async () => {
    for (const input of [{ ...refund, customer: '7' }, { ...refund, message: ' ' }, { message: 'hello' }]) {
      expect(problemOf(await served.post<Problem>('/runs/support', { input })).status).toBe(400);
    }
  });

  test('an answer is streamed by its sentences once all have passed, resumes behind the last one, and what was sent back is in no event', async () => {
    process.env['OPENAI_BASE_URL'] = model.url;
    model.classifies({ topics: ['order'], orderId: 1042 });
    model.plays(
      { content: 'It is on its way [order 1042]. Your payment has been refunded [order 1042].' },
      { content: 'It is on its way [order 1042]. It is in transit [order 1042].' },
    );
    const id = newId();
    await served.post('/runs/support', { id, input: { message: 'Where is my order 1042?', customer: 7 } });
    const events = await eventsOf(id);
    delete process.env['OPENAI_BASE_URL'];
    const deltas = events.filter(({ event }) => event === 'delta');
    expect(deltas.map(({ data }) => data)).toEqual([
      { text: 'It is on its way [order 1042]. ' },
      { text: 'It is in transit [order 1042].' },
    ]);
    const end = events.at(-1);
    expect(end).toMatchObject({ event: 'end', data: { answer: { metrics: { returns: 1 } } } });
    expect(JSON.stringify(events.slice(0, -1))).not.toContain('has been refunded');
    const [first] = deltas;
    expect((await eventsOf(id, first?.id)).map(({ event, id: at }) => [event, at])).toEqual([
      ['delta', deltas[1]?.id],
      ['end', 'end'],
    ]);
  });

  test('a run of tasks cannot reach what an agent may do', async () => {
    const input = { agent: 'support', subject: { customer: 8 }, key: 'k', call: {} };
    const tasks = [{ id: 'a', activity: 'executeAction', input }];
    const id = newId();
    await served.post('/runs/tasks', { id, tasks });
    expect(await served.over(id)).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
  });
});

interface Place {
  readonly folder: string;
  readonly taskQueue: string;
  readonly environment: NodeJS.ProcessEnv;
}

async function place(more: NodeJS.ProcessEnv = {}): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-support-'));
  const taskQueue = `support-${folder.slice(-6)}`;
  const own = { FANFOLD_HOME: folder, FANFOLD_TASK_QUEUE: taskQueue, NO_COLOR: '1' };
  return { folder, taskQueue, environment: { TEMPORAL_ADDRESS: inject('temporal').address, ...own, ...more } };
}

function start({ environment, folder }: Place, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...process.env, ...environment } });
  children.push(child);
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.resume();
  child.stdin.end();
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout }));
  return { child, ended };
}

/** A carrier that answers only when it is told to. */
async function slowCarrier() {
  const held: ServerResponse[] = [];
  let isSlow = true;
  const answer = (response: ServerResponse): unknown =>
    response.end(JSON.stringify({ tracking: 'NL', status: 'in transit', events: [] }));
  const server = createServer((_request, response) => (isSlow ? held.push(response) : answer(response)));
  servers.push(server);
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => held.length,
    hurry: () => {
      isSlow = false;
    },
  };
}

test('a worker killed in the middle of a tool costs no paid call: its successor asks the model only what was left', async () => {
  const carrier = await slowCarrier();
  const here = await place({ OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'paid', FANFOLD_CARRIER_URL: carrier.url });
  model.classifies({ topics: ['order'], orderId: 1042 });
  model.plays(calls(['shipping', { orderId: 1042 }, 'call_a'], ['payments', { orderId: 1042 }, 'call_b']), {
    content: 'It is on its way [order 1042].',
  });
  const connection = await Connection.connect({ address: inject('temporal').address });
  const fanfold = new FanfoldClient({ client: new Client({ connection }), taskQueue: here.taskQueue });
  const first = start(here, 'worker');
  const { runId } = await fanfold.start('support', { message: 'Where is my order 1042?', customer: 7 });
  await eventually(() => (carrier.asked() > 0 ? true : undefined));
  const paid = model.mock.getRequests().length;
  expect(paid).toBe(2);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  carrier.hurry();
  start(here, 'worker');
  const view = await fanfold.result(runId);
  expect(view).toMatchObject({
    status: 'completed',
    answer: { method: 'model', text: 'It is on its way [order 1042].' },
  });
  expect(model.mock.getRequests()).toHaveLength(3);
  await connection.close();
});

test('from the shell, a question is answered, and a refund is approved in a second command', async () => {
  const here = await place();
  const asked = await start(here, 'support', 'Was I charged twice for order 1042?', '--customer', '7').ended;
  expect(asked.code).toBe(0);
  for (const part of ['charged twice', 'payment P-10422', 'Next', 'No model was used'])
    expect(asked.stdout).toContain(part);

  const words = [
    'support',
    'Please refund the double charge of order 1042',
    '--customer',
    '7',
    '--id',
    `shell-${here.taskQueue}`,
  ];
  const left = await start(here, ...words).ended;
  expect(left.code).toBe(0);
  expect(left.stdout).toContain('Waits for a person');
  const [, runId = '', call = ''] = /approve (\S+) (\S+)\n/.exec(left.stdout) ?? [];
  const decided = await start(here, 'approve', runId, call, '--by', 'Ada', '--json').ended;
  const view = JSON.parse(decided.stdout) as RunView;
  expect(view.status).toBe('completed');
  expect((view.answer as SupportAnswer).actions).toMatchObject([{ state: 'verified', by: 'Ada' }]);
  expect(decided.code).toBe(0);

  expect((await start(here, 'support', 'hello').ended).code).toBe(2);
  expect((await start(here, 'support', 'hello', '--customer', 'seven').ended).code).toBe(2);
});
