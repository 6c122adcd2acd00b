/** Replays histories on the current code. A mismatch would break the runs that are open when this code is deployed. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { FanfoldError } from '../errors.ts';
import { workflowIdOf } from '../runs/history.ts';
import { commandQueues } from '../runs/run-queue.ts';
import { quoted } from '../runs/visibility.ts';
import { readSettings } from '../settings.ts';
import { executionsOf } from '../store/executions.ts';
import { openExternalStorage } from '../store/payloads.ts';
import { workflowCode } from '../worker/workflow-code.ts';
import { exitCodes, type ExitCode } from './exit.ts';
import type { Invocation, SharedOptions } from './invocation.ts';
import { quietLogs } from './quiet-logs.ts';

export interface ReplayOptions extends SharedOptions {
  readonly run?: string;
  readonly open?: true;
  readonly workflows?: string;
}

interface Replayed {
  readonly name: string;
  readonly ok: boolean;
  /** What differs, where it does. */
  readonly problem?: string;
}

export async function replay(invocation: Invocation<ReplayOptions>, folder?: string): Promise<ExitCode> {
  quietLogs();
  const { workflows, run, open } = invocation.options;
  const { workflows: own, dataConverter } = await readSettings();
  const code = {
    ...workflowCode({ workflowsPath: workflows === undefined ? undefined : resolve(workflows), own }),
    dataConverter: { externalStorage: openExternalStorage(), ...dataConverter },
  };
  if (open && (run !== undefined || folder !== undefined))
    throw new FanfoldError('InvalidInput', '--open names the runs already; leave the folder and --run out', '--open');
  const histories = open
    ? ofOpenRuns(invocation)
    : run === undefined
      ? await fromFolder(folder)
      : await fromRun(invocation, run);
  const results: Replayed[] = [];
  for await (const [name, history] of histories) results.push(await replayOne(code, name, history));
  const failed = results.filter(({ ok }) => !ok);
  await invocation.answer({ replayed: results.length, failed: failed.length, results }, () => replaysText(results));
  return failed.length === 0 ? exitCodes.done : exitCodes.failed;
}

type History = readonly [name: string, history: object];
type Histories = readonly History[];

async function replayOne(code: ReplayWorkerOptions, name: string, history: object): Promise<Replayed> {
  try {
    await Worker.runReplayHistory(code, history, workflowIdOf(history) ?? name);
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

async function fromFolder(asked: string | undefined): Promise<Histories> {
  const folder = resolve(asked ?? ownHistories());
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.json')) : [];
  if (names.length === 0)
    throw new FanfoldError(
      'InvalidInput',
      `There is no history (*.json) in ${folder}; name a folder that has some`,
      'folder',
    );
  return Promise.all(
    names.toSorted().map(async (name) => [name, parse(name, await readFile(join(folder, name), 'utf8'))] as const),
  );
}

/** fanfold's own, in a checkout; elsewhere the folder of the same name, by convention. */
function ownHistories(): string {
  const own = fileURLToPath(new URL('../../test/replay/histories', import.meta.url));
  return existsSync(own) ? own : 'test/replay/histories';
}

function parse(name: string, text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    throw new FanfoldError('InvalidInput', `${name} is no JSON`, 'folder');
  }
}

async function fromRun(invocation: Invocation<ReplayOptions>, runId: string): Promise<Histories> {
  const { client } = await invocation.session();
  await client.get(runId);
  return [[runId, await client.temporal.workflow.getHandle(runId).fetchHistory()]];
}

/** One at a time, as there may be thousands; a run that ends meanwhile has nothing to go on with. */
async function* ofOpenRuns(invocation: Invocation<ReplayOptions>): AsyncGenerator<History> {
  const { client } = await invocation.session();
  const { taskQueue } = client;
  // Those that commands do themselves are done by the new code as well, from the next command on.
  const queues = `(TaskQueue = ${quoted(taskQueue)} OR TaskQueue STARTS_WITH ${quoted(commandQueues(taskQueue))})`;
  const query = `ExecutionStatus = 'Running' AND ${queues}`;
  for await (const { id, execution } of executionsOf(client.temporal, query)) {
    invocation.signal.throwIfAborted();
    const handle = client.temporal.workflow.getHandle(id, execution?.runId ?? undefined);
    yield [id, await handle.fetchHistory()];
  }
}

function replaysText(results: readonly Replayed[]): string {
  const lines = results.map(
    ({ name, ok, problem }) => `${ok ? '✓' : '✗'} ${name}${problem === undefined ? '' : `\n    ${problem}`}`,
  );
  if (results.length === 0) return 'No run is open, so there is nothing that a deploy could break';
  const failed = results.filter(({ ok }) => !ok).length;
  return `${lines.join('\n')}\n${results.length - failed} replayed, ${failed} do not match the current code`;
}
