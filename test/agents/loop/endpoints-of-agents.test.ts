/** The endpoints of `endpoints.test.ts` through research and review: no needless fallback, each end bounded, and each note true. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forgetDialects } from '../../../src/agents/model/dialect.ts';
import { synthesize } from '../../../src/agents/research/activities/synthesize.ts';
import { answerCache } from '../../../src/agents/review/activities/answers.ts';
import { reviewPart } from '../../../src/agents/review/activities/reviewer.ts';
import { answered, text, type Behaviour, type Body, spoken } from './behaviours.ts';
import { failing } from './failing-behaviours.ts';

let server: Server;
let environment: NodeJS.ProcessEnv = {};
let behave: Behaviour;
/** What the model says in place of what it says to the loop. */
let words = '';
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    let sent = '';
    request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
    request.on('end', () => {
      requests++;
      response.setHeader('connection', 'close');
      behave(JSON.parse(sent || '{}') as Body, saying(response), requests);
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  environment = {
    OPENAI_BASE_URL: url,
    OPENAI_MODEL: 'test-model',
    OPENAI_TEMPERATURE: '0.2',
    FANFOLD_MODEL_IDLE: '400ms',
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  forgetDialects();
  requests = 0;
});

const inWords = (sent: string): string => sent.replaceAll(text, JSON.stringify(words).slice(1, -1));
spoken.as = inWords;

/** The same server with other words: bodies are JSON, so they are written as in one. */
function saying(response: ServerResponse): ServerResponse {
  const told = (chunk: unknown): unknown => (typeof chunk === 'string' ? inWords(chunk) : chunk);
  const { write, end } = response;
  response.write = ((...[chunk, ...rest]: unknown[]) =>
    Reflect.apply(write, response, [told(chunk), ...rest]) as boolean) as typeof write;
  response.end = ((...[chunk, ...rest]: unknown[]) =>
    Reflect.apply(end, response, [told(chunk), ...rest]) as ServerResponse) as typeof end;
  return response;
}

const fact = 'Failed activities are retried by the server with an exponential backoff until the policy is exhausted.';
const research = () =>
  synthesize(
    {
      question: 'How are failed activities retried?',
      passages: [{ source: 'docs', title: 'Retries', url: 'docs/1', snippet: fact, text: fact }],
      failed: {},
      successCount: 1,
      failureCount: 0,
    },
    { environment },
  );

test.each(Object.entries(answered))('research is answered by the model: %s', async (_name, behaviour) => {
  behave = behaviour;
  words = `${fact.slice(0, -1)} [1].`;
  expect(await research()).toMatchObject({ method: 'model', note: expect.stringContaining('Written by ') });
});

test.each(Object.entries(failing))(
  'research of a model that %s is of the sources, and says why',
  async (_name, [behaviour]) => {
    behave = behaviour;
    words = text;
    const answer = await research();
    expect(answer.text).toContain(fact);
    expect(answer).toMatchObject({
      method: 'extractive',
      note: expect.stringContaining('The model could not answer ('),
    });
    expect(answer.note).not.toContain('No model was used');
    expect(requests).toBeLessThanOrEqual(10);
  },
);

const root = mkdtempSync(join(tmpdir(), 'fanfold-endpoints-'));
writeFileSync(join(root, 'add.ts'), 'export const add = (a: number, b: number): number => a - b;\n');
const finding = {
  line: 1,
  endLine: 1,
  quote: 'a - b',
  severity: 'error',
  confidence: 0.9,
  category: 'bug',
  message: 'It subtracts.',
  suggestion: 'Add.',
};
const review = () =>
  reviewPart(
    { root, file: { path: 'add.ts', language: 'typescript', parts: [0] }, part: 0 },
    { environment, answers: answerCache(undefined), signal: new AbortController().signal },
  );

test.each(Object.entries(answered))('review has the finding of the model: %s', async (_name, behaviour) => {
  behave = behaviour;
  words = JSON.stringify({ findings: [finding] });
  expect((await review()).findings).toMatchObject([{ message: expect.stringContaining('It subtracts') }]);
});

test.each(Object.entries(failing))('review of a model that %s fails by name', async (_name, [behaviour, failure]) => {
  behave = behaviour;
  words = text;
  await expect(review()).rejects.toMatchObject({ name: 'ApplicationFailure', ...failure });
});
