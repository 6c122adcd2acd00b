import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { eventually } from '../support/temporal.ts';
import { startToxiproxy } from '../support/toxiproxy.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'fanfold-network-'));
const [proxy, why] = await startToxiproxy(inject('temporal').address);
let worker: ChildProcess | undefined;
afterAll(async () => {
  worker?.kill('SIGKILL');
  await proxy?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a worker whose network is slow, reset and down finishes the run; nothing is lost, and nothing that finished runs again', async ({
  skip,
}) => {
  if (!proxy) return skip(why);
  const taskQueue = `network-${randomUUID().slice(0, 8)}`;
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: proxy.address,
    FANFOLD_HOME: folder,
    FANFOLD_JOURNALS: folder,
    FANFOLD_TASK_QUEUE: taskQueue,
  };
  worker = spawn(process.execPath, [main, 'worker', '--demo'], { env, stdio: 'ignore' });
  const { temporal } = await FanfoldClient.connect({ address: inject('temporal').address });
  const fanfold = new FanfoldClient({ client: temporal, taskQueue });
  const journal = join(folder, 'journal');
  const tasks = Array.from({ length: 160 }, (_, n) => ({ id: `t${n}`, activity: 'wait', input: { ms: 200, journal } }));
  const { runId } = await fanfold.start('tasks', {
    tasks,
    options: { concurrency: 8, attempts: 10, granularity: 'task' },
  });
  /** What the server knows as finished. */
  const finished = async (): Promise<string[]> => {
    const { events } = await temporal.workflow.getHandle(runId).fetchHistory();
    const ids = new Map(
      events?.map((event) => [String(event.eventId), event.activityTaskScheduledEventAttributes?.activityId]),
    );
    return (events ?? []).flatMap((event) => {
      const done = event.activityTaskCompletedEventAttributes;
      return done ? [ids.get(String(done.scheduledEventId)) ?? ''] : [];
    });
  };
  const breaks = [
    () => proxy.add('latency', { latency: 300, jitter: 100 }),
    () => proxy.add('reset_peer', { timeout: 0 }),
    () => proxy.down(),
  ];
  const endsOf = async (): Promise<Map<string, number>> => {
    const counts = new Map<string, number>();
    for (const [, id = ''] of (await readFile(journal, 'utf8')).matchAll(/^end (\S+)/gm))
      counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  };
  /** How often a task had run when the server knew its end; one whose report was lost in a break may have run twice by then. */
  const before = new Map<string, number | undefined>();
  for (const [index, breakIt] of breaks.entries()) {
    const known = await eventually(async () => {
      const ids = await finished();
      return ids.length >= before.size + 10 ? ids : undefined;
    });
    const ran = await endsOf();
    for (const id of known) if (!before.has(id)) before.set(id, ran.get(id));
    expect(known.length, `break ${index} came too late`).toBeLessThan(tasks.length);
    await breakIt();
    await sleep(2000);
    await proxy.mend();
  }
  const view = await fanfold.result(runId);
  expect(view).toMatchObject({ status: 'completed', fanIn: { successCount: tasks.length } });
  const ran = await endsOf();
  expect(tasks.filter(({ id }) => !ran.has(id))).toEqual([]);
  expect([...before].filter(([id, times]) => ran.get(id) !== times)).toEqual([]);
  await fanfold.close();
  return undefined;
});
