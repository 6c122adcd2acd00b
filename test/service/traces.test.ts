/** Traces and metrics of real processes, as a real collector receives them over OTLP. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { FanfoldClient, type SupportAnswer } from '../../src/client.ts';
import { lasting, type LastingProcess } from '../support/lasting.ts';
import { calls, scriptedModel } from '../support/model.ts';
import { startCollector, type Collector, type ReceivedSpan } from '../support/otlp.ts';
import { eventually } from '../support/temporal.ts';

const taskQueue = `traces-${randomUUID().slice(0, 8)}`;
const model = scriptedModel();
let collector: Collector;
let processes: LastingProcess[];
let service: string;
let client: FanfoldClient;

beforeAll(async () => {
  collector = await startCollector();
  const environment = {
    FANFOLD_TASK_QUEUE: taskQueue,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'scripted',
    FANFOLD_MODEL_PRICES: '{"scripted": {"input": 2, "output": 8}}',
  };
  processes = await Promise.all([
    lasting(['worker', '--demo'], { environment: { ...environment, OTEL_SERVICE_NAME: 'shop-worker' } }),
    lasting(['serve', '--port', '0'], { environment }),
  ]);
  service = processes[1]?.facts.service ?? '';
  const connection = await Connection.connect({ address: inject('temporal').address });
  client = new FanfoldClient({ client: new Client({ connection }), taskQueue });
});
afterAll(async () => {
  await client.close();
  await collector.close();
});

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<string> {
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await fetch(service + path, { method: 'POST', headers: sent, body: JSON.stringify(body) });
  expect(response.status).toBeLessThan(300);
  return ((await response.json()) as { runId: string }).runId;
}

/** The spans of a trace once the one of this name is among them, and that of the request, which another process sends. */
function traceWith(name: string, isMeant: (span: ReceivedSpan) => boolean = () => true): Promise<ReceivedSpan[]> {
  return eventually(() => {
    const found = collector.spans.find((span) => span.name === name && isMeant(span));
    const all = collector.spans.filter(({ trace }) => trace === found?.trace);
    return all.some(({ kind, name: each }) => kind === 2 && each.startsWith('POST /runs/')) ? all : undefined;
  });
}

/** Names from the root of the trace down to the span. */
function wayTo(span: ReceivedSpan | undefined, spans: readonly ReceivedSpan[]): string[] {
  if (!span) return [];
  return [
    ...wayTo(
      spans.find(({ id }) => id === span.parent),
      spans,
    ),
    span.name,
  ];
}

const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan | undefined =>
  spans.find((span) => span.name === name);

test('one trace leads from whoever asked over the request, the run and the fan-out to each task', async () => {
  const caller = { trace: randomBytes(16).toString('hex'), span: randomBytes(8).toString('hex') };
  const tasks = [
    { id: 'a', activity: 'echo', input: 1 },
    { id: 'b', activity: 'wait', input: { ms: 1, fail: 'no' } },
  ];
  const body = { input: { tasks }, options: { granularity: 'task', attempts: 1 } };
  const runId = await post('/runs/tasks', body, { traceparent: `00-${caller.trace}-${caller.span}-01` });
  await client.result(runId);
  const spans = await traceWith('RunWorkflow:runTasks', ({ trace }) => trace === caller.trace);
  const root = named(spans, 'POST /runs/tasks');
  expect(root).toMatchObject({ parent: caller.span, service: 'fanfold', kind: 2 });
  const above = ['POST /runs/tasks', 'StartWorkflow:runTasks', 'RunWorkflow:runTasks', 'fan-out tasks'];
  for (const activity of ['echo', 'wait'])
    expect(wayTo(named(spans, `RunActivity:${activity}`), spans)).toEqual([
      ...above,
      `StartActivity:${activity}`,
      `RunActivity:${activity}`,
    ]);
  expect(named(spans, 'RunActivity:wait')).toMatchObject({ failed: true, service: 'shop-worker' });
  expect(named(spans, 'fan-out tasks')?.attributes).toMatchObject({
    'fanfold.stopped_by': 'allSettled',
    'fanfold.succeeded': 1,
    'fanfold.failed': 1,
  });
});

test('each task of a pack is a span of its own, below the pack', async () => {
  const tasks = ['p', 'q', 'r'].map((id) => ({ id, activity: 'echo', input: id }));
  const runId = await post('/runs/tasks', { input: { tasks }, options: { granularity: 3 } });
  await client.result(runId);
  const spans = await traceWith('RunWorkflow:runTasks', ({ attributes }) => attributes['workflowId'] === runId);
  const packed = spans.filter(({ name }) => name === 'task echo');
  expect(packed.map(({ attributes }) => attributes['fanfold.task']).toSorted()).toEqual(['p', 'q', 'r']);
  for (const span of packed)
    expect(wayTo(span, spans).slice(2)).toEqual([
      'RunWorkflow:runTasks',
      'fan-out tasks',
      'StartActivity:fanfold.runPack',
      'RunActivity:fanfold.runPack',
      'task echo',
    ]);
});

test("an agent's steps, its tools and each answer of its model with its tokens are in the trace of the request", async () => {
  model.classifies({ intent: 'order', orderIds: [1042], wantsRefund: false });
  model.plays(calls(['findOrders', { orderId: 1042 }]), {
    content: 'Order 1042 is on its way [order 1042].',
    usage: { prompt_tokens: 321, completion_tokens: 12 },
  });
  const runId = await post('/runs/support', { input: { message: 'Where is order 1042?', customer: 7 } });
  const { answer } = await client.result(runId);
  expect((answer as SupportAnswer).metrics.cost).toBeGreaterThan(0);
  const spans = await traceWith('RunWorkflow:support', ({ attributes }) => attributes['workflowId'] === runId);
  const chat = spans.find(({ attributes }) => attributes['gen_ai.usage.input_tokens'] === 321);
  expect(chat).toMatchObject({
    name: 'chat scripted',
    kind: 3,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'scripted',
      'gen_ai.usage.output_tokens': 12,
      'fanfold.cost': (321 * 2 + 12 * 8) / 1e6,
    },
  });
  expect(wayTo(chat, spans)).toEqual([
    'POST /runs/support',
    'StartWorkflow:support',
    'RunWorkflow:support',
    'step think',
    'StartActivity:support.nextTurn',
    'RunActivity:support.nextTurn',
    'chat scripted',
  ]);
  const outgoing = spans.find(({ parent, kind }) => parent === chat?.id && kind === 3);
  expect(outgoing?.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.response.status_code': 200 });
  const tool = spans.find(({ name }) => name.startsWith('execute_tool '));
  expect(wayTo(tool, spans)).toEqual(expect.arrayContaining(['step lookUp', 'fan-out look-ups']));
  // What people and models say stays out of traces.
  expect(JSON.stringify(spans)).not.toMatch(/on its way|Where is order/);
});

test('a redrive begins a trace of its own, linked to that of the run which it does again', async () => {
  const tasks = [{ id: 'odd', activity: 'wait', input: { ms: 1, fail: 'no' } }];
  const runId = await post('/runs/tasks', { input: { tasks }, options: { attempts: 1 } });
  await client.result(runId);
  const [first] = await traceWith('RunWorkflow:runTasks', ({ attributes }) => attributes['workflowId'] === runId);
  await post(`/runs/${runId}/redrive`, {});
  const spans = await traceWith('redrive', ({ attributes }) => attributes['fanfold.redrive_of'] === runId);
  expect(named(spans, 'redrive')).toMatchObject({ links: [first?.trace] });
  expect(spans[0]?.trace).not.toBe(first?.trace);
  expect(wayTo(named(spans, 'StartWorkflow:runTasks'), spans)).toContain('redrive');
});

test('what was traced replays on code that does not trace, and its looks at runs are no spans', async () => {
  const runId = await post('/runs/tasks', { input: { tasks: [{ id: 'a', activity: 'echo', input: 1 }] } });
  await client.result(runId);
  await traceWith('RunWorkflow:runTasks', ({ attributes }) => attributes['workflowId'] === runId);
  const history = await client.temporal.workflow.getHandle(runId).fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: { codePath: inject('temporal').codePath } }, history, runId);
  expect(collector.spans.filter(({ name }) => /Query|Describe/.test(name))).toEqual([]);
});

test("the SDK's metrics and fanfold's own are sent there too", async () => {
  const wanted = [
    'temporal_workflow_completed',
    'fanfold_runs',
    'fanfold_tasks',
    'fanfold_attempt_duration_seconds',
    'fanfold_model_cost',
  ];
  await eventually(() => wanted.every((name) => collector.metrics.has(name)) || undefined);
});

test('a process that ends sends what is left', async () => {
  const [, serving] = processes;
  await fetch(`${service}/limits`);
  expect(await serving?.stop()).toBe(0);
  expect(named(collector.spans, 'GET /limits')).toBeDefined();
});

test('a collector that is away is said once and hinders nothing', async () => {
  const away = await startCollector();
  await away.close();
  const worker = await lasting(['serve', '--port', '0'], {
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: away.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BSP_EXPORT_TIMEOUT: '500',
    },
  });
  for (let count = 0; count < 5; count++) {
    expect((await fetch(`${worker.facts.service}/limits`)).status).toBe(200);
    await eventually(() => worker.stderr().includes('Spans cannot be sent') || undefined);
  }
  expect(worker.stderr().match(/Spans cannot be sent/g)).toHaveLength(1);
  expect(await worker.stop()).toBe(0);
});

test('an address that is none is said before anything begins', async () => {
  await expect(lasting(['worker'], { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' } })).rejects.toThrow(
    /ended with 2: .*OTEL_EXPORTER_OTLP_ENDPOINT.*http:\/\/localhost:4318/s,
  );
});
