/** Runs of several codecs in one namespace: what one process cannot read takes nothing else away from it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { afterAll, expect, inject, test } from 'vitest';
import { runsTable } from '../../src/cli/runs-command.ts';
import { cleanedText } from '../../src/cli/store.ts';
import { FanfoldClient } from '../../src/client.ts';
import { startServer } from '../../src/dev-server/dev-server.ts';
import { startService } from '../../src/http.ts';
import { listStuck } from '../../src/runs/list-stuck.ts';
import { cleanStore } from '../../src/store/clean.ts';
import { fileStore } from '../../src/store/files.ts';
import { runPrefix } from '../../src/store/keys.ts';
import { encrypting } from '../support/codec.ts';
import { eventually, stage } from '../support/temporal.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-mixed-'));
process.env['FANFOLD_HOME'] = home;
const codec = encrypting();

/** A server of its own, where no other test meets runs that it cannot read. */
let started: Promise<{ readonly address: string; stop(): Promise<void> }> | undefined;
const server = async () => {
  const { binary } = inject('temporal');
  return (await (started ??= startServer({ binary, logFile: join(home, 'server.log') }))).address;
};
afterAll(async () => (await started)?.stop());

const on = stage({}, undefined, { home, dataConverter: { payloadCodecs: [codec] }, server });
const before = stage({}, undefined, { home, server });

const tasks = [{ id: 'a', activity: 'wait', input: { ms: 1 } }];
const all = async <T>(results: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const result of results) found.push(result);
  return found;
};

test('a list over runs of mixed codecs has them all, and names those that cannot be read, which a tenant does not see', async () => {
  const tenant = `acme-${randomUUID()}`;
  const run = async (client: FanfoldClient): Promise<string> =>
    (await client.run('tasks', { tasks, options: { tenant } })).runId;
  const [open, coded] = [await run(before.fanfold), await run(on.fanfold)];
  const { connection } = on.client;
  const without = new FanfoldClient({ client: new Client({ connection }), taskQueue: on.taskQueue });
  const wrong = new FanfoldClient({
    client: new Client({ connection, dataConverter: { payloadCodecs: [encrypting()] } }),
    taskQueue: on.taskQueue,
  });
  for (const reader of [without, wrong]) {
    const both = await eventually(async () => {
      const listed = (await all(reader.list(1000))).filter(({ runId }) => runId === open || runId === coded);
      return listed.length === 2 ? listed : undefined;
    });
    expect(both).toMatchObject([
      { runId: coded, kind: 'tasks', status: 'completed', unreadable: { type: 'CodecMismatch' } },
      { runId: open, kind: 'tasks', status: 'completed', tenant },
    ]);
    expect((await all(reader.list(1000, { tenant }))).map(({ runId }) => runId)).toEqual([open]);
  }
  const service = await startService({ client: without, port: 0 });
  const { runs } = (await (await fetch(`${service.url}/runs?limit=100`)).json()) as { runs: { runId: string }[] };
  expect(runs.find(({ runId }) => runId === coded)).toMatchObject({ unreadable: { type: 'CodecMismatch' } });
  expect(runsTable(await all(without.list(100)), (_colour, text) => text)).toMatch(/Not readable here.*payloadCodecs/s);
  await service.close();
  const read = (await all(on.fanfold.list(1000))).find(({ runId }) => runId === coded);
  expect(read).toMatchObject({ tenant });
  expect(read).not.toHaveProperty('unreadable');
});

test('a look for runs that cannot go on goes on over one whose memo cannot be read', async () => {
  const workflowId = `coded-${randomUUID()}`;
  const how = { taskQueue: `nobody-${workflowId}`, workflowId, args: [{ tasks }], memo: { 'fanfold.input': 'secret' } };
  const handle = await on.client.workflow.start('runTasks', how);
  const client = new Client({ connection: on.client.connection });
  const without = new FanfoldClient({ client, taskQueue: on.taskQueue });
  const stuck = await eventually(async () =>
    (await all(listStuck(without, 100, {}))).find(({ runId }) => runId === workflowId),
  );
  expect(stuck).toMatchObject({ stuck: { reason: 'noWorker' }, unreadable: { type: 'CodecMismatch' } });
  await handle.terminate();
});

test('a cleaner that cannot read a history deletes nothing that it may name, and says what it left and why', async () => {
  const store = fileStore(mkdtempSync(join(tmpdir(), 'fanfold-codec-clean-')));
  const gone = `${runPrefix('default', `gone-${randomUUID()}`)}page`;
  await store.put(gone, Buffer.from('x'));
  const { runId } = await on.fanfold.map('wait', [{ ms: 1 }]);
  await on.fanfold.result(runId);
  const { connection } = on.client;
  const options = { olderThanMs: 0, now: Date.now() + 24 * 3600_000, force: true };
  const wrong = { payloadCodecs: [{ encode: codec.encode, decode: () => Promise.reject(new Error('no key')) }] };
  for (const [reader, why] of [
    [new Client({ connection }), "encoding 'binary/encrypted'"],
    [new Client({ connection, dataConverter: wrong }), 'no key'],
  ] as const) {
    const cleaned = await eventually(async () => {
      const done = await cleanStore(store, reader, options);
      return done.left?.unreadable.some(({ of }) => of.includes(runId)) ? done : undefined;
    });
    expect(cleaned).toMatchObject({ runs: 0, objects: 0, kept: 0, left: { runs: 1, objects: 1, bytes: 1 } });
    const unread = cleaned.left?.unreadable.find(({ of }) => of === `run '${runId}'`);
    expect(unread?.problem).toContain(why);
    expect(cleanedText(cleaned)).toMatch(/^Deleted 0 objects .*\nLeft 1 objects \(1 bytes\) of 1 runs .*:\n {2}run '/);
    expect(await store.get(gone)).toBeDefined();
  }
  expect(await cleanStore(store, on.client, options)).toMatchObject({ runs: 1, objects: 1 });
  expect(await store.get(gone)).toBeUndefined();
});
