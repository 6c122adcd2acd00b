/** A deploy that adds, changes and removes limits: an old and a new worker side by side, real processes on a real server. */
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { fileStore } from '../../src/store/files.ts';
import { lasting, type LastingProcess } from '../support/lasting.ts';
import { eventually } from '../support/temporal.ts';

const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}`);

test('adding, changing and removing a limit in a rolling deploy fails no run and leaves none waiting', async () => {
  const taskQueue = `deploy-${randomUUID().slice(0, 8)}`;
  const home = await mkdtemp(join(tmpdir(), 'fanfold-deploy-'));
  const connection = await Connection.connect({ address: inject('temporal').address });
  const client = new FanfoldClient({ client: new Client({ connection }), taskQueue, store: fileStore(home) });
  const environment = { FANFOLD_TASK_QUEUE: taskQueue, FANFOLD_HOME: home };
  const worker = (limits: object): Promise<LastingProcess> =>
    lasting(['worker', '--demo'], { environment, files: { 'fanfold.config.json': JSON.stringify({ limits }) } });
  const at = (limit: string, count: number, ms: number) => ({
    tasks: ids(count).map((id) => ({ id, activity: 'wait', input: { ms } })),
    options: { limit },
  });
  const run = (limit: string): Promise<RunView> => client.run('tasks', at(limit, 2, 5));

  const old = await worker({ api: { concurrency: 2 }, mail: { concurrency: 2 } });
  expect((await run('api')).status).toBe('completed');
  const next = await worker({ crm: { concurrency: 2 }, mail: { concurrency: 5 } });
  // Whichever of the two takes the run's workflow task: neither has both limits.
  const views = await Promise.all(ids(8).flatMap(() => [run('api'), run('crm'), run('mail')]));
  expect(views.map(({ status, error }) => error?.message ?? status)).toEqual(views.map(() => 'completed'));

  const refused = await run('nothing');
  expect(refused).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
  expect(refused.error?.message).toMatch(/there is .*'api'.*'crm'|there is .*'crm'.*'api'/);

  // The old one ends while many tasks still wait at the limit that it alone is configured with.
  const { runId } = await client.start('tasks', at('api', 12, 900));
  await eventually(async () => ((await client.progress(runId))?.[0]?.succeeded ?? 0) > 0 || undefined);
  expect(await old.stop()).toBe(0);
  expect(await client.result(runId)).toMatchObject({
    status: 'completed',
    fanIn: { successCount: 12, failureCount: 0 },
  });
  await eventually(() => (next.stderr().includes("wait at the limit 'api'") ? true : undefined));

  // Who is configured with it no longer is one who would take it on.
  const gone = await run('api');
  expect(gone).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
  expect((await run('mail')).status).toBe('completed');
  expect(await next.stop()).toBe(0);
  await connection.close();
}, 120_000);
