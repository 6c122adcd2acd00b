/** With tracing: each released history replays on it all the same, and a replay sends no span. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { workflowIdOf } from '../../src/runs/history.ts';
import { quietLogs } from '../support/temporal.ts';

quietLogs();
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const folder = path('./histories');
const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
let workflowBundle: { code: string };

beforeAll(async () => {
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: path('../support/workflows.ts'),
    workflowInterceptorModules: ['tamed', 'traced'].map((name) => path(`../../src/workflows/${name}.ts`)),
    logger: new DefaultLogger('ERROR'),
  });
}, 60_000);

async function replay(name: string, callDuringReplay: boolean): Promise<string[]> {
  const history = JSON.parse(await readFile(join(folder, name), 'utf8')) as object;
  const sent: string[] = [];
  const fn = (_info: object, spans: readonly { readonly name: string }[]): void =>
    void sent.push(...spans.map((span) => span.name));
  const sinks = { exporter: { export: { fn, callDuringReplay } } };
  await Worker.runReplayHistory({ workflowBundle, sinks }, history, workflowIdOf(history) ?? name);
  return sent;
}

test.each(names)('the released history %s replays where workflows are traced, and sends nothing', async (name) => {
  expect(await replay(name, false)).toEqual([]);
});

test('it would send what it does where replays were heard', async () => {
  expect(await replay('all-settled.json', true)).toEqual(expect.arrayContaining([expect.stringMatching(/^fan-out/)]));
});
