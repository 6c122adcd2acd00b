/** The language model's edge, over a real socket: what may be tried again, what may not, and what is no answer. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApplicationFailure } from '@temporalio/common';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { complete, modelConfigured } from '../../../src/agents/model/completion.ts';
import { forgetDialects } from '../../../src/agents/model/dialect.ts';

const input = {
  instructions: 'Answer.',
  prompt: 'hello',
  maxTokens: 50,
  get signal() {
    return new AbortController().signal;
  },
};

describe('a model behind an endpoint', () => {
  const mock = new LLMock({ port: 0 });
  let environment: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    await mock.start();
    environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'test-model' };
  });
  beforeEach(() => mock.reset());
  afterAll(async () => mock.stop());

  test('answers with its text, its name and what was used, and needs no key', async () => {
    mock.onMessage('hello', { content: ' Hi. ' });
    const answer = await complete(input, environment);
    expect(answer).toMatchObject({ text: 'Hi.', model: 'test-model' });
    expect(answer.usage.outputTokens).toBeGreaterThan(0);
  });

  test('with a price costs what its tokens do, and one without a price says nothing of costs', async () => {
    mock.onMessage('hello', { content: 'Hi.', usage: { prompt_tokens: 3000, completion_tokens: 500 } });
    const priced = (prices: object) => ({ ...environment, FANFOLD_MODEL_PRICES: JSON.stringify(prices) });
    const { usage } = await complete(input, priced({ 'test-model': { input: 0.4, output: 1.6 } }));
    expect(usage).toEqual({ inputTokens: 3000, outputTokens: 500, cost: (3000 * 0.4 + 500 * 1.6) / 1e6 });
    const another = await complete(input, priced({ other: { input: 0.4, output: 1.6 } }));
    expect(another.usage).toEqual({ inputTokens: 3000, outputTokens: 500 });
  });

  test.each(['0.4', '[]]', '{"test-model": 1}', '{"test-model": {"input": -1, "output": 1}}'])(
    'whose prices are %s is not asked',
    async (prices) => {
      const asked = complete(input, { ...environment, FANFOLD_MODEL_PRICES: prices });
      await expect(asked).rejects.toMatchObject({
        type: 'ModelNotConfigured',
        message: expect.stringContaining('FANFOLD_MODEL_PRICES'),
      });
      expect(mock.getRequests()).toHaveLength(0);
    },
  );

  test('that limits its rate is tried again after the time it names, by Temporal and not by the client', async () => {
    mock.onMessage('hello', { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 7 });
    const failure = (await complete(input, environment).catch((error: unknown) => error)) as ApplicationFailure;
    expect(failure).toMatchObject({ nonRetryable: false, details: [{ throttled: true, waitMs: 7000 }] });
    expect(Number(failure.nextRetryDelay)).toBeGreaterThanOrEqual(7000);
    expect(Number(failure.nextRetryDelay)).toBeLessThanOrEqual(8400);
    expect(mock.getRequests()).toHaveLength(1);
  });

  test('whose quota is spent is not tried again', async () => {
    const error = { message: 'no quota', type: 'insufficient_quota', code: 'insufficient_quota' };
    mock.onMessage('hello', { error, status: 429 });
    await expect(complete(input, environment)).rejects.toMatchObject({ nonRetryable: true });
  });

  test.each([
    [400, true],
    [401, true],
    [404, true],
    [500, false],
    [503, false],
  ])('that says %i has failed for good: %s', async (status, nonRetryable) => {
    mock.onMessage('hello', { error: { message: 'no', type: 'some_error' }, status });
    await expect(complete(input, environment)).rejects.toMatchObject({ name: 'ApplicationFailure', nonRetryable });
  });

  test('a cancel ends the call with its reason', async () => {
    const reason = new Error('enough');
    await expect(complete({ ...input, signal: AbortSignal.abort(reason) }, environment)).rejects.toBe(reason);
  });
});

describe('an answer that is none', () => {
  let server: Server;
  let body = '';
  let environment: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    server = createServer((_request, response) =>
      response.setHeader('content-type', 'application/json').setHeader('connection', 'close').end(body),
    );
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    environment = { OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
  });
  afterEach(() => server.closeAllConnections());
  afterAll(() => server.close());

  test.each([
    ['{"choices": [{"message": {"content": "cut', 'MalformedModelAnswer', false],
    ['{}', 'ModelStreamCut', false],
    ['null', 'ModelStreamCut', false],
    ['{"choices": []}', 'ModelStreamCut', false],
    ['{"choices": [{"message": {"content": "  "}, "finish_reason": "length"}]}', 'EmptyModelAnswer', true],
    ['{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}', 'EmptyModelAnswer', true],
  ])('is refused: %s', async (given, type, nonRetryable) => {
    forgetDialects();
    body = given;
    await expect(complete(input, environment)).rejects.toMatchObject({ type, nonRetryable });
  });

  test('a whole answer where a stream was asked for is an answer, also as parts', async () => {
    body = '{"choices": [{"message": {"content": ["x", {"type": "text", "text": "y"}]}}]}';
    expect(await complete(input, environment)).toMatchObject({ text: 'xy' });
  });

  test('an endpoint that is not there may come back', async () => {
    const nowhere = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' };
    await expect(complete(input, nowhere)).rejects.toMatchObject({ name: 'ApplicationFailure', nonRetryable: false });
  });
});

test('a model is configured by a key or by an address', () => {
  expect(modelConfigured({})).toBe(false);
  expect(modelConfigured({ OPENAI_API_KEY: ' ' })).toBe(false);
  expect(modelConfigured({ OPENAI_API_KEY: 'key' })).toBe(true);
  expect(modelConfigured({ OPENAI_BASE_URL: 'http://localhost:11434/v1' })).toBe(true);
});

test('without one configured, nothing is asked', async () => {
  await expect(complete(input, {})).rejects.toMatchObject({ type: 'ModelNotConfigured', nonRetryable: true });
});
