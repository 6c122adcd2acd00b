/** The figures of `docs/what-it-costs.md`, counted in the histories of a real server and in a plain process. */
import { createHook } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { gather, group } from 'fanfold';
import { fanfold } from 'fanfold/worker';
import { quietLogs } from '../support/temporal.ts';

const taskQueue = `costs-${randomUUID().slice(0, 8)}`;
const page = new URL('../../docs/what-it-costs.md', import.meta.url);
let worker: Worker;
let running: Promise<void>;
let client: Client;

beforeAll(async () => {
  quietLogs();
  const { address } = inject('temporal');
  worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowsPath: fileURLToPath(new URL('../support/cost-workflows.ts', import.meta.url)),
    activities: { score: async (value: number) => value },
    plugins: [fanfold({ limits: {} })],
  });
  running = worker.run();
  client = new Client({ connection: await Connection.connect({ address }) });
}, 120_000);
afterAll(async () => {
  worker.shutdown();
  await running;
});

/** Of events that the number of workflow tasks does not change. */
async function counted(type: string): Promise<Record<string, number>> {
  const handle = await client.workflow.start(type, { taskQueue, workflowId: `${type}-${randomUUID()}` });
  await handle.result();
  const { events = [] } = await handle.fetchHistory();
  const counts = { activities: 0, timers: 0, local: 0, patches: 0, signals: 0 };
  for (const event of events ?? []) {
    if (event.activityTaskScheduledEventAttributes) counts.activities++;
    if (event.timerStartedEventAttributes) counts.timers++;
    if (event.workflowExecutionSignaledEventAttributes) counts.signals++;
    const marker = event.markerRecordedEventAttributes?.markerName;
    if (marker === 'core_local_activity') counts.local++;
    else if (marker) counts.patches++;
  }
  return counts;
}

/** Rows of the page's table: what it is called, and the workflow that is counted. */
const rows = [
  ['`Promise.all`, Temporal’s `proxyActivities`', 'promiseAll'],
  ['`gather`, Temporal’s `proxyActivities`', 'gatherTemporal'],
  ["`gather`, `travel: 'alone'`", 'gatherAlone'],
  ["`group`, `travel: 'alone'`", 'groupAlone'],
  ["`asCompleted`, `travel: 'alone'`", 'asCompletedAlone'],
  ['… with `deadline`', 'gatherDeadline'],
  ['… with `taskTimeout`', 'gatherTaskTimeout'],
  ['… with `hedge`', 'gatherHedge'],
  ["`gather`, `travel: 'pack'`", 'gatherPack'],
  ["`gather`, `travel: 'local'`", 'gatherLocal'],
] as const;

test.each(rows)('%s costs what the page says', async (name, type) => {
  const counts = await counted(type);
  console.info(type, JSON.stringify(counts));
  const row = (await readFile(page, 'utf8')).split('\n').find((line) => line.startsWith(`| ${name} `));
  const [, , ...cells] = row?.split('|').map((cell) => cell.trim()) ?? [];
  const found = [counts['activities'], counts['timers'], counts['local'], counts['patches']];
  // Where a cell says `0 or 1`, it depends on the order in which results arrive.
  for (const [index, count] of found.entries()) expect(cells[index]?.split(' or ')).toContain(String(count));
});

async function promisesOf(work: () => Promise<unknown>): Promise<number> {
  let made = 0;
  const hook = createHook({ init: (_id, type) => void (type === 'PROMISE' && made++) });
  await work();
  hook.enable();
  await work();
  hook.disable();
  return made;
}

test('promises a task are as many as the page says', async () => {
  const items = Array.from({ length: 1000 }, (_, index) => index);
  const call = async (item: number): Promise<number> => item;
  const measured = {
    'Promise.all': await promisesOf(() => Promise.all(items.map(call))),
    'Promise.allSettled': await promisesOf(() => Promise.allSettled(items.map(call))),
    gather: await promisesOf(() => gather(items, call)),
    group: await promisesOf(() => group(items, call)),
  };
  console.info(JSON.stringify(measured));
  const text = await readFile(page, 'utf8');
  for (const [name, promises] of Object.entries(measured))
    expect(text).toContain(`\`${name}\` ${Math.round(promises / 1000)}`);
});
