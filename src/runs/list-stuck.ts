/** Open runs that cannot go on, each with why. */
import { describeExecution } from '../store/executions.ts';
import { listRuns, type RunFilter } from './list.ts';
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
): AsyncGenerator<StuckSummary> {
  let waiting: RunSummary[] = [];
  const judged = async function* (): AsyncGenerator<StuckSummary> {
    const found = await Promise.all(waiting.map((run) => withStuck(source, run)));
    waiting = [];
    yield* found.flatMap((each) => each ?? []);
  };
  for await (const run of listRuns(source, limit, { ...filter, which: 'open' }))
    if (waiting.push(run) === atOnce) yield* judged();
  yield* judged();
}

async function withStuck({ temporal }: RunSource, run: RunSummary): Promise<StuckSummary | undefined> {
  const stuck = await stuckById({ temporal }, run.runId);
  return stuck && { ...run, stuck };
}

async function stuckById({ temporal }: Pick<RunSource, 'temporal'>, runId: string): Promise<Stuck | undefined> {
  const described = await describeExecution(temporal, runId);
  return described && (await stuckOf(temporal, described));
}

/** Of the newest open runs, of which so many are looked at, and of these others: those that cannot go on, each with why. */
export async function findStuck(
  source: RunSource,
  limit: number,
  also: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { runId, stuck } of listStuck(source, limit, {})) found.set(runId, stuck.message);
  for (const runId of also) {
    if (found.has(runId)) continue;
    const stuck = await stuckById(source, runId);
    if (stuck) found.set(runId, stuck.message);
  }
  return found;
}

/** How many of the newest open runs, of which so many are looked at, cannot go on. */
export async function countStuck(source: RunSource, limit: number): Promise<number> {
  let count = 0;
  for await (const _run of listStuck(source, limit, {})) count++;
  return count;
}
