/** With a payload codec on worker and client nothing of a run lies in clear: not in the store, the databases or histories. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerPlugin } from '@temporalio/worker';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { startServer } from '../../src/dev-server/dev-server.ts';
import { startService } from '../../src/http.ts';
import type { TaskResult } from '../../src/index.ts';
import { folderOf } from '../../src/runs/map-pages.ts';
import { resultsKey } from '../../src/store/pages/keys.ts';
import { writtenPages } from '../../src/store/pages/results.ts';
import { demoPart, fanfold, openExternalStorage } from '../../src/worker.ts';
import { clearIn, clearInMessage, encrypting, filesOf } from '../support/codec.ts';
import { eventually, stage } from '../support/temporal.ts';
import { serve } from '../service/http-service.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-codec-'));
process.env['FANFOLD_HOME'] = home;
const codec = encrypting();
const dataConverter = { payloadCodecs: [codec] };

/** A server of its own, in whose database one can look, and where no other test meets runs that it cannot read. */
const serverFolder = mkdtempSync(join(tmpdir(), 'fanfold-codec-server-'));
const dbFilename = join(serverFolder, 'temporal.db');
let started: Promise<{ readonly address: string; stop(): Promise<void> }> | undefined;
const server = async () => {
  const { binary } = inject('temporal');
  return (await (started ??= startServer({ binary, dbFilename, logFile: join(serverFolder, 'server.log') }))).address;
};
afterAll(async () => (await started)?.stop());

const storage = () => openExternalStorage({ home, environment: {} });

let release: () => void;
const released = new Promise<void>((resolve) => (release = resolve));
const failed = new Set<unknown>();
const own = {
  said: async (item: unknown) => ({ said: item }),
  twice: async (item: unknown) => [item, item],
  heldBack: async ({ held, text }: { held: boolean; text: string }) => {
    if (held) await released;
    return text.repeat(60);
  },
  failsOnce: async (item: unknown) => {
    if (failed.has(item)) return { said: item };
    failed.add(item);
    throw new Error('not the first time');
  },
};
const on = stage(own, storage, { home, dataConverter, server });
const before = stage(own, storage, { home, server });
/** As Temporal's documentation has it, for messages and stack traces. */
const failureConverterPath = join(home, 'failures.cjs');
const common = createRequire(import.meta.url).resolve('@temporalio/common');
writeFileSync(
  failureConverterPath,
  `const { DefaultFailureConverter } = require(${JSON.stringify(common)});
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });`,
);
const whole = stage(own, storage, { home, server, dataConverter: { ...dataConverter, failureConverterPath } });
const served = serve({}, on);

/** Long enough not to be anywhere by chance. */
const secret = (): string => `secret ${randomUUID()}`;
const all = async <T>(results: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const result of results) found.push(result);
  return found;
};
const valuesOf = (results: readonly TaskResult[]): unknown[] =>
  results.map((result) => (result.success ? result.result : result.error.message));

const written = new Set<string>();
const noted = (text: string): string => {
  written.add(text);
  return text;
};

/** Histories as the server has them: what the client cannot decode is what nobody can read. */
async function historyOf(runId: string) {
  return on.client.workflowService.getWorkflowExecutionHistory({
    namespace: 'default',
    execution: { workflowId: runId },
    maximumPageSize: 1000,
  });
}

afterAll(() => {
  expect(clearIn(home, [...written])).toEqual([]);
  expect(clearIn(serverFolder, [...written])).toEqual([]);
});

describe('with a codec on worker and client', () => {
  it('any items are mapped and read back, and no file and no history has anything of them in clear', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 12, maxLength: 40 })
      .filter((given) => /\S{9}/.test(given) && given.isWellFormed());
    const item = fc.oneof(text, fc.record({ name: text, list: fc.array(text, { maxLength: 2 }) }));
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 30 }), async (items) => {
        const texts = items.flatMap((each) => (typeof each === 'string' ? [each] : [each.name, ...each.list]));
        const { runId } = await on.fanfold.map('said', items);
        expect((await on.fanfold.result(runId)).fanIn?.successCount).toBe(items.length);
        expect(valuesOf(await all(on.fanfold.results(runId)))).toEqual(items.map((said) => ({ said })));
        expect(clearIn(home, texts)).toEqual([]);
        expect(clearInMessage(await historyOf(runId), texts)).toBe(false);
      }),
      { numRuns: 6, endOnFailure: true },
    );
    expect(filesOf(home).filter(({ path }) => path.includes('results')).length).toBeGreaterThan(0);
  });

  it('a search for clear text finds it in the store, the database and the history where there is no codec', async () => {
    const word = secret();
    const { runId } = await before.fanfold.map('said', [word]);
    await before.fanfold.run('tasks', tasksOf(word));
    await before.fanfold.result(runId);
    const found = clearIn(home, [word]);
    expect(found.some((path) => path.includes('items'))).toBe(true);
    expect(found.some((path) => path.includes('results'))).toBe(true);
    await eventually(() => clearIn(serverFolder, [word])[0]);
    expect(clearInMessage(await historyOf((await before.fanfold.run('tasks', tasksOf(word))).runId), [word])).toBe(
      true,
    );
  });

  it('pages of runs from before are read, and redriven, by who has codecs now', async () => {
    const word = secret();
    const { runId } = await before.fanfold.map('failsOnce', [word], { options: { attempts: 1 } });
    await before.fanfold.result(runId);
    expect(valuesOf(await all(on.fanfold.results(runId)))).toEqual(['not the first time']);
    const again = await on.fanfold.redrive(runId);
    await on.fanfold.result(again.runId);
    expect(valuesOf(await all(on.fanfold.results(again.runId)))).toEqual([{ said: word }]);
  });

  it('who has none is told so by name, over the client and over HTTP', async () => {
    const { runId } = await on.fanfold.map('said', [noted(secret())]);
    await on.fanfold.result(runId);
    const { connection } = on.client;
    const without = new FanfoldClient({ client: new Client({ connection }), taskQueue: on.taskQueue });
    const folder = await folderOf(on.client, runId);
    const key = resultsKey(folder, 0, 0, (await writtenPages(without.store, folder, 0)).get(0));
    await expect(without.store.get(key)).rejects.toMatchObject({ type: 'CodecMismatch' });
    const asked = [
      () => all(without.results(runId)),
      () => without.get(runId),
      () => without.result(runId),
      () => without.deadLetters(runId),
      () => without.redrive(runId),
    ];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ type: 'CodecMismatch' });
    const service = await startService({ client: without, port: 0 });
    const answer = await fetch(`${service.url}/runs/${runId}/results`);
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { detail: expect.stringContaining('payloadCodecs') },
    ]);
    await service.close();
  });

  it('results, dead letters and a redrive are as ever, over the client and over HTTP', async () => {
    const [good, bad] = [noted(secret()), noted(secret())];
    failed.add(good);
    const { runId } = await on.fanfold.map('failsOnce', [good, bad], { options: { attempts: 1, minSuccessRatio: 0 } });
    await on.fanfold.result(runId);
    const page = await served.get<{ results: TaskResult[] }>(`/runs/${runId}/results`);
    expect(valuesOf(page.body.results)).toEqual([{ said: good }, 'not the first time']);
    expect(await on.fanfold.deadLetters(runId)).toMatchObject([{ input: bad, errors: ['not the first time'] }]);
    const again = await on.fanfold.redrive(runId);
    await on.fanfold.result(again.runId);
    expect(valuesOf(await all(on.fanfold.results(again.runId)))).toEqual([{ said: good }, { said: bad }]);
    const tasks = [{ id: 'a', activity: 'failsOnce', input: noted(secret()) }];
    const ofTasks = await on.fanfold.run('tasks', { tasks, options: { attempts: 1 } });
    expect(await on.fanfold.deadLetters(ofTasks.runId)).toMatchObject([{ id: 'a', input: tasks[0] }]);
  });

  it('messages of failures are read where their converter encodes them, and in clear where it does not', async () => {
    const tasks = () => [{ id: 'a', activity: 'wait', input: { ms: 1, fail: secret() } }];
    const options = { granularity: 'task', attempts: 1 } as const;
    const [open, closed] = [tasks(), tasks()];
    const first = await on.fanfold.run('tasks', { tasks: open, options });
    const second = await whole.fanfold.run('tasks', { tasks: closed, options });
    const [shown = '', hidden = ''] = [open[0]?.input.fail, closed[0]?.input.fail];
    expect(clearInMessage(await historyOf(first.runId), [shown])).toBe(true);
    expect(clearInMessage(await historyOf(second.runId), [hidden])).toBe(false);
    expect(await whole.fanfold.deadLetters(second.runId)).toMatchObject([{ errors: [hidden], attempts: 1 }]);
  });

  it('a cached result is found again, and its row has nothing in clear', async () => {
    const word = noted(secret());
    const cacheKey = noted(secret());
    const tasks = [{ id: 'a', activity: 'said', input: word, cacheKey }];
    for (let time = 0; time < 2; time++)
      expect((await on.fanfold.run('tasks', { tasks })).fanIn?.mergedResults).toEqual([{ said: word }]);
    expect(filesOf(home).map(({ path }) => path)).toContain('results.db');
    expect(clearIn(home, [word, cacheKey])).toEqual([]);
  });

  it('what a pack has finished lies encoded beside its heartbeat, and large payloads too', async () => {
    const texts = Array.from({ length: 40 }, () => noted(secret()));
    const tasks = texts.map((text, index) => ({
      id: `${index}`,
      activity: 'heldBack',
      input: { held: index === 0, text },
    }));
    const { runId } = await on.fanfold.start('tasks', { tasks, options: { granularity: 40 } });
    await eventually(
      () => filesOf(home).some(({ path }) => path.includes(runId) && path.includes('packs')) || undefined,
    );
    expect(clearIn(home, texts)).toEqual([]);
    const raw = await eventually(async () => {
      const seen = (await on.client.workflow.getHandle(runId).describe()).raw;
      return seen.pendingActivities?.[0]?.heartbeatDetails?.payloads?.length ? seen : undefined;
    });
    expect(clearInMessage(raw, texts)).toBe(false);
    release();
    expect((await on.fanfold.result(runId)).fanIn?.mergedResults).toEqual(texts.map((text) => text.repeat(60)));
    const large = noted(secret()).repeat(30_000);
    expect((await on.fanfold.run('tasks', tasksOf(large))).fanIn?.mergedResults).toEqual([[large, large]]);
    expect(filesOf(home).some(({ path }) => path.includes('payloads'))).toBe(true);
  });

  it('tasks that are a branch each, stored values included, lie encoded', async () => {
    const texts = Array.from({ length: 3 }, () => noted(secret()).repeat(100));
    const { runId } = await on.fanfold.map('said', texts, { options: { granularity: 'task' } });
    await on.fanfold.result(runId);
    expect(valuesOf(await all(on.fanfold.results(runId)))).toEqual(texts.map((said) => ({ said })));
  });
});

describe("with ids: 'hashed'", () => {
  const options = { ids: 'hashed' } as const;

  it('the id of an activity is in clear without it', async () => {
    const id = secret();
    const { runId } = await on.fanfold.run('tasks', {
      tasks: [{ id, activity: 'said' }],
      options: { granularity: 'task' },
    });
    expect(clearInMessage(await historyOf(runId), [id])).toBe(true);
  });

  it.each(['task', 'local', 2, 'auto'] as const)(
    'no id of a task is in clear, by granularity %s',
    async (granularity) => {
      const tasks = Array.from({ length: 4 }, () => ({ id: noted(secret()), activity: 'said', input: 1 }));
      const ids = tasks.map(({ id }) => id);
      const { runId, fanIn } = await on.fanfold.run('tasks', { tasks, options: { ...options, granularity } });
      expect(fanIn?.results.map(({ id }) => id)).toEqual(ids);
      expect(clearInMessage(await historyOf(runId), ids)).toBe(false);
    },
  );

  it('progress, a cancelled task, an added one, dead letters and a redrive go by the ids that were given', async () => {
    const [slow, bad, late] = [noted(secret()), noted(secret()), noted(secret())];
    const { runId } = await on.fanfold.start('tasks', {
      tasks: [
        { id: slow, activity: 'wait', input: { ms: 60_000 } },
        { id: bad, activity: 'failsOnce', input: bad },
      ],
      options: { ...options, attempts: 1 },
    });
    await eventually(async () =>
      (await on.fanfold.progress(runId))?.[0]?.tasks.find(({ id, state }) => id === slow && state === 'running'),
    );
    await on.fanfold.add(runId, [{ id: late, activity: 'said', input: 1 }]);
    const { raw } = await on.client.workflow.getHandle(runId).describe();
    expect(clearInMessage(raw, [slow, bad, late])).toBe(false);
    await on.fanfold.cancel(runId, slow);
    const { fanIn } = await on.fanfold.result(runId);
    expect(Object.keys(fanIn?.failedTasks ?? {}).toSorted()).toEqual([slow, bad].toSorted());
    const letters = await on.fanfold.deadLetters(runId);
    expect(letters.find(({ id }) => id === bad)).toMatchObject({ attempts: 1, errors: ['not the first time'] });
    const again = await on.fanfold.redrive(runId, { options: { maxFailures: 5 } });
    await on.fanfold.cancel(again.runId, slow);
    const redone = await on.fanfold.result(again.runId);
    expect(redone.fanIn?.results.filter(({ success }) => success).map(({ id }) => id)).toEqual([bad, late]);
    expect(clearInMessage([await historyOf(runId), await historyOf(again.runId)], [slow, bad, late])).toBe(false);
    const [first, second] = [activityIdsOf(await historyOf(runId)), activityIdsOf(await historyOf(again.runId))];
    const opaque = first.filter((id) => /^[\da-f]{32}$/.test(id));
    expect(opaque.length).toBeGreaterThan(1);
    expect(second.filter((id) => opaque.includes(id))).toEqual([]);
  });

  it.each(['alone', 'pack', 'local'] as const)(
    'a workflow of ones own says so on its proxy, calls that travel %s',
    async (travel) => {
      const jobs = Array.from({ length: 3 }, () => ({ id: noted(secret()), ms: 1 }));
      const workflowId = `privately-${randomUUID()}`;
      const { taskQueue } = on;
      const results = await on.client.workflow.execute('privately', { taskQueue, workflowId, args: [jobs, travel] });
      expect((results as TaskResult[]).map(({ id, success }) => [id, success])).toEqual(
        jobs.map(({ id }) => [id, true]),
      );
      const ids = jobs.map(({ id }) => id);
      expect(clearInMessage(await historyOf(workflowId), ids)).toBe(false);
      const plain = await on.client.workflow.getHandle(workflowId).query('__temporal_workflow_metadata');
      expect(clearInMessage(plain, ids)).toBe(false);
    },
  );

  it('summaries and details have none either, where there is no codec', async () => {
    const id = secret();
    const tasks = [{ id, activity: 'wait', input: { ms: 60_000 } }];
    const { runId } = await before.fanfold.start('tasks', { tasks, options });
    await eventually(async () => (await before.fanfold.progress(runId))?.[0]?.running || undefined);
    const handle = before.client.workflow.getHandle(runId);
    const details = await handle.query('__temporal_workflow_metadata');
    expect(JSON.stringify(details)).toMatch(/[\da-f]{32}/);
    expect(clearInMessage(details, [id])).toBe(false);
    const history = await historyOf(runId);
    expect(clearInMessage([summariesOf(history), activityIdsOf(history)], [id])).toBe(false);
    await before.fanfold.cancel(runId);
  });

  it('items of a map run, a branch each, are not named either', async () => {
    const items = Array.from({ length: 3 }, () => ({ id: secret() }));
    const texts = items.map(({ id }) => id);
    const { runId } = await before.fanfold.map('said', items, { options: { ...options, granularity: 'task' } });
    await before.fanfold.result(runId);
    expect((await all(before.fanfold.results(runId))).map(({ id }) => id)).toEqual(texts);
    const summaries: unknown[] = [];
    for await (const { workflowId } of before.client.workflow.list({ query: `WorkflowType = 'mapBranch'` }))
      if (workflowId.startsWith(runId)) summaries.push(summariesOf(await historyOf(workflowId)));
    expect(clearInMessage(summaries, ['said: '])).toBe(true);
    expect(clearInMessage(summaries, texts)).toBe(false);
  });
});

type History = Awaited<ReturnType<typeof historyOf>>;

function activityIdsOf({ history }: History): string[] {
  return (history?.events ?? []).flatMap(({ activityTaskScheduledEventAttributes: at }) => at?.activityId ?? []);
}

function summariesOf({ history }: History): unknown[] {
  return (history?.events ?? []).map(({ userMetadata }) => userMetadata);
}

function tasksOf(input: unknown) {
  return { tasks: [{ id: 'a', activity: 'twice', input }] };
}

it('codecs that a plugin behind fanfold brings are heeded as well', async () => {
  const { codePath } = inject('temporal');
  const address = await server();
  const taskQueue = `codec-${randomUUID()}`;
  const encryption: WorkerPlugin = {
    name: 'encryption',
    configureWorker: (options) => ({ ...options, dataConverter: { ...options.dataConverter, ...dataConverter } }),
  };
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowBundle: { codePath },
    activities: own,
    plugins: [fanfold({ home, parts: [demoPart()] }), encryption],
  });
  const client = new FanfoldClient({ client: on.client, taskQueue });
  const word = noted(secret());
  await worker.runUntil(async () => {
    const { runId } = await client.map('said', [word]);
    await client.result(runId);
    expect(valuesOf(await all(client.results(runId)))).toEqual([{ said: word }]);
    const cached = { tasks: [{ id: 'a', activity: 'said', input: word, cacheKey: randomUUID() }] };
    expect((await client.run('tasks', cached)).fanIn?.successCount).toBe(1);
  });
  expect(clearIn(home, [word])).toEqual([]);
});
