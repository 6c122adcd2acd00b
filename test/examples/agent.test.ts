/** The desk of examples/agent from end to end: with a model and without one, approved, refused, handed over, and from the shell. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { defineAgent, type AgentAnswer, type HandOver } from 'fanfold/agent';
import { desk } from '../../examples/agent/desk.ts';
import { sorted } from '../../examples/agent/sorted.ts';
import { askDesk } from '../../examples/agent/tool.ts';
import { FanfoldClient, type RunView } from '../../src/client.ts';
import { createWorker, type FanfoldWorker } from '../../src/worker.ts';
import { blindAgent } from '../support/blind-agent.ts';
import { calls, scriptedModel } from '../support/model.ts';
import { eventually, quietLogs } from '../support/temporal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const taskQueue = `agent-${process.pid}`;
process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-agent-'));
const model = scriptedModel();
const handedOver: HandOver[] = [];
const blind = blindAgent({ onHandOver: (given) => void handedOver.push(given) });
const limited = defineAgent({
  name: 'limited',
  instructions: 'You say what is on the shelf.',
  tools: ({ read }) => ({
    shelf: read({ description: 'The shelf', input: z.object({}), limit: 'shelves', run: () => [{ ref: 'shelf 1' }] }),
  }),
  plan: () => [{ tool: 'shelf', input: {} }],
});
let fanfold: FanfoldClient;
let worker: FanfoldWorker;
let running: Promise<void>;

beforeAll(async () => {
  quietLogs();
  const { address, codePath } = inject('temporal');
  worker = await createWorker({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    parts: [desk.part, blind.part, limited.part, sorted.part],
    limits: { shelves: { concurrency: 1 } },
    worker: { workflowBundle: { codePath } },
  });
  running = worker.run();
  const client = new Client({ connection: await Connection.connect({ address }) });
  fanfold = new FanfoldClient({ client, taskQueue, kinds: [desk.kind, blind.kind, limited.kind, sorted.kind] });
});
afterAll(async () => {
  worker.shutdown();
  await running;
});
beforeEach(() => {
  delete process.env['OPENAI_BASE_URL'];
});

const answerOf = ({ answer, error }: RunView): AgentAnswer => {
  if (answer === undefined) throw new Error(`There is no answer: ${JSON.stringify(error)}`);
  return answer as AgentAnswer;
};
const ask = (message: string): Promise<RunView> =>
  fanfold.run('agent', { agent: 'desk', message, subject: { guest: 7 } });

test('without a model what was planned is looked up, and its rows are the answer', async () => {
  const answer = answerOf(await ask('How long may I stay?'));
  expect(answer).toMatchObject({ method: 'rules', nextAction: expect.stringContaining('Whoever asked sees') });
  expect(answer.handOver).toBeUndefined();
  expect(answer.text).toContain('[booking 12]');
  expect(answer.note).toContain('No model was used');
});

test('who it is about is checked before anything is looked up, and another guest sees nothing', async () => {
  const wrong = await fanfold.run('agent', { agent: 'desk', message: 'hello', subject: { guest: 'seven' } });
  expect(wrong).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('subject') } });
  const other = await fanfold.run('agent', { agent: 'desk', message: 'hello', subject: { guest: 8 } });
  expect(answerOf(other).handOver).toContain('nothing that was looked up');
});

test('with a model an action waits for a person, is made once, read back, and only then said', async () => {
  process.env['OPENAI_BASE_URL'] = model.url;
  model.plays(
    calls(['extend', { room: 12, until: '2026-12-06', cents: 17_800 }, 'call_a']),
    { content: 'Your stay in room 12 is extended to 2027-12-06 [extension 12].' },
    { content: 'Your stay in room 12 is extended to 6 December 2026 [extension 12].' },
  );
  const { runId } = await fanfold.start(desk.kind, {
    agent: 'desk',
    message: 'May I stay two nights more?',
    subject: { guest: 7 },
    earlier: [{ role: 'user', text: 'Hello, I am in room 12.' }],
  });
  const [pending] = await eventually(async () => (await fanfold.get(runId)).approvals);
  expect(pending).toMatchObject({ callId: 'call_a', tool: 'extend' });
  await fanfold.say(runId, 'approve', { callId: 'call_a', by: 'Ada' });
  const answer = answerOf(await fanfold.result(runId));
  expect(answer).toMatchObject({
    method: 'model',
    text: 'Your stay in room 12 is extended to 6 December 2026 [extension 12].',
    actions: [{ tool: 'extend', state: 'verified', by: 'Ada' }],
    metrics: { returns: 1 },
  });
  expect(JSON.stringify(model.asked()[0]?.messages)).toContain('I am in room 12');
});

test('what nobody decided on by the deadline is not done, said not to be, and handed over', async () => {
  process.env['OPENAI_BASE_URL'] = model.url;
  model.plays(calls(['extend', { room: 12, until: '2026-12-08', cents: 35_600 }, 'call_d']));
  const asked = { agent: 'desk', message: 'Four nights more?', subject: { guest: 7 } };
  const answer = answerOf(await fanfold.run('agent', { ...asked, options: { deadline: '8s' } }));
  expect(answer).toMatchObject({
    limitedBy: 'deadline',
    text: expect.stringContaining('extend: Nobody decided in time, so it was not done.'),
    handOver: 'nobody decided in time on extend',
  });
});

test('a look-up that failed is handed to a person, who is told of it, and denies nothing', async () => {
  const answer = answerOf(await fanfold.run('agent', { agent: 'blind', message: 'Where is it?' }));
  expect(answer.handOver).toContain('could not be looked up');
  expect(answer.nextAction).toContain('A person takes over');
  expect(handedOver).toMatchObject([
    { agent: 'blind', message: 'Where is it?', answer: { handOver: answer.handOver } },
  ]);
});

test('a tool with a limit waits at it, and the agent’s other steps do not', async () => {
  const view = await fanfold.run(limited.kind, { agent: 'limited', message: 'What is there?' });
  expect(answerOf(view).text).toContain('[shelf 1]');
  const { events } = await fanfold.temporal.workflow.getHandle(view.runId).fetchHistory();
  const queues = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.taskQueue?.name === taskQueue ? [] : (scheduled?.activityType?.name ?? []),
  );
  expect(queues).toEqual(['limited.lookUp']);
});

test('the desk is a tool of another agent, for the guest of the caller alone', async () => {
  expect(await askDesk(fanfold, 7).execute({ message: 'How long may I stay?' })).toContain('[booking 12]');
  expect(await askDesk(fanfold, 8).execute({ message: 'And guest 7?' })).toContain('A person takes over');
});

test('a run of the desk that has no answer is an error of the tool', async () => {
  const failing = { run: async () => ({ status: 'failed' }) as RunView };
  await expect(askDesk(failing, 7).execute({ message: 'How long?' })).rejects.toThrow('its run is failed');
});

test('what cannot be meant is refused where it is written', () => {
  expect(() => defineAgent({ name: 'No', instructions: '', tools: {} })).toThrow('name');
  expect(() => defineAgent({ name: 'a', instructions: '', tools: {}, limits: { turns: 0 } })).toThrow('turns');
});

test('from the shell nothing is asked about another subject than the one that was written', async () => {
  const asked = ['agent', 'desk', 'How long?', '--subject', '{"guest":9007199254740993}'];
  const cwd = join(root, 'examples/agent');
  const failed = await promisify(execFile)(process.execPath, [join(root, 'dist/cli.js'), ...asked], { cwd }).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ stderr: expect.stringContaining('9007199254740993 would be rounded') });
});

test('from the shell the agent of a configuration is asked by its name', async () => {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/cli.js'), 'agent', 'desk', 'How long?', '--subject', '{"guest":7}', '--json'],
    {
      cwd: join(root, 'examples/agent'),
      env: {
        ...process.env,
        TEMPORAL_ADDRESS: inject('temporal').address,
        FANFOLD_TASK_QUEUE: `${taskQueue}-shell`,
        FANFOLD_HOME: mkdtempSync(join(tmpdir(), 'fanfold-agent-')),
      },
    },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect(code, said).toBe(0);
  expect((JSON.parse(out) as RunView).answer).toMatchObject({ text: expect.stringContaining('[booking 12]') });
});

test('without a model a desk that sorts first answers what it can, and hands over what no tool can do', async () => {
  const answered = async (message: string): Promise<AgentAnswer> =>
    (await fanfold.run(sorted.kind, { agent: 'sorted', message })).answer as AgentAnswer;
  expect(await answered('May I stay longer?')).toMatchObject({ cited: [{ ref: 'booking 12' }] });
  expect(await answered('What is for breakfast?')).toMatchObject({
    cited: [],
    handOver: expect.stringContaining('no tool'),
  });
});
