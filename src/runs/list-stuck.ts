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
  const described = await describeExecution(temporal, run.runId);
  const stuck = described && (await stuckOf(temporal, described));
  return stuck && { ...run, stuck };
}

/** How many of the newest open runs, of which so many are looked at, cannot go on. */
export async function countStuck(source: RunSource, limit: number): Promise<number> {
  let count = 0;
  for await (const _run of listStuck(source, limit, {})) count++;
  return count;
}
