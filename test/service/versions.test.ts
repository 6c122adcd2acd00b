/** A rolling upgrade with versions: an old and a new worker side by side, real processes on a real server. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { fileStore } from '../../src/store/files.ts';
import { lasting } from '../support/lasting.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const name = `versions-${randomUUID().slice(0, 8)}`;

test('a run ends on the version that it began on, new runs begin on the one that was promoted, and none is lost', async () => {
  const store = await mkdtemp(join(tmpdir(), 'fanfold-versions-'));
  const { address } = inject('temporal');
  const connection = await Connection.connect({ address });
  const client = new FanfoldClient({ client: new Client({ connection }), taskQueue: name, store: fileStore(store) });
  const versionOf = async (id: string): Promise<string | null | undefined> => {
    const { raw } = await client.temporal.workflow.getHandle(id).describe();
    return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
  };
  const environment = { FANFOLD_TASK_QUEUE: name, FANFOLD_DEPLOYMENT: name, FANFOLD_STORE: store };
  const worker = (build: string) =>
    lasting(['worker', '--demo'], {
      environment: { ...environment, FANFOLD_BUILD_ID: build },
      files: { 'fanfold.config.json': '{ "limits": { "crm": { "concurrency": 2 } } }' },
    });
  const [old] = [await worker('build-1')];
  // One that goes on over the whole upgrade, with workflow tasks before and after, at a limit too.
  const tasks = Array.from({ length: 8 }, (_, at) => ({
    id: `t${at}`,
    activity: 'wait',
    input: { ms: 1500 },
    ...(at % 2 === 0 ? { limit: 'crm' } : {}),
  }));
  await client.start('tasks', { tasks, options: { concurrency: 1 } }, { id: `${name}-a` });
  await eventually(async () => ((await versionOf(`${name}-a`)) === 'build-1' ? true : undefined));
  const next = await worker('build-2');
  // Not promoted yet: a new worker alone changes nothing for new runs.
  await client.run('tasks', { tasks: [{ id: 'x', activity: 'echo' }] }, { id: `${name}-b` });
  expect(await versionOf(`${name}-b`)).toBe('build-1');
  const env = { ...process.env, ...environment, TEMPORAL_ADDRESS: address, FANFOLD_HOME: store };
  const promoted = await promisify(execFile)(process.execPath, [main, 'promote', 'build-2'], { env, cwd: store });
  expect(promoted.stdout).toContain("begin on build 'build-2'");
  await eventually(async () => {
    const id = `${name}-c-${randomUUID().slice(0, 8)}`;
    const view = await client.run('tasks', { tasks: [{ id: 'x', activity: 'echo' }] }, { id });
    expect(view.status).toBe('completed');
    return (await versionOf(id)) === 'build-2' ? true : undefined;
  });
  const ended = await client.result(`${name}-a`);
  expect(ended).toMatchObject({ status: 'completed', fanIn: { successCount: 8, failureCount: 0 } });
  expect(await versionOf(`${name}-a`)).toBe('build-1');
  expect(await old.stop()).toBe(0);
  const last = await client.run('tasks', { tasks: [{ id: 'x', activity: 'echo' }] }, { id: `${name}-d` });
  expect([last.status, await versionOf(`${name}-d`)]).toEqual(['completed', 'build-2']);
  expect(await next.stop()).toBe(0);
  await connection.close();
});
