import { createServer } from 'node:http';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import * as activities from '../../examples/shop/activities.ts';
import { lookUp, scores } from '../../examples/shop/client.ts';
import config from '../../examples/shop/fanfold.config.ts';
import { sizes } from '../../examples/plain.ts';
import { FanfoldClient } from 'fanfold/client';
import { fileStore } from '../../src/store/files.ts';
import { createWorker, type FanfoldWorker } from '../../src/worker.ts';
import { quietLogs } from '../support/temporal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const taskQueue = 'examples';
const home = mkdtempSync(join(tmpdir(), 'fanfold-examples-'));
let client: Client;
let worker: FanfoldWorker;
let running: Promise<void>;

beforeAll(async () => {
  quietLogs();
  const { address } = inject('temporal');
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(root, 'examples/shop/workflows.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  worker = await createWorker({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    activities,
    home,
    ...(config.limits ? { limits: config.limits } : {}),
    worker: { workflowBundle },
  });
  running = worker.run();
  client = new Client({ connection: await Connection.connect({ address }) });
});
afterAll(async () => {
  worker.shutdown();
  await running;
});

const run = (type: string, ...args: unknown[]): Promise<unknown> =>
  client.workflow.execute(type, { taskQueue, workflowId: `example-${type}-${Date.now()}`, args });

test('research keeps what its sources know and names the one that is offline', async () => {
  expect(await run('research', 'retries', ['arxiv', 'offline', 'wiki'])).toEqual({
    lines: ['arxiv knows about retries', 'wiki knows about retries'],
    missing: { offline: 'the source is offline' },
  });
});

test('support answers under the names it asked for', async () => {
  expect(await run('support', 'ann')).toEqual({ orders: ['order of ann'], payments: 3 });
});

test('a quote wants every supplier', async () => {
  expect(await run('quote', 'bolts', ['a', 'b'])).toEqual([['a knows about bolts'], ['b knows about bolts']]);
  await expect(run('quote', 'bolts', ['a', 'offline'])).rejects.toMatchObject({ cause: { type: 'TaskFailedError' } });
});

test('the first good answer is enough', async () => {
  expect(await run('firstGood', 'bolts', ['offline', 'b'])).toEqual(['b knows about bolts']);
});

test('a service looks up a list through a registered activity', async () => {
  expect(await lookUp(new FanfoldClient({ client, taskQueue }), ['ann', 'bob'])).toEqual([
    ['order of ann'],
    ['order of bob'],
  ]);
});

test('a stream of rows is mapped, and its results come back in order', async () => {
  async function* rows(): AsyncGenerator<{ text: string }> {
    for (const text of ['a', 'bb', 'ccc']) yield { text };
  }
  const fanfold = new FanfoldClient({ client, taskQueue, store: fileStore(join(home, 'store')) });
  const values: unknown[] = [];
  for await (const result of scores(fanfold, rows())) values.push(result.success && result.result);
  expect(values).toEqual([1, 2, 3]);
});

test('an activity at a limit of the config answers as any other', async () => {
  expect(await run('rate', ['a', 'bb'])).toEqual([1, 2]);
});

test('the plain verbs work without Temporal', async () => {
  const server = createServer((_request, response) => void response.end('12345')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await sizes([url, `${url}b`])).toEqual([5, 5]);
  server.close();
});

test('every TypeScript block of the README stands in an example', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const files = (await readdir(join(root, 'examples'), { recursive: true })).filter((name) => name.endsWith('.ts'));
  const examples = (await Promise.all(files.map((name) => readFile(join(root, 'examples', name), 'utf8')))).join('\n');
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code.trim());
  expect(blocks.length).toBeGreaterThan(4);
  for (const block of blocks) expect(examples).toContain(block);
});
