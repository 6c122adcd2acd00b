/** A misspelt field of a request is refused with the one that was meant. */
import { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { createApp } from '../../src/http/app.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { readTokens } from '../../src/http/tokens.ts';

// Nothing is sent: it is refused before.
const temporal = { options: { loadedDataConverter: {}, namespace: 'default' } };
let app: FastifyInstance;

beforeAll(async () => {
  const client = new FanfoldClient({ client: Object.setPrototypeOf(temporal, Client.prototype) as Client });
  app = await createApp({
    version: '0.0.0',
    client,
    metrics: createMetrics(client),
    host: '127.0.0.1',
    tokens: await readTokens({}),
    startsPerSecond: 100,
    maxEventStreams: 1,
    onMessage: () => {},
  });
});
afterAll(() => app.close());

const task = { id: 'a', activity: 'score' };

test.each([
  ['POST', '/runs/tasks', { tasks: [{ ...task, inptu: 1 }] }, 'tasks[0].inptu', 'input'],
  ['POST', '/runs/tasks', { tasks: [task], options: { deadlin: '1s' } }, 'options.deadlin', 'deadline'],
  ['POST', '/runs/research', { input: { question: 'a' }, optons: {} }, 'optons', 'options'],
  ['POST', '/runs/a/minimum', { ratio: 1, sucesses: 1 }, 'sucesses', 'successes'],
  ['POST', '/runs/a/concurrency', { concurrency: 1, nme: 'a' }, 'nme', 'name'],
  ['POST', '/runs/a/redrive', { option: {} }, 'option', 'options'],
  ['GET', '/runs?limt=1', undefined, 'limt', 'limit'],
  ['GET', '/runs/a/results?aftr=1', undefined, 'aftr', 'after'],
] as const)('%s %s', async (method, url, payload, field, meant) => {
  const headers = { host: '127.0.0.1' };
  const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
  const detail = `\`${field}\`: there is no such field: did you mean \`${meant}\`?`;
  expect(answer.json()).toMatchObject({ status: 400, field, detail });
});
