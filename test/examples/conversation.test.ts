/** Conversations with the desk of examples/agent: threads, questions asked back, and whose they are. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { AgentAnswer } from 'fanfold/agent';
import { desk } from '../../examples/agent/desk.ts';
import { FanfoldClient, type RunView } from '../../src/client.ts';
import { createWorker, type FanfoldWorker } from '../../src/worker.ts';
import { calls, scriptedModel } from '../support/model.ts';
import { eventually, quietLogs } from '../support/temporal.ts';
import { problemOf, serve, type Answer } from '../service/http-service.ts';
import type { Problem } from '../../src/http/answers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const taskQueue = `conversation-${process.pid}`;
process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-conversation-'));
const model = scriptedModel();
const on: { fanfold: FanfoldClient } = { fanfold: undefined as never };
let worker: FanfoldWorker;
let running: Promise<void>;

beforeAll(async () => {
  quietLogs();
  const { address, codePath } = inject('temporal');
  worker = await createWorker({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    parts: [desk.part],
    worker: { workflowBundle: { codePath } },
  });
  running = worker.run();
  const client = new Client({ connection: await Connection.connect({ address }) });
  on.fanfold = new FanfoldClient({ client, taskQueue, kinds: [desk.kind] });
});
afterAll(async () => {
  worker.shutdown();
  await running;
});
beforeEach(() => {
  process.env['OPENAI_BASE_URL'] = model.url;
});
const served = serve({}, on);

const newThread = (): string => `chat-${randomUUID().slice(0, 8)}`;
const say = <B = RunView>(thread: string, message: string, more: object = {}): Promise<Answer<B>> =>
  served.post<B>(`/threads/${thread}`, { agent: 'desk', message, subject: { guest: 7 }, ...more });
const answerOf = ({ answer }: RunView): AgentAnswer => answer as AgentAnswer;
const lastAsked = (): string => JSON.stringify(model.asked().at(-1)?.messages);
const question = (runId: string): Promise<string> =>
  eventually(async () => (await served.get(`/runs/${runId}`)).body.approvals?.[0]?.question);

test('a question waits for its answer, which is a message of the thread, and the next run is told of both', async () => {
  const thread = newThread();
  model.plays(calls(['ask', { question: 'Which room do you mean?' }, 'q1']), {
    content: 'Room 12 is yours [booking 12].',
  });
  expect(await say(thread, 'Is my room booked?')).toMatchObject({ status: 202, body: { runId: thread } });
  expect(await question(thread)).toBe('Which room do you mean?');
  expect(await say(thread, 'The one at the garden')).toMatchObject({ status: 200, body: { runId: thread } });
  const first = await served.over(thread);
  expect(answerOf(first)).toMatchObject({
    text: 'Room 12 is yours [booking 12].',
    exchanged: [
      { role: 'assistant', text: 'Which room do you mean?' },
      { role: 'user', text: 'The one at the garden' },
    ],
  });
  expect(lastAsked()).toContain('The one at the garden');
  expect((await say(thread, 'Thank you')).status).toBe(202);
  await served.over(thread);
  const told = lastAsked();
  for (const said of [
    'Is my room booked?',
    'Which room do you mean?',
    'The one at the garden',
    'Room 12 is yours',
    'Thank you',
  ])
    expect(told).toContain(said);
});

test('a message is not taken while the last one is being answered, and one that is sent again starts nothing', async () => {
  const thread = newThread();
  model.plays(calls(['extend', { room: 12, until: '2026-12-06', cents: 17_800 }, 'call_a']), {
    content: 'It is yours [booking 12].',
  });
  expect((await say(thread, 'May I stay?', { messageId: 'm1' })).status).toBe(202);
  await eventually(async () => (await served.get(`/runs/${thread}`)).body.approvals);
  const refused = await say<Problem>(thread, 'Hello?');
  expect(problemOf(refused)).toMatchObject({ status: 409, detail: expect.stringContaining('still answering') });
  expect((await say(thread, 'May I stay?', { messageId: 'm1' })).status).toBe(200);
  await served.post(`/runs/${thread}/reject`, { callId: 'call_a', by: 'Ada' });
  await served.over(thread);
  const again = await say(thread, 'May I stay?', { messageId: 'm1' });
  expect(again).toMatchObject({ status: 200, body: { status: 'completed' } });
});

test('a thread is about one subject and of one agent, and a run that is no conversation is none', async () => {
  const thread = newThread();
  model.plays({ content: 'It is yours [booking 12].' });
  await say(thread, 'Is my room booked?');
  await served.over(thread);
  const other = await say<Problem>(thread, 'And mine?', { subject: { guest: 8 } });
  expect(problemOf(other)).toMatchObject({ status: 422, field: 'subject' });
  const run = await served.post('/runs/tasks', { tasks: [{ id: 'a', activity: 'echo', input: 1 }], id: newThread() });
  expect(problemOf(await say<Problem>(run.body.runId, 'Hello'))).toMatchObject({ status: 409 });
});

test('a question is answered by `reply`, and `approve` says so', async () => {
  model.plays(calls(['ask', { question: 'Which room?' }, 'q1']), { content: 'Yes [booking 12].' });
  const { runId } = await on.fanfold.start(desk.kind, { agent: 'desk', message: 'My room?', subject: { guest: 7 } });
  await question(runId);
  await expect(on.fanfold.say(runId, 'approve', { callId: 'q1' })).rejects.toThrow('answer it with `reply`');
  await on.fanfold.say(runId, 'reply', { text: 'Twelve', by: 'Guest' });
  await on.fanfold.result(runId);
});

test('where nothing is asked there is nothing to reply to', async () => {
  model.plays(calls(['extend', { room: 12, until: '2026-12-06', cents: 17_800 }, 'call_a']), { content: 'No.' });
  const acting = await on.fanfold.start(desk.kind, { agent: 'desk', message: 'Longer?', subject: { guest: 7 } });
  await eventually(async () => (await on.fanfold.get(acting.runId)).approvals);
  await expect(on.fanfold.say(acting.runId, 'reply', { text: 'Yes' })).rejects.toThrow('answers no question');
  await on.fanfold.cancel(acting.runId);
});

/** What the command answered as JSON; the worker is that of this test. */
async function shell(...words: readonly string[]): Promise<RunView> {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...words, '--json'], {
    cwd: join(root, 'examples/agent'),
    env: { ...process.env, TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_TASK_QUEUE: taskQueue },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  if (out === '') throw new Error(said);
  return JSON.parse(out) as RunView;
}

test('from the shell a thread is begun, its question is shown, and answered by the next message or by `reply`', async () => {
  const thread = newThread();
  model.plays(calls(['ask', { question: 'Which room?' }, 'q1']), { content: 'Yes [booking 12].' });
  const about = ['--subject', '{"guest":7}', '--thread', thread];
  const asking = await shell('agent', 'desk', 'My room?', ...about);
  expect(asking).toMatchObject({ runId: thread, status: 'running', approvals: [{ question: 'Which room?' }] });
  const answered = await shell('reply', thread, 'Twelve');
  expect(answered).toMatchObject({ status: 'completed', answer: { text: 'Yes [booking 12].' } });
});
