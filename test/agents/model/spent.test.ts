/** What a call of a model has cost where its endpoint does not say: it ends before it does, or the endpoint never says so. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asyncLocalStorage } from '@temporalio/activity';
import { noopMetricMeter } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete } from '../../../src/agents/model/completion.ts';
import { embedded } from '../../../src/agents/research/activities/depth/embed.ts';
import { costed } from '../../../src/limits/costs/here.ts';
import { CostRecorder } from '../../../src/limits/costs/recorder.ts';
import type { CostEntry, CostTable } from '../../../src/limits/costs/table.ts';
import { noUse } from '../../../src/limits/learned/tenant-budget.ts';

const piece = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const thought = 'x'.repeat(150);
const part = { type: 'output_text', text: thought };
const call = { function: { name: 'orders', arguments: JSON.stringify({ note: 'x'.repeat(133) }) } };
const stream = { 'content-type': 'text/event-stream' };
const answers: Record<string, (response: ServerResponse) => void> = {
  'is silent': () => {},
  'stops amid its answer': (response) => response.writeHead(200, stream).write(piece('x'.repeat(300))),
  'breaks off': (response) => response.writeHead(200, stream).end(piece('x'.repeat(300))),
  'never says how much': (response) =>
    response.end(JSON.stringify({ choices: [{ message: { content: 'x'.repeat(300) }, finish_reason: 'stop' }] })),
  'says how much': (response) =>
    response.end(
      JSON.stringify({
        choices: [{ message: { content: 'Hi.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 9, completion_tokens: 4 },
      }),
    ),
  'thinks and calls and never says how much': (response) =>
    response.end(
      JSON.stringify({
        choices: [{ message: { reasoning_content: thought, tool_calls: [call] }, finish_reason: 'stop' }],
      }),
    ),
  'stops amid its thoughts': (response) =>
    response.writeHead(200, stream).write(event({ choices: [{ delta: { reasoning: 'x'.repeat(300) } }] })),
  'answers a whole response': (response) =>
    response.end(
      JSON.stringify({
        object: 'response',
        output: [
          { type: 'message', content: [part] },
          { type: 'function_call', ...call.function },
        ],
      }),
    ),
  'stops amid the arguments of a response': (response) =>
    response
      .writeHead(200, stream)
      .write(event({ type: 'response.function_call_arguments.delta', delta: 'x'.repeat(300) })),
  refuses: (response) => response.writeHead(429).end('{}'),
  'refuses for good': (response) => response.writeHead(401).end('{}'),
};
let way = '';
let arrived = (): void => {};
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    answers[way]?.(response);
    arrived();
  });
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const written: CostEntry[] = [];
const table: CostTable = {
  add: async (entries) => void written.push(...entries),
  used: async () => noUse,
  ofRuns: async () => [],
  ofTasks: async () => [],
  ofTenants: async () => [],
  forgetRuns: async () => {},
  close: async () => {},
};
const inbound = costed(new CostRecorder({ table, budgets: {}, onMessage: () => {} }));

/** What an attempt that asks so has cost, whose caller leaves as soon as the endpoint has the request, where it does. */
async function spent(leaves: boolean, ask: (environment: NodeJS.ProcessEnv, signal: AbortSignal) => Promise<unknown>) {
  written.length = 0;
  const caller = new AbortController();
  // After what the endpoint has written by then.
  arrived = () => void (leaves && setTimeout(() => caller.abort(new Error('left')), 100));
  const info = { workflowExecution: { workflowId: 'r', runId: 'r1' }, workflowType: 'runTasks', activityId: 't' };
  const context = { info: { ...info, attempt: 1, priority: { fairnessKey: 'acme' } }, metricMeter: noopMetricMeter };
  const environment = {
    OPENAI_BASE_URL: url,
    OPENAI_MODEL: 'm',
    OPENAI_API: way.includes('response') ? 'responses' : 'chat',
    FANFOLD_MODEL_IDLE: leaves ? '1h' : '300ms',
    FANFOLD_MODEL_PRICES: JSON.stringify({ m: { input: 3000, output: 3000 } }),
  };
  await asyncLocalStorage
    .run(context as never, async () =>
      inbound.execute?.({ args: [], headers: {} }, () => ask(environment, caller.signal)),
    )
    .catch(() => {});
  return written.map(({ tenant, use }) => ({ tenant, ...use }));
}
const prompt = 'y'.repeat(3000);
const chat = (environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<unknown> =>
  complete({ instructions: 'Answer.', prompt, maxTokens: 50, signal }, environment);

test.each([
  ['is silent', false, 0],
  ['is silent', true, 0],
  ['stops amid its answer', false, 100],
  ['stops amid its answer', true, 100],
  ['breaks off', false, 100],
  ['never says how much', false, 100],
  ['thinks and calls and never says how much', false, 100],
  ['stops amid its thoughts', true, 100],
  ['answers a whole response', false, 100],
  ['stops amid the arguments of a response', true, 100],
] as const)(
  'a model that %s is counted by what was sent and came, also where its caller left: %s',
  async (how, leaves, out) => {
    way = how;
    const [use, ...others] = await spent(leaves, chat);
    expect(others).toEqual([]);
    expect(use).toMatchObject({ tenant: 'acme', calls: 1, priced: 1, guessed: 1, outputTokens: out });
    expect(use?.inputTokens).toBeGreaterThan(1000);
    expect(use?.inputTokens).toBeLessThan(1200);
    expect(use?.cost).toBeCloseTo(0.003 * ((use?.inputTokens ?? 0) + out));
  },
);

test('what is guessed is the same number to the run as in the costs, and is said to be a guess', async () => {
  way = 'never says how much';
  let answer: unknown;
  const [use] = await spent(false, async (environment, signal) => (answer = await chat(environment, signal)));
  const { inputTokens = 0, outputTokens = 0, cost } = use ?? {};
  expect(use).toMatchObject({ guessed: 1, outputTokens: 100 });
  expect(answer).toMatchObject({ usage: { inputTokens, outputTokens, cost, isGuess: true } });
});

test('what an endpoint says is no guess', async () => {
  way = 'says how much';
  let answer: unknown;
  const [use] = await spent(false, async (environment, signal) => (answer = await chat(environment, signal)));
  expect(use).toMatchObject({ guessed: 0, inputTokens: 9, outputTokens: 4 });
  expect(answer).toMatchObject({ usage: { inputTokens: 9, outputTokens: 4 } });
  expect(answer).not.toHaveProperty('usage.isGuess');
});

test.each(['refuses', 'refuses for good'])('a model that %s costs nothing', async (how) => {
  way = how;
  expect(await spent(false, chat)).toEqual([]);
});

test('a request that its caller had left before it was sent costs nothing', async () => {
  way = 'is silent';
  expect(await spent(false, (environment) => chat(environment, AbortSignal.abort(new Error('left'))))).toEqual([]);
});

test('vectors that nobody waits for any more are counted as well', async () => {
  way = 'is silent';
  const ask = (environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<unknown> =>
    embedded([prompt], 'm', { environment, signal });
  expect(await spent(true, ask)).toMatchObject([{ calls: 1, inputTokens: 1000, outputTokens: 0, cost: 3 }]);
});
