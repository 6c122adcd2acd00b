/** Open runs that cannot go on, each with why. */
import { describeExecution } from '../store/executions.ts';
import { listRuns, type RunFilter } from './list.ts';
import type { AskedQueues } from './pollers.ts';
import type { RunSource } from './run-source.ts';
import type { RunSummary } from './run-view.ts';
import type { Stuck } from './run-stuck.ts';
import { stuckOf } from './stuck.ts';

/**
 * A run that cannot go on.
 *
 * @example const line = ({ runId, stuck }: StuckSummary) => `${runId}: ${stuck.message}`;
 */
export interface StuckSummary extends RunSummary {
  readonly stuck: Stuck;
}

/** Of each the server is asked some questions. */
const atOnce = 10;

export async function* listStuck(
  source: RunSource,
  limit: number,
  filter: Omit<RunFilter, 'which'>,
  asked: AskedQueues = new Map(),
): AsyncGenerator<StuckSummary> {
  let waiting: RunSummary[] = [];
  const judged = async function* (): AsyncGenerator<StuckSummary> {
    const found = await Promise.all(waiting.map((run) => withStuck(source, run, asked)));
    waiting = [];
    yield* found.flatMap((each) => each ?? []);
  };
  for await (const run of listRuns(source, limit, { ...filter, which: 'open' }))
    if (waiting.push(run) === atOnce) yield* judged();
  yield* judged();
}

async function withStuck<R extends Pick<RunSummary, 'runId'>>(
  { temporal }: RunSource,
  run: R,
  asked: AskedQueues,
): Promise<(R & Pick<StuckSummary, 'stuck'>) | undefined> {
  const described = await describeExecution(temporal, run.runId);
  const stuck = described && (await stuckOf(temporal, described, asked));
  return stuck && { ...run, stuck };
}

/** Of the newest open runs, of which so many are looked at, and of these others: those that cannot go on, each with why. */
export async function findStuck(
  source: RunSource,
  limit: number,
  also: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const asked: AskedQueues = new Map();
  for await (const { runId, stuck } of listStuck(source, limit, {}, asked)) found.set(runId, stuck.message);
  const others = also.filter((runId) => !found.has(runId));
  for (let at = 0; at < others.length; at += atOnce) {
    const each = others.slice(at, at + atOnce).map((runId) => withStuck(source, { runId }, asked));
    for (const one of await Promise.all(each)) if (one) found.set(one.runId, one.stuck.message);
  }
  return found;
}

/** How many of the newest open runs, of which so many are looked at, cannot go on. */
export async function countStuck(source: RunSource, limit: number, asked: AskedQueues = new Map()): Promise<number> {
  let count = 0;
  for await (const _run of listStuck(source, limit, {}, asked)) count++;
  return count;
}
