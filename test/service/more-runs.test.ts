/** Lists of runs beyond their first page: each run once, newest first, and none is left out, whatever goes on and whatever is over. */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { RunSummary } from '../../src/client.ts';
import { startService } from '../../src/http.ts';
import { stage } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const on = stage({ quick: async () => 1 });
/** The newest first; no worker has those that are held. */
let ids: string[] = [];
let start = 0;

beforeAll(async () => {
  start = Date.now();
  for (const isHeld of [true, false, true, false, false, true, false]) {
    const id = `more-${ids.length}-${randomUUID().slice(0, 8)}`;
    if (isHeld)
      await on.client.workflow.start('runTasks', { taskQueue: `${id}-held`, workflowId: id, args: [{ tasks: [] }] });
    else await on.fanfold.run('tasks', { tasks: [{ id: 'a', activity: 'quick' }] }, { id });
    ids = [id, ...ids];
  }
});

afterAll(async () => {
  for (const id of ids)
    await on.client.workflow
      .getHandle(id)
      .terminate()
      .catch(() => {});
});

/** Other runs of the server may stand between them. */
function ours(runs: readonly RunSummary[]): string[] {
  return runs.map(({ runId }) => runId).filter((id) => ids.includes(id));
}

function assertOrder(runs: readonly RunSummary[]): void {
  expect(ours(runs)).toEqual(ids);
  // A run of some other test that went on as a new one, or an id that was used again, has a line for each.
  expect(new Set(runs.map(({ runId, startedAt }) => `${runId} ${startedAt}`)).size).toBe(runs.length);
  for (const [at, { startedAt }] of runs.entries())
    expect(startedAt).toBeLessThanOrEqual(runs[at - 1]?.startedAt ?? Infinity);
}

test('over HTTP page after page', async () => {
  const service = await startService({ client: on.fanfold, port: 0, onMessage: () => {} });
  const seen: RunSummary[] = [];
  for (
    let before: number | undefined, isFirst = true;
    isFirst || (before !== undefined && before >= start);
    isFirst = false
  ) {
    const answer = await fetch(`${service.url}/runs?limit=2${before === undefined ? '' : `&before=${before}`}`);
    const page = (await answer.json()) as { runs: RunSummary[]; next?: number };
    expect(page.runs.length).toBeGreaterThanOrEqual(page.next === undefined ? 0 : 2);
    seen.push(...page.runs);
    before = page.next;
  }
  await service.close();
  assertOrder(seen);
});

test('by the client with the moment before', async () => {
  const seen: RunSummary[] = [];
  for (let before = Date.now() + 10_000; before >= start;) {
    const page: RunSummary[] = [];
    for await (const run of on.fanfold.list(3, { before })) page.push(run);
    seen.push(...page);
    before = (page.at(-1)?.startedAt ?? 0) - 1;
  }
  assertOrder(seen);
});

test('by a command, which says that there are more, and lists so many as it is asked for', async () => {
  const { address } = inject('temporal');
  const env = { ...process.env, TEMPORAL_ADDRESS: address, FANFOLD_HOME: mkdtempSync(join(tmpdir(), 'fanfold-more-')) };
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [main, 'runs', '--json', ...args], { env, maxBuffer: 1e9 });
  const few = await run('--limit', '2');
  expect(JSON.parse(few.stdout)).toHaveLength(2);
  expect(few.stderr).toContain('There are more than these 2');
  const all = await run('--limit', '100000');
  expect(all.stderr).not.toContain('There are more');
  assertOrder(JSON.parse(all.stdout) as RunSummary[]);
});
