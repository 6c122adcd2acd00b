/**
 * The README's table of what works on a plain worker and what on one with the plugin, row by row, on both. Neither workflow
 * module exports anything of fanfold.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerPlugin } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { openStore } from '../../src/store/open.ts';
import { fanfold } from '../../src/worker.ts';
import { progressQuery } from '../../src/workflow.ts';
import { quietLogs } from '../support/temporal.ts';

type Which = 'plain' | 'plugged';

const home = mkdtempSync(join(tmpdir(), 'fanfold-features-'));
const workflowsPath = fileURLToPath(new URL('../support/feature-workflows.ts', import.meta.url));
const queues = { plain: `plain-${randomUUID().slice(0, 8)}`, plugged: `plugged-${randomUUID().slice(0, 8)}` };
const activities = {
  echo: async (value: unknown) => value,
  hang: async () => Context.current().cancelled,
};
const workers: { readonly worker: Worker; readonly running: Promise<void> }[] = [];
let temporal: Client;

beforeAll(async () => {
  quietLogs();
  const { address } = inject('temporal');
  temporal = new Client({ connection: await Connection.connect({ address }) });
  const plugins: Record<Which, WorkerPlugin[]> = {
    plain: [],
    plugged: [fanfold({ home, limits: { api: { concurrency: 2 } }, agents: true })],
  };
  for (const which of ['plain', 'plugged'] as const) {
    const connection = await NativeConnection.connect({ address });
    const options = { connection, taskQueue: queues[which], workflowsPath, activities, plugins: plugins[which] };
    const worker = await Worker.create(options);
    workers.push({ worker, running: worker.run() });
  }
}, 120_000);
afterAll(async () => {
  for (const { worker } of workers) worker.shutdown();
  await Promise.all(workers.map(({ running }) => running));
});

const client = (which: Which): FanfoldClient =>
  new FanfoldClient({ client: temporal, taskQueue: queues[which], store: openStore(home) });
const start = (which: Which, type: string): Promise<WorkflowHandle> =>
  temporal.workflow.start(type, { taskQueue: queues[which], workflowId: randomUUID(), args: [] });

interface Scheduled {
  readonly result: unknown;
  /** Of its activities. */
  readonly types: readonly string[];
  readonly beats: readonly boolean[];
}

async function ran(which: Which, type: string): Promise<Scheduled> {
  const handle = await start(which, type);
  const result = await handle.result();
  const { events } = await handle.fetchHistory();
  const all = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: each }) => each ?? []);
  const types = all.map(({ activityType }) => activityType?.name ?? '');
  return { result, types, beats: all.map(({ heartbeatTimeout }) => Number(heartbeatTimeout?.seconds ?? 0) > 0) };
}

const numbers = Array.from({ length: 30 }, (_, index) => index);
const missing = [
  { success: false, error: { name: 'PluginMissing', message: expect.stringContaining('plugins: [fanfold()]') } },
];
/** A run that no workflow of the worker serves says so by name, and is ended here. */
async function refused(begun: Promise<unknown>, id: string, type: string): Promise<void> {
  await expect(begun).rejects.toMatchObject({ type: 'RunStuck', message: expect.stringContaining(type) });
  await temporal.workflow.getHandle(id).terminate();
}
const packed = 'fanfold.runPack';

/** By the first column of the table. */
const rows: Readonly<Record<string, Record<Which, () => Promise<void>>>> = {
  '`gather`, `group`, `asCompleted`, `reduce`, live control, redrive of results': both(async (which) => {
    expect((await ran(which, 'verbs')).result).toEqual([[1, 2], [1, 2], 2, 'ab', [1, 2]]);
    const handle = await start(which, 'controlled');
    await expect
      .poll(() => handle.query(progressQuery), { timeout: 30_000 })
      .toMatchObject([{ name: 'held', running: 1 }]);
    await handle.executeUpdate('fanfold.settleNow', { args: [] });
    expect(await handle.result()).toBe('settleNow');
  }),
  '`mapActivity`': {
    plain: async () => {
      const { result, types } = await ran('plain', 'mapped');
      expect(result).toEqual(numbers);
      expect(types).toEqual(numbers.map(() => 'echo'));
    },
    plugged: async () => {
      const { result, types } = await ran('plugged', 'mapped');
      expect(result).toEqual(numbers);
      // In packs, or inside the workflow's own task where the worker has seen that they are fast.
      expect(types.length).toBeLessThan(numbers.length);
    },
  },
  'calls inside tasks travel together; heartbeats of their own; recovery in seconds': {
    plain: async () => {
      const { result, types, beats } = await ran('plain', 'called');
      expect(result).toEqual(numbers);
      expect(types.filter((type) => type === 'echo')).toHaveLength(numbers.length);
      expect(new Set(beats)).toEqual(new Set([false]));
    },
    plugged: async () => {
      const { result, types, beats } = await ran('plugged', 'called');
      expect(result).toEqual(numbers);
      // In packs, or inside the workflow's own task where the worker has seen that they are fast.
      expect(types.length).toBeLessThan(numbers.length);
      for (const [index, type] of types.entries())
        if (type === 'echo' || type === packed) expect(beats[index]).toBe(true);
    },
  },
  '`limit`, `cached`, `mapSource`': {
    plain: async () => {
      for (const type of ['limited', 'kept', 'sourced'])
        expect((await ran('plain', type)).result).toMatchObject(missing);
    },
    plugged: async () => {
      for (const type of ['limited', 'kept'])
        expect((await ran('plugged', type)).result).toMatchObject([{ result: 7 }]);
      expect((await ran('plugged', 'sourced')).result).toMatchObject([{ result: 2 }]);
    },
  },
  "`client.run('tasks')`, `client.map`": {
    plain: async () => {
      const [tasks, map] = [randomUUID(), randomUUID()];
      await refused(
        client('plain').run('tasks', { tasks: [{ id: 'a', activity: 'echo' }] }, { id: tasks }),
        tasks,
        'runTasks',
      );
      await client('plain').map('echo', [1], { id: map });
      await refused(client('plain').result(map), map, 'mapItems');
    },
    plugged: async () => {
      const { fanIn } = await client('plugged').run('tasks', { tasks: [{ id: 'a', activity: 'echo', input: 3 }] });
      expect(fanIn?.mergedResults).toEqual([3]);
      const { runId } = await client('plugged').map('echo', numbers);
      expect((await client('plugged').result(runId)).fanIn?.successCount).toBe(numbers.length);
    },
  },
  'research, review, support, reconcile': {
    plain: async () => {
      const id = randomUUID();
      await refused(client('plain').run('research', { question: 'Why?', folders: [home] }, { id }), id, 'research');
    },
    plugged: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fanfold-features-docs-'));
      writeFileSync(
        join(folder, 'herons.md'),
        '# Herons\n\nThe grey heron stands still in shallow water until a fish comes.\n',
      );
      const view = await client('plugged').run('research', { question: 'How do herons fish?', folders: [folder] });
      expect(view).toMatchObject({ status: 'completed', answer: { text: expect.stringContaining('heron') } });
    },
  },
};

function both(check: (which: Which) => Promise<void>): Record<Which, () => Promise<void>> {
  return { plain: () => check('plain'), plugged: () => check('plugged') };
}

test('each row of the table is checked', () => {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  const table = /^\| what +\| plain worker.*\n.*\n((?:\|.*\n)+)/m.exec(readme)?.[1] ?? '';
  const first = table
    .trimEnd()
    .split('\n')
    .map((line) => line.split('|')[1]?.trim());
  expect(first).toEqual(Object.keys(rows));
});

describe.each(['plain', 'plugged'] as const)('on a %s worker', (which) => {
  test.each(Object.keys(rows))('%s', (name) => rows[name]?.[which](), 60_000);
});
