/** Agents in a deploy: a worker of before beside one that has the agent, and a person who cannot be told for a while. */
import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterEach, beforeAll, expect, inject, test } from 'vitest';
import type { AgentAnswer, HandOver } from 'fanfold/agent';
import { desk } from '../../examples/agent/desk.ts';
import { FanfoldClient } from '../../src/client.ts';
import { createWorker, type FanfoldWorker, type Part } from '../../src/worker.ts';
import { blindAgent } from '../support/blind-agent.ts';
import { eventually, quietLogs } from '../support/temporal.ts';

process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-agent-deploy-'));
const { address, codePath } = inject('temporal');
const workers: { worker: FanfoldWorker; running: Promise<void> }[] = [];
let client: Client;

beforeAll(async () => {
  quietLogs();
  delete process.env['OPENAI_BASE_URL'];
  client = new Client({ connection: await Connection.connect({ address }) });
});
afterEach(async () => {
  for (const { worker } of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  await Promise.all(workers.splice(0).map(({ running }) => running));
});

/** As a rolling deploy does; until then the server may give everything to the old one, which asked last. */
async function replace(old: FanfoldWorker, taskQueue: string): Promise<void> {
  await work(taskQueue, [desk.part]);
  old.shutdown();
}

async function work(taskQueue: string, parts: readonly Part[]): Promise<FanfoldWorker> {
  const connection = await NativeConnection.connect({ address });
  const worker = await createWorker({ connection, taskQueue, parts, worker: { workflowBundle: { codePath } } });
  workers.push({ worker, running: worker.run() });
  return worker;
}

const on = (taskQueue: string): FanfoldClient =>
  new FanfoldClient({ client, taskQueue, kinds: [desk.kind, blindAgent().kind] });
const how = { agent: 'desk', message: 'How long may I stay?', subject: { guest: 7 } };

/** The worker's part with only some of its activities. */
const only = (has: (name: string) => boolean): Part => ({
  activities: Object.fromEntries(Object.entries(desk.part.activities).filter(([name]) => has(name))),
});

test('a run whose first step only workers of before have taken goes on with the first one that has it', async () => {
  const taskQueue = `agent-deploy-first-${process.pid}`;
  const old = await work(taskQueue, []);
  const fanfold = on(taskQueue);
  const { runId } = await fanfold.start(desk.kind, how);
  const stuck = await eventually(async () => (await fanfold.get(runId)).stuck);
  expect(stuck).toMatchObject({ reason: 'noWorker', message: expect.stringContaining("'desk.terms'") });
  expect(stuck?.attempts).toBeGreaterThan(3);
  const { events } = await client.workflow.getHandle(runId).fetchHistory();
  const asked = events?.find(({ activityTaskScheduledEventAttributes: step }) => step);
  const waits = asked?.activityTaskScheduledEventAttributes?.scheduleToCloseTimeout?.seconds;
  // Behind others, or while no worker is there, it waits as long as a run may.
  expect(Number(waits)).toBeGreaterThan(300 * 24 * 3600);
  await replace(old, taskQueue);
  expect((await fanfold.result(runId)).answer).toMatchObject({ text: expect.stringContaining('[booking 12]') });
});

test('a step that a worker of before has taken three times is no failed look-up', async () => {
  const taskQueue = `agent-deploy-step-${process.pid}`;
  const old = await work(taskQueue, [only((name) => name !== 'desk.lookUp')]);
  const fanfold = on(taskQueue);
  const { runId } = await fanfold.start(desk.kind, how);
  const handle = client.workflow.getHandle(runId);
  await eventually(async () => {
    const { events } = await handle.fetchHistory();
    return events?.find(({ activityTaskFailedEventAttributes: failed }) => failed);
  });
  await replace(old, taskQueue);
  const { answer } = await fanfold.result(runId);
  expect(answer).toMatchObject({ text: expect.stringContaining('[booking 12]') });
  expect((answer as AgentAnswer).handOver).toBeUndefined();
});

test('a person whose desk was away is told once it is back, and the run is not lost', async () => {
  const told: { body: HandOver; headers: IncomingHttpHeaders }[] = [];
  const tries: number[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      tries.push(tries.length);
      // Longer away than three attempts take.
      const isAway = tries.length < 6;
      if (!isAway) told.push({ body: JSON.parse(text) as HandOver, headers: request.headers });
      response.writeHead(isAway ? 503 : 204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const taskQueue = `agent-deploy-told-${process.pid}`;
  const onHandOver = `http://127.0.0.1:${(server.address() as AddressInfo).port}/desk`;
  await work(taskQueue, [blindAgent({ onHandOver }).part]);
  const run = await on(taskQueue).run('agent', { agent: 'blind', message: 'Where is it?' });
  server.close();
  expect(run).toMatchObject({ status: 'completed', answer: { handOver: expect.stringContaining('looked up') } });
  const [{ body, headers } = {}] = told;
  expect(told).toMatchObject([{ body: { agent: 'blind', runId: run.runId } }]);
  const { runId: execution } = await client.workflow.getHandle(run.runId).describe();
  expect(body?.key).toBe(`${run.runId}/${execution}`);
  expect(headers?.['idempotency-key']).toBe(encodeURIComponent(`${run.runId}/${execution}`));
  expect(tries).toHaveLength(6);
});
