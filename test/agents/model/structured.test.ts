/** Answers of a model as data, over a real socket: what is taken, what is told back, and what is refused. */
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { readBody } from '../../../src/agents/model/body.ts';
import { structured } from '../../../src/agents/model/structured.ts';

const schema = z.object({ city: z.string(), people: z.int().min(1) });
const mock = new LLMock({ port: 0 });
let environment: NodeJS.ProcessEnv = {};

const ask = (given: Partial<Parameters<typeof structured<z.output<typeof schema>>>[0]> = {}) =>
  structured(
    {
      instructions: 'Answer.',
      prompt: 'Which city?',
      schema,
      name: 'city',
      maxTokens: 100,
      signal: new AbortController().signal,
      ...given,
    },
    environment,
  );
/** The endpoint's answers in turn, the last one for ever. */
const answers = (...contents: readonly string[]): void => {
  let turn = 0;
  mock.on({}, () => ({
    content: contents[Math.min(turn++, contents.length - 1)] ?? '',
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  }));
};
const bodies = () => mock.getRequests().map(({ body }) => body as unknown as Record<string, unknown>);

beforeAll(async () => {
  await mock.start();
});
beforeEach((context) => {
  mock.reset();
  // A model of its own for each test: whether a model takes schemas is remembered.
  environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: `model-${context.task.id}` };
});
afterAll(() => mock.stop());

test('an answer that fits the schema is taken at the first turn, asked for by that schema', async () => {
  answers('{"city": "Bern", "people": 134000}');
  expect(await ask()).toEqual({
    value: { city: 'Bern', people: 134_000 },
    usage: { inputTokens: 10, outputTokens: 5 },
    model: environment['OPENAI_MODEL'],
  });
  expect(bodies()).toMatchObject([
    { response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true } } },
  ]);
});

test('a property that may be absent is asked for without the strict mode that would refuse it', async () => {
  answers('{}');
  const optional = z.object({ city: z.string().optional() });
  expect((await ask({ schema: optional as never })).value).toEqual({});
  expect(bodies()).toMatchObject([{ response_format: { json_schema: { strict: false } } }]);
});

test.each([
  ['in a fence', 'Here it is:\n```json\n{"city": "Bern", "people": 1}\n```'],
  ['after a word', 'Sure! {"city": "Bern", "people": 1} Anything else?'],
])('JSON %s is found', async (_where, content) => {
  answers(content);
  expect((await ask()).value).toEqual({ city: 'Bern', people: 1 });
});

test.each([
  ['no JSON', 'I think it is Bern', 'not JSON'],
  ['cut JSON', '{"city": "Bern", "peo', 'not JSON'],
  ['a wrong type', '{"city": "Bern", "people": "many"}', 'people'],
])('%s is told back, and the repaired answer is taken with the tokens of both turns', async (_what, bad, problem) => {
  answers(bad, '{"city": "Bern", "people": 2}');
  const { value, usage } = await ask();
  expect(value).toEqual({ city: 'Bern', people: 2 });
  expect(usage).toEqual({ inputTokens: 20, outputTokens: 10 });
  const messages = bodies()[1]?.['messages'] as { role: string; content: string }[] | undefined;
  expect(messages?.at(-2)).toEqual({ role: 'assistant', content: bad });
  expect(messages?.at(-1)?.content).toContain(problem);
});

test('an answer that stays wrong is refused for good after one repair', async () => {
  answers('{"city": 1}');
  await expect(ask()).rejects.toMatchObject({ type: 'MalformedModelAnswer', nonRetryable: true });
  expect(mock.getRequests()).toHaveLength(2);
});

test('an endpoint that knows no schemas is asked in words, and is not asked otherwise again', async () => {
  mock.on(
    { predicate: ({ response_format: format }) => format !== undefined },
    { error: { message: 'response_format is not supported' }, status: 400 },
  );
  answers('{"city": "Bern", "people": 3}');
  expect((await ask()).value).toEqual({ city: 'Bern', people: 3 });
  expect((await ask()).value).toEqual({ city: 'Bern', people: 3 });
  expect(bodies().map((body) => body['response_format'] !== undefined)).toEqual([true, false, false]);
  expect(JSON.stringify(bodies().at(-1)?.['messages'])).toContain('JSON schema');
});

test('a request that is wrong in itself fails as the endpoint says, schema or not', async () => {
  mock.on({}, { error: { message: 'too long', code: 'context_length_exceeded' }, status: 400 });
  await expect(ask()).rejects.toMatchObject({ nonRetryable: true, message: expect.stringContaining('too long') });
});

test('a filtered answer is no answer, and is not asked for again', async () => {
  mock.on({}, { content: 'I cannot', finishReason: 'content_filter' });
  await expect(ask()).rejects.toMatchObject({ type: 'ModelDeclined', nonRetryable: true });
});

test('a rate limit is left to whoever retries', async () => {
  mock.on({}, { error: { message: 'slow down' }, status: 429, retryAfter: 7 });
  await expect(ask()).rejects.toMatchObject({ nonRetryable: false });
  expect(mock.getRequests()).toHaveLength(1);
});

test('an answer that is one value of many megabytes is none, before it is parsed', async () => {
  const body = `{"choices":[\n${'{},\n'.repeat(1_500_000)}{}]}`;
  await expect(readBody(new Response(body), () => {})).rejects.toMatchObject({ type: 'MalformedModelAnswer' });
  const taken: unknown[] = [];
  await readBody(new Response('{\n"choices": []\n}'), (value) => taken.push(value));
  expect(taken).toEqual([{ choices: [] }]);
});
