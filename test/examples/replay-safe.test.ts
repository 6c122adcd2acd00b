/** The table of `docs/replay-safe-changes.md`: each change is replayed against a history of before it. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { beforeAll, expect, inject, test } from 'vitest';
import { fanfold } from 'fanfold/worker';
import { quietLogs } from '../support/temporal.ts';

const unchanged = 'nothing has changed';
const page = await readFile(new URL('../../docs/replay-safe-changes.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| (.+?) +\| (yes|no)\b/gm)].map(
  ([, change = '', safe = '']) => [change, safe] as const,
);
let code = '';
let history: Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

beforeAll(async () => {
  quietLogs();
  const workflowsPath = fileURLToPath(new URL('../support/changed-workflows.ts', import.meta.url));
  const plugins = [fanfold({ limits: {} })];
  ({ code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR'), plugins }));
  const { address } = inject('temporal');
  const taskQueue = `changes-${randomUUID().slice(0, 8)}`;
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowBundle: { code },
    activities: { score: async (value: number) => value },
    plugins,
  });
  const client = new Client({ connection: await Connection.connect({ address }) });
  history = await worker.runUntil(async () => {
    const handle = await client.workflow.start('scores', { taskQueue, workflowId: taskQueue });
    await handle.result();
    return handle.fetchHistory();
  });
}, 120_000);

function replay(change: string): Promise<void> {
  const literal = JSON.stringify(change);
  const changed = code.replace(new RegExp(`(["'])${unchanged}\\1`), () => literal);
  return Worker.runReplayHistory({ workflowBundle: { code: changed } }, history);
}

test('the code as it was replays', async () => {
  await replay(unchanged);
});

test('the page has a row for each change that is tried, and no others', async () => {
  const source = await readFile(new URL('../support/changed-workflows.ts', import.meta.url), 'utf8');
  const tried = [...source.matchAll(/^ {2}'(.+)': \{/gm)].map(([, name = '']) => name);
  expect(rows.map(([change]) => change)).toEqual(tried);
});

test.each(rows)('%s in an open run: %s', async (change, safe) => {
  const failed = await replay(change).then(
    () => 'yes',
    (error: Error) => (/determinis/i.test(error.message) ? 'no' : error.message),
  );
  expect(failed).toBe(safe);
});

test('a deploy of code behind `patched`, old and new workers side by side without versions, hangs and loses no run', async () => {
  const { address } = inject('temporal');
  const taskQueue = `patched-${randomUUID().slice(0, 8)}`;
  const client = new Client({ connection: await Connection.connect({ address }) });
  const taken = new Map<string, number>();
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const worker = async (version: string): Promise<{ stop(): Promise<void> }> => {
    const made = await Worker.create({
      connection: await NativeConnection.connect({ address }),
      taskQueue,
      workflowBundle: { code: code.replace(/(["'])the code before\1/, () => JSON.stringify(version)) },
      activities: {
        async score(value: number): Promise<number> {
          taken.set(version, (taken.get(version) ?? 0) + 1);
          await gate;
          return value;
        },
      },
      plugins: [fanfold({ limits: {} })],
      // So that each workflow task goes to whichever of the two asks first.
      maxCachedWorkflows: 0,
    });
    const running = made.run();
    return {
      stop() {
        made.shutdown();
        return running;
      },
    };
  };
  const start = (name: string): Promise<WorkflowHandle[]> =>
    Promise.all(
      Array.from({ length: 4 }, (_, at) =>
        client.workflow.start('patient', { taskQueue, workflowId: `${taskQueue}-${name}-${at}` }),
      ),
    );
  const old = await worker('the code before');
  const began = await start('old');
  await expect.poll(() => taken.get('the code before') ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);
  const next = await worker('the code after');
  const during = await start('both');
  await expect.poll(() => taken.get('the code after') ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);
  open();
  // Some end while both run.
  await Promise.race([...began, ...during].map((handle) => handle.result()));
  await old.stop();
  const after = await start('new');
  const ends = await Promise.all([...began, ...during, ...after].map((handle) => handle.result() as Promise<number[]>));
  expect(ends).toEqual(ends.map(() => Array.from({ length: 20 }, (_, item) => item)));
  await next.stop();
}, 180_000);
