/** The research activities, outside an activity and inside one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResearchActivities } from '../../../src/agents/research/activities/index.ts';
import { play } from '../../support/play.ts';

let home = '';
let folder = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'fanfold-home-'));
  folder = await mkdtemp(join(tmpdir(), 'fanfold-docs-'));
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

const activities = (environment: NodeJS.ProcessEnv = {}) => createResearchActivities({ home, environment });

test('a folder is searched by its path and answered from, without a worker', async () => {
  await writeFile(
    join(folder, 'one.md'),
    '# Herons\n\nThe grey heron stands still in shallow water until a fish comes near.\n',
  );
  const question = 'How does the heron fish?';
  const passages = await activities().searchSource({ source: folder, folder, question });
  const answer = await activities().synthesizeAnswer({
    question,
    passages,
    failed: {},
    successCount: 1,
    failureCount: 0,
  });
  expect(answer.text).toBe('- The grey heron stands still in shallow water until a fish comes near. [1]');
  expect(answer.citations).toEqual([{ number: 1, title: 'one.md › Herons', url: 'one.md#L1-L3', source: folder }]);
});

test('what is not in a source is an empty list, not a failure', async () => {
  await expect(activities().searchSource({ source: folder, folder, question: 'zzyzx' })).resolves.toEqual([]);
});

test('a source that does not exist fails for good and names those that do', async () => {
  await expect(activities().searchSource({ source: 'nonsense', question: 'x' })).rejects.toMatchObject({
    type: 'UnknownSource',
    nonRetryable: true,
    message: expect.stringMatching(
      /'nonsense'.*package-readmes, package-docs, package-changelogs, package-types, package-code/,
    ),
  });
});

test('what a search returns stays within what a history can hold', async () => {
  for (let file = 0; file < 60; file += 1)
    await writeFile(join(folder, `long${file}.txt`), `ibis ${'日本語 '.repeat(500)}`);
  const passages = await activities().searchSource({ source: folder, folder, question: 'ibis', limit: 1000 });
  expect(passages.length).toBeGreaterThan(5);
  expect(Buffer.byteLength(JSON.stringify(passages))).toBeLessThanOrEqual(100 * 1024);
});

test('inside an activity a cancel stops the search', async () => {
  const environment = new MockActivityEnvironment();
  environment.cancel();
  const searching = environment.run(activities().searchSource, { source: folder, folder, question: 'heron' });
  await expect(searching).rejects.toMatchObject({ name: 'CancelledFailure' });
});

test('a model that is down is tried again by Temporal; the last attempt answers without it', async () => {
  const mock = new LLMock({ port: 0 });
  await mock.start();
  mock.onMessage(/.*/s, { error: { message: 'busy', type: 'server_error' }, status: 503 });
  const { synthesizeAnswer } = activities({ OPENAI_BASE_URL: `${mock.url}/v1` });
  const passages = await activities().searchSource({ source: folder, folder, question: 'heron' });
  const input = { question: 'heron', passages, failed: {}, successCount: 1, failureCount: 0 };
  const first = new MockActivityEnvironment({ attempt: 1 }).run(synthesizeAnswer, input);
  await expect(first).rejects.toMatchObject({ nonRetryable: false });
  const last = await new MockActivityEnvironment({ attempt: 3 }).run(synthesizeAnswer, input);
  expect(last).toMatchObject({ method: 'extractive', note: expect.stringContaining('The model could not answer') });
  await mock.stop();
});

test('the time that a search has waited for its worker is not spent on pages', async () => {
  const hanging = await play(() => undefined);
  const results = [{ title: 'Herons', url: `${hanging}/a`, content: 'Herons nest in tall trees.' }];
  const api = await play((_request, response) => void response.end(JSON.stringify({ results })));
  const description = {
    name: 'web',
    url: `${api}/?q={question}`,
    items: 'results',
    fields: { title: 'title', url: 'url', text: 'content' },
    origins: [hanging],
  };
  const config = join(home, 'fanfold.config.json');
  await writeFile(config, JSON.stringify({ sources: [description] }));
  const { searchSource } = createResearchActivities({ home, environment: { FANFOLD_CONFIG: config } });
  const scheduledTimestampMs = Date.now() - 60_000;
  const input = { source: 'web', question: 'Where do herons nest?', withinMs: 62_000 };
  const began = performance.now();
  const environment = new MockActivityEnvironment({ scheduledTimestampMs });
  const found: Awaited<ReturnType<typeof searchSource>> = await environment.run(searchSource, input);
  // A page is read for eight seconds where there is time.
  expect(performance.now() - began).toBeLessThan(4000);
  expect(found.map(({ text }) => text)).toContain('Herons nest in tall trees.');
});

test.each([
  [{ 'retry-after': '3600' }, true, /^web answered 429: .*; to ask it again after [\da-z. ]+ would be too late$/],
  [{ 'retry-after': '5' }, false, /^web answered 429: [^;]*; it is asked again later: slow$/],
])(
  'a refusal with %j is final only where nobody waits for another try, so that the run says why',
  async (headers, nonRetryable, why) => {
    const api = await play((_request, response) => void response.writeHead(429, headers).end('slow'));
    const sources = [{ name: 'web', url: `${api}/?q={question}`, fields: { title: 'title', url: 'url' } }];
    const config = join(home, 'fanfold.config.json');
    await writeFile(config, JSON.stringify({ sources }));
    const { searchSource } = createResearchActivities({ home, environment: { FANFOLD_CONFIG: config } });
    const input = { source: 'web', question: 'Where do herons nest?', withinMs: 60_000 };
    const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() });
    await expect(environment.run(searchSource, input)).rejects.toMatchObject({
      type: 'RateLimited',
      nonRetryable,
      message: expect.stringMatching(why),
    });
  },
);
