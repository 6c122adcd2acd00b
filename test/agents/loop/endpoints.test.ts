/** How endpoints answer, a hundred ways, played over real HTTP through a turn of the loop: none ends it needlessly, and each ends. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { think, type ModelTurn } from '../../../src/agents/loop/activities/think.ts';
import { readTool } from '../../../src/agents/loop/activities/tool.ts';
import type { Message } from '../../../src/agents/loop/pure/conversation.ts';
import { forgetDialects } from '../../../src/agents/model/dialect.ts';
import { structured } from '../../../src/agents/model/structured.ts';
import {
  answered,
  calling,
  json,
  minds,
  piece,
  said,
  text,
  usable,
  whole,
  type Behaviour,
  type Body,
} from './behaviours.ts';
import { failing } from './failing-behaviours.ts';

let server: Server;
let url = '';
let behave: Behaviour;
let asked: Body[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let sent = '';
    request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(sent || '{}') as Body;
      asked.push(body);
      response.setHeader('connection', 'close');
      behave(body, response, asked.length);
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  forgetDialects();
  asked = [];
});

const tools = {
  orders: readTool({
    description: 'Orders',
    schema: z.object({ orderId: z.int().min(1).optional() }),
    run: async () => ({ rows: [] }),
  }),
};
const conversation: readonly Message[] = [
  { role: 'user', text: 'Where is it?' },
  { role: 'assistant', text: '', planned: true, calls: [{ kind: 'usable', id: 'orders', tool: 'orders', input: {} }] },
  { role: 'tool', callId: 'orders', text: '{"rows":[{"ref":"order 1"}]}' },
];
const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  OPENAI_BASE_URL: url,
  OPENAI_MODEL: 'test-model',
  // A busy machine is silent for a while, too.
  FANFOLD_MODEL_IDLE: '20s',
  ...more,
});
const signal = (): AbortSignal => new AbortController().signal;
const ask = (more: NodeJS.ProcessEnv = {}): Promise<ModelTurn> =>
  think(
    {
      instructions: 'Answer.',
      messages: conversation,
      tools,
      mayCall: true,
      maxTokens: 50,
      signal: signal(),
      onText() {},
    },
    environment(more),
  );

test.each(Object.entries(answered))('answered by the model: %s', async (_name, behaviour) => {
  behave = behaviour;
  expect(await ask({ OPENAI_TEMPERATURE: '0.2' })).toMatchObject({ text, calls: [] });
  const before = asked.length;
  expect(await ask({ OPENAI_TEMPERATURE: '0.2' })).toMatchObject({ text });
  // What was refused or fell short once is known the second time.
  expect(asked.length - before).toBe(1);
});

test.each(Object.entries(calling))('a call of a tool is read: %s', async (_name, [behaviour, count]) => {
  behave = behaviour;
  expect((await ask()).calls).toMatchObject(usable(count));
});

test.each(Object.entries(failing))(
  'a model that %s ends the turn, and says why',
  async (_name, [behaviour, failure]) => {
    behave = behaviour;
    const start = performance.now();
    await expect(ask({ FANFOLD_MODEL_IDLE: '400ms' })).rejects.toMatchObject({
      name: 'ApplicationFailure',
      ...failure,
    });
    expect(performance.now() - start).toBeLessThan(8000);
  },
);

test('a comment now and then is a sign of life, however long the first word takes', async () => {
  behave = (body, response) => {
    const beat = setInterval(() => response.write(': PROCESSING\n\n'), 100);
    setTimeout(() => {
      clearInterval(beat);
      response.end(`data: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`);
    }, 1200);
  };
  expect(await ask({ FANFOLD_MODEL_IDLE: '400ms' })).toMatchObject({ text });
});

test('Azure is asked with its version, and with the key in its own header', async () => {
  let seen = '';
  behave = (body, response) => {
    seen = `${response.req.url} ${String(response.req.headers['api-key'])} ${String(response.req.headers['x-team'])}`;
    said(text)(body, response);
  };
  await ask({ OPENAI_API_KEY: 'k', OPENAI_API_VERSION: '2024-10-21', OPENAI_HEADERS: '{"x-team":"a"}' });
  expect(seen).toBe('/v1/chat/completions?api-version=2024-10-21 k a');
});

test('what its provider added to a turn comes back with it, and looked-up rows are no turn of its own', async () => {
  behave = said(text);
  const messages: Message[] = [
    ...conversation,
    {
      role: 'assistant',
      text: '',
      extra: { reasoning_content: 'hm' },
      calls: [
        {
          kind: 'usable',
          id: 'call-2',
          tool: 'orders',
          input: {},
          sent: { id: 'a|b', extra: { extra_content: { signature: 's' } } },
        },
      ],
    },
    { role: 'tool', callId: 'call-2', text: '{}' },
  ];
  await think(
    { instructions: '', messages, tools, mayCall: true, maxTokens: 50, signal: signal(), onText() {} },
    environment(),
  );
  expect(asked[0]?.messages).toMatchObject([
    { role: 'user', content: expect.stringContaining('order 1') },
    { role: 'assistant', reasoning_content: 'hm', tool_calls: [{ id: 'a|b', extra_content: { signature: 's' } }] },
    { role: 'tool', tool_call_id: 'a|b' },
  ]);
});

const shape = z.object({ city: z.string() });
const data: Record<string, Behaviour> = {
  'behind thoughts with braces': said('<think>{"city": 1}</think>{"city": "Bern"}'),
  'in the thoughts alone': (_, response) =>
    json(response, whole({ content: '', reasoning_content: 'So: {"city": "Bern"}' })),
  'with a fence inside a text': said('{"city": "Bern", "note": "```json\\n{}\\n```"}'),
  'behind words': said('Sure! {"city": "Bern"} Anything else?'),
  'in parts': said([
    { type: 'text', text: '{"city": ' },
    { type: 'text', text: '"Bern"}' },
  ]),
  'from one that minds schemas': minds((body) => 'response_format' in body, 'json_schema is not supported').bind(
    undefined,
  ),
};
test.each(Object.entries(data))('data is read %s', async (name, behaviour) => {
  behave = name.startsWith('from')
    ? (body, response, number) =>
        'response_format' in body ? behaviour(body, response, number) : said('{"city": "Bern"}')(body, response)
    : behaviour;
  const given = {
    instructions: 'Answer.',
    prompt: 'Which?',
    schema: shape,
    name: 'city',
    maxTokens: 50,
    signal: signal(),
  };
  expect((await structured(given, environment())).value).toEqual({ city: 'Bern' });
});
