/** Research from the shell: what it prints and says while its plan waits for a person, and where nothing was found. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, it } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { isServed } from '../../src/runs/pollers.ts';
import { lasting } from '../support/lasting.ts';
import { eventually } from '../support/temporal.ts';
import { newId } from './http-service.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fanfold-research-shell-'));
const taskQueue = newId();
writeFileSync(join(folder, 'herons.md'), '# Fishing\n\nThe grey heron stands still in shallow water.\n');

async function research(
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const place = { TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: folder, FANFOLD_TASK_QUEUE: taskQueue };
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, ...place, NO_COLOR: '1', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

it('a plan that waits is a list, and the same command writes the file by the id of the run once it is approved', async () => {
  const id = newId();
  const question = 'How does the grey heron fish and where does it stand?';
  const asked = ['research', question, '--folder', folder, '--depth', '2', '--review-plan', '5m'];
  const waiting = await research([...asked, '--id', id, '-o', 'out.md']);
  expect(waiting.code).toBe(0);
  expect(waiting.stdout).toMatch(/ plan:\n {2}- /);
  expect(waiting.stdout).not.toContain('{"questions"');
  const again = `out.md is not written yet: call this command again with --id ${id} once the plan is approved`;
  expect(waiting.stderr).toContain(again);
  expect(existsSync(join(folder, 'out.md'))).toBe(false);
  expect(await research(['approve', id, 'plan'])).toMatchObject({ code: 0 });
  const joined = await research([...asked, '--id', id, '-o', 'out.md']);
  expect(joined).toMatchObject({ code: 0, stderr: expect.stringContaining('The report is in out.md') });
  expect(readFileSync(join(folder, 'out.md'), 'utf8')).toContain('stands still in shallow water');
});

it('BibTeX of a question that nothing answers has no entries, and stderr says so', async () => {
  const found = await research([
    'research',
    'Which ferries sail at midnight?',
    '--folder',
    folder,
    '--format',
    'bibtex',
  ]);
  expect(found).toMatchObject({ code: 0, stdout: '% Nothing was found that answers the question.\n' });
  expect(found.stderr).toContain('the BibTeX has no entries');
});

it('who approves a plan, or changes it, on a queue that nobody serves is told so, and nothing of it goes on', async () => {
  const shared = `${taskQueue}-shared`;
  const on = { FANFOLD_TASK_QUEUE: shared };
  const worker = (): ReturnType<typeof lasting> =>
    lasting(['worker', '--demo'], { environment: { ...on, FANFOLD_HOME: folder } });
  const first = await worker();
  const temporal = new Client({ connection: await Connection.connect({ address: inject('temporal').address }) });
  const client = new FanfoldClient({ client: temporal, taskQueue: shared });
  const question = 'How does the grey heron fish?';
  const input = { question, folders: [folder], depth: 2, reviewPlan: '5 minutes' as const };
  const { runId } = await client.start('research', input, { id: newId() });
  await eventually(async () => ((await client.get(runId)).approvals ? true : undefined));
  await first.stop();
  await eventually(async () => ((await isServed(temporal, shared, 'runs')) ? undefined : true));
  for (const said of [
    ['approve', runId, 'plan'],
    ['plan', runId, '--question', question],
  ]) {
    const { code, stderr } = await research(said, on);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`No worker serves the task queue '${shared}'`)]);
  }
  const second = await worker();
  expect((await client.get(runId)).approvals).toBeDefined();
  expect(await research(['approve', runId, 'plan'], on)).toMatchObject({ code: 0 });
  expect(await second.stop()).toBe(0);
  await temporal.connection.close();
});
