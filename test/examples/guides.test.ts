/** The programs of `docs/` do what the pages say, on a worker of Temporal's own with the plugin. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { FanfoldClient } from 'fanfold/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { bundledWorker } from '../../examples/guides/bundle.ts';
import { AesCodec } from '../../examples/guides/encryption.ts';
import { overnightAtOnce } from '../../examples/guides/testing.ts';
import { sealedClient, sealedWorker } from '../../examples/guides/worker.ts';
import { quietLogs } from '../support/temporal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const taskQueue = `guides-${randomUUID().slice(0, 8)}`;
const dataConverter = { payloadCodecs: [new AesCodec(randomBytes(32))] };
let worker: Worker;
let running: Promise<void>;
let client: FanfoldClient;

beforeAll(async () => {
  quietLogs();
  const { address } = inject('temporal');
  worker = await sealedWorker(address, taskQueue, dataConverter);
  running = worker.run();
  client = await sealedClient(address, taskQueue, dataConverter);
}, 120_000);
afterAll(async () => {
  worker.shutdown();
  await running;
});

function run(type: string, args: unknown[], workflowId = randomUUID()): Promise<unknown> {
  return client.temporal.workflow.execute(type, { taskQueue, workflowId, args });
}
const sources = ['arxiv', 'offline', 'wiki'];

test.each([
  ['all', ['bolts', ['a', 'b']], ['a knows about bolts', 'b knows about bolts']],
  ['settled', ['bolts', ['a', 'offline']], [['a knows about bolts'], 'offline: the source is offline']],
  ['any', ['bolts', ['offline', 'b']], ['b knows about bolts']],
  ['mapped', [['a', 'bb']], { mergedResults: [1, 2], failedTasks: {} }],
  ['streamed', [['a', 'bb', 'ccc']], 6],
  ['whatThereIs', ['bolts', ['a', 'b']], ['a knows about bolts', 'b knows about bolts']],
  ['whatThereIs', ['bolts', ['offline']], []],
  ['byType', ['bolts', sources], ['offline']],
  ['causeOf', ['bolts', sources], 'search'],
  ['patient', ['bolts', ['a']], ['a knows about bolts']],
  ['quiet', [['a', 'bb']], [1, 2]],
])('`%s` of the guides answers as its page says', async (type, args, expected) => {
  expect(await run(type, args)).toEqual(expected);
});

test('with a codec and hashed ids, the history has neither names nor values in clear', async () => {
  const customers = ['ann@example.org', 'bob@example.org'];
  const workflowId = randomUUID();
  expect(await run('ordersOf', [customers], workflowId)).toEqual({ 'ann@example.org': true, 'bob@example.org': true });
  const history = JSON.stringify(await client.temporal.workflow.getHandle(workflowId).fetchHistory());
  expect(history).toContain(Buffer.from('binary/encrypted').toString('base64'));
  expect(history).not.toMatch(/example\.org/);
  expect(history).not.toContain(Buffer.from('ann@example').toString('base64').slice(0, 12));
});

test('a bundle made before, with the plugin given to both, serves workflows and runs of tasks', async () => {
  const connection = await NativeConnection.connect({ address: inject('temporal').address });
  const queue = `${taskQueue}-bundled`;
  const bundled = await bundledWorker(connection, queue);
  const clear = await sealedClient(inject('temporal').address, queue, {});
  const answered = await bundled.runUntil(() =>
    clear.run('tasks', {
      tasks: [{ id: 'a', activity: 'score', input: { text: 'abc' } }],
    }),
  );
  expect(answered.fanIn?.mergedResults).toEqual([3]);
});

test('a deadline of a day is over at once on the server that skips time', async ({ skip }) => {
  const environment = await TestWorkflowEnvironment.createTimeSkipping().catch((error: Error) => error.message);
  if (typeof environment === 'string') return skip(`there is no test server here: ${environment.slice(0, 200)}`);
  try {
    expect(await overnightAtOnce(environment)).toBe('deadline');
  } finally {
    await environment.teardown();
  }
  return undefined;
});

/** The formatter moves what stands inside of something else to the margin. */
function flush(code: string): string {
  return code.replaceAll(/^ +/gm, '');
}

async function pages(): Promise<{ readonly file: string; readonly text: string }[]> {
  const names = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  const files = ['README.md', ...names.map((name) => join('docs', name))];
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(join(root, file), 'utf8') })));
}

test('every TypeScript block of docs stands in a program that the tests run', async () => {
  const folders = ['examples', 'test/package'];
  const names = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => join(root, folder, name)),
    ),
  );
  const files = names.flat().filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.includes('node_modules'));
  const examples = flush((await Promise.all(files.map((name) => readFile(name, 'utf8')))).join('\n'));
  const blocks = (await pages()).flatMap(({ file, text }) =>
    [...text.matchAll(/```(?:ts|js)\n([\s\S]*?)```/g)].map(([, code = '']) => ({ file, code: code.trim() })),
  );
  expect(blocks.length).toBeGreaterThan(15);
  expect(blocks.filter(({ code }) => !examples.includes(flush(code)))).toEqual([]);
});

test('every link of the README and of docs leads to a file that there is', async () => {
  const dead = (await pages()).flatMap(({ file, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, to = '']) => normalize(join(dirname(file), to)))
      .filter((to) => !existsSync(join(root, to)) && to !== 'docs/api')
      .map((to) => `${file} → ${to}`),
  );
  expect(dead).toEqual([]);
});

test('the table of what works on which worker is the same in the README and in its guide', async () => {
  const tables = (await pages())
    .filter(({ file }) => ['README.md', join('docs', 'in-your-temporal-project.md')].includes(file))
    .map(({ text }) => /^\| what +\| plain worker[^]*?(?=\n\n)/m.exec(text)?.[0]);
  expect(tables).toHaveLength(2);
  expect(tables[0]).toContain('`fanfold()`');
  expect(tables[0]).toBe(tables[1]);
});
