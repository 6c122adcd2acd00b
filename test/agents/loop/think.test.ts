/** One streamed turn of a model over real sockets: signs of life, cuts, aborts and refusals, in both of OpenAI's dialects. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { think, type ModelTurn } from '../../../src/agents/loop/activities/think.ts';
import { readTool } from '../../../src/agents/loop/activities/tool.ts';

const tools = {
  orders: readTool({
    description: 'Orders',
    schema: z.object({ orderId: z.int().min(1).optional() }),
    run: async () => ({ rows: [] }),
  }),
};
let server: Server;
let url = '';
let play: (response: ServerResponse) => void = (response) => response.end();

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/event-stream').setHeader('connection', 'close');
    play(response);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const beats: number[] = [];
function ask(api: 'chat' | 'responses', signal = new AbortController().signal): Promise<ModelTurn> {
  beats.length = 0;
  const onText = (characters: number): void => void beats.push(characters);
  const messages = [{ role: 'user' as const, text: 'Where is it?' }];
  const request = { instructions: 'Answer.', messages, tools, mayCall: true, maxTokens: 50, signal, onText };
  return think(request, { OPENAI_BASE_URL: url, OPENAI_MODEL: 'test-model', OPENAI_API: api });
}
const sent = (...events: readonly object[]): string =>
  events
    .map((event) => `${'type' in event ? `event: ${String(event.type)}\n` : ''}data: ${JSON.stringify(event)}\n\n`)
    .join('');
const delta = (given: object, finish: string | null = null): object => ({
  model: 'real-name',
  choices: [{ index: 0, delta: given, finish_reason: finish }],
});
const plays = (text: string): void => {
  play = (response) => response.end(text);
};

describe('a turn over chat completions', () => {
  const rounding = '{"orderId":9007199254740993}';
  const wholeOf = (message: string): string =>
    `{"model":"m","choices":[{"message":${message},"finish_reason":"stop"}]}`;
  const calling = (given: string): string =>
    `{"tool_calls":[{"id":"a","function":{"name":"orders","arguments":${given}}}]}`;
  test.each([
    ['as text', wholeOf(calling(JSON.stringify(rounding)))],
    ['as an object', wholeOf(calling(rounding))],
    ['as an object in a stream', `data: {"choices":[{"delta":${calling(rounding)},"finish_reason":"stop"}]}\n\n`],
    [
      'as Ollama has them',
      `{"message":${calling(rounding)},"done_reason":"stop","total_duration":12345678901234567890}`,
    ],
    [
      'written into its text',
      wholeOf(JSON.stringify({ content: `<tool_call>{"name":"orders","arguments":${rounding}}</tool_call>` })),
    ],
  ])('asks for nothing with a number that would be rounded to the one of another order: %s', async (_how, body) => {
    plays(body);
    const { calls } = await ask('chat');
    const problem = expect.stringContaining('9007199254740993 would be rounded');
    expect(calls).toMatchObject([{ kind: 'unusable', tool: 'orders', given: rounding, problem }]);
  });

  test('with numbers that are kept asks for what it says, whatever else is too large', async () => {
    const kept = '{"orderId":9007199254740991}';
    plays(`{"message":${calling(kept)},"done_reason":"stop","total_duration":12345678901234567891}`);
    const input = { orderId: Number.MAX_SAFE_INTEGER };
    expect(await ask('chat')).toMatchObject({ calls: [{ kind: 'usable', id: 'a', input }] });
  });

  test('is put together from its pieces, each a sign of life', async () => {
    plays(
      sent(
        delta({ content: 'It is ' }),
        delta({ content: 'here.' }),
        delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'orders', arguments: '{"order' } }] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: 'Id": 7}' } }] }, 'tool_calls'),
        { choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } },
      ) + 'data: [DONE]\n\n',
    );
    expect(await ask('chat')).toEqual({
      text: 'It is here.',
      calls: [{ kind: 'usable', id: 'a', tool: 'orders', input: { orderId: 7 } }],
      usage: { inputTokens: 9, outputTokens: 4 },
      model: 'real-name',
    });
    expect(beats[0]).toBe('It is '.length);
  });

  test.each([
    ['ends without saying why', sent(delta({ content: 'It is' }))],
    ['is empty', ''],
  ])('that %s was cut, which may pass', async (_how, text) => {
    plays(text);
    await expect(ask('chat')).rejects.toMatchObject({ type: 'ModelStreamCut', nonRetryable: false });
  });

  test('whose connection breaks may be tried again', async () => {
    play = (response) => {
      response.write(sent(delta({ content: 'It is' })));
      setTimeout(() => response.destroy(), 20);
    };
    await expect(ask('chat')).rejects.toMatchObject({ name: 'ApplicationFailure', nonRetryable: false });
  });

  test('that is cancelled in the middle ends with the reason, and the connection with it', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const closed = new Promise<void>((done) => {
      play = (response) => {
        response.write(sent(delta({ content: 'It is' })));
        response.once('close', done);
        setTimeout(() => controller.abort(reason), 20);
      };
    });
    await expect(ask('chat', controller.signal)).rejects.toBe(reason);
    await closed;
  });

  test('that says more than anybody reads is given up for good', async () => {
    plays(sent(...Array.from({ length: 25 }, () => delta({ content: 'x'.repeat(10_000) }))));
    await expect(ask('chat')).rejects.toMatchObject({ type: 'MalformedModelAnswer', nonRetryable: true });
  });

  test.each([
    ['not JSON', '{"orderId":'],
    ['orderId', '{"orderId": "all"}'],
  ])('whose arguments cannot be used says why: %s', async (problem, given) => {
    plays(sent(delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'orders', arguments: given } }] }, 'stop')));
    const { calls } = await ask('chat');
    expect(calls).toMatchObject([{ kind: 'unusable', given, problem: expect.stringContaining(problem) }]);
  });
});

describe('a turn over the Responses API', () => {
  const response = (output: readonly object[]): object => ({
    type: 'response.completed',
    response: { model: 'real-name', output, usage: { input_tokens: 9, output_tokens: 4 } },
  });

  test('is read from its end', async () => {
    const text = { type: 'message', content: [{ type: 'output_text', text: 'Here.' }] };
    const call = { type: 'function_call', call_id: 'a', name: 'orders', arguments: '{}' };
    plays(sent({ type: 'response.output_text.delta', delta: 'Here.' }, response([text, call])));
    expect(await ask('responses')).toMatchObject({
      text: 'Here.',
      calls: [{ kind: 'usable', id: 'a', tool: 'orders', input: {} }],
      usage: { inputTokens: 9, outputTokens: 4 },
    });
    expect(beats).toEqual([5]);
  });

  test('with arguments as an object asks for nothing with a number that would be rounded', async () => {
    const call = '{"type":"function_call","call_id":"a","name":"orders","arguments":{"orderId":9007199254740993}}';
    plays(`{"object":"response","status":"completed","output":[${call}]}`);
    const problem = expect.stringContaining('9007199254740993 would be rounded');
    expect(await ask('responses')).toMatchObject({ calls: [{ kind: 'unusable', id: 'a', problem }] });
  });

  test('without an end was cut, and a refusal is final', async () => {
    plays(sent({ type: 'response.output_text.delta', delta: 'He' }));
    await expect(ask('responses')).rejects.toMatchObject({ type: 'ModelStreamCut', nonRetryable: false });
    plays(sent(response([{ type: 'message', content: [{ type: 'refusal', refusal: 'I will not' }] }])));
    await expect(ask('responses')).rejects.toMatchObject({ type: 'ModelDeclined', nonRetryable: true });
  });
});
