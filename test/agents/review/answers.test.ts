/** What a model said of a part of a file is kept as long as nothing that it depends on has changed; a local endpoint plays the model. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { answerCache, askOnce } from '../../../src/agents/review/activities/answers.ts';
import { openStore } from '../../../src/store/index.ts';

const mock = new LLMock({ port: 0 });
let home = '';

beforeAll(() => mock.start());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fanfold-answers-'));
  mock.on({}, () => ({ content: `{"said":${mock.getRequests().length}}` }));
});
afterEach(() => {
  mock.reset();
  vi.useRealTimers();
});
afterAll(() => mock.stop());

/** Whether the answer was kept, with a cache as a new process has it. */
async function ask(
  line: string,
  more: Record<string, string> = {},
  schema: z.ZodType = z.strictObject({ said: z.number() }),
) {
  const before = mock.getRequests().length;
  const signal = new AbortController().signal;
  const request = { instructions: 'Review.', prompt: line, schema, name: 'review', signal, maxTokens: 100 };
  const environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'kept', ...more };
  const { kept = false, usage, value } = await askOnce(request, answerCache(home), environment);
  expect(mock.getRequests().length - before).toBe(kept ? 0 : 1);
  if (kept) expect(usage).toEqual({ inputTokens: 0, outputTokens: 0 });
  return { kept, value };
}

test('lines that have not changed are not asked about again, and those that have are', async () => {
  const first = await ask('1| a = 1');
  expect(first.kept).toBe(false);
  expect(await ask('1| a = 1')).toEqual({ kept: true, value: first.value });
  expect((await ask('1| a = 2')).kept).toBe(false);
});

test.each([
  ['another model', { OPENAI_MODEL: 'other' }],
  ['another model for reviews alone', { OPENAI_MODEL_REVIEW: 'other' }],
  ['another temperature', { OPENAI_TEMPERATURE: '1' }],
])('%s is asked anew', async (_what, more) => {
  await ask('1| a = 1');
  expect((await ask('1| a = 1', more)).kept).toBe(false);
  expect((await ask('1| a = 1', more)).kept).toBe(true);
});

test('after a month it is asked anew', async () => {
  await ask('1| a = 1');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 29 * 24 * 3600_000 });
  expect((await ask('1| a = 1')).kept).toBe(true);
  vi.setSystemTime(Date.now() + 2 * 24 * 3600_000);
  expect((await ask('1| a = 1')).kept).toBe(false);
});

test('an answer that is damaged, or has another form than is wanted now, is asked for anew', async () => {
  await ask('1| a = 1');
  const other = z.strictObject({ said: z.string() });
  mock.reset();
  mock.on({}, () => ({ content: '{"said":"so"}' }));
  expect(await ask('1| a = 1', {}, other)).toEqual({ kept: false, value: { said: 'so' } });
  const store = openStore(join(home, 'review'), {});
  for await (const { key } of store.list('answers/')) await store.put(key, Buffer.from('{'));
  expect((await ask('1| a = 1', {}, other)).kept).toBe(false);
});
