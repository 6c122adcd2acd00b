/** Open runs that wait for a person. */
import { given } from '../core/given.ts';
import { listRuns, type RunFilter } from './list.ts';
import { countCalls, counted } from './pending.ts';
import { canWait } from './searchable.ts';
import type { RunSource } from './run-source.ts';
import type { RunSummary } from './run-view.ts';

/** Newest first. */
export interface WaitingRuns {
  readonly runs: readonly RunSummary[];
  /** Open runs of which it is not known whether they wait, as nobody answered for them. */
  readonly unknown: number;
  /** When the first that is not here, and was not looked at, had started; absent where there is none. */
  readonly next?: number;
}

export interface WaitingAsked {
  /** How many runs are listed at most. */
  readonly limit: number;
  /** How many open runs are looked at, each of which may have to be asked. */
  readonly mostLooked: number;
}

const atOnce = 10;

/**
 * Found by the search attribute where the namespace has it; what began before it was there is asked, and everything is where
 * it is not.
 */
export async function listWaiting(
  source: RunSource,
  { limit, mostLooked }: WaitingAsked,
  filter: Omit<RunFilter, 'which'>,
): Promise<WaitingRuns> {
  if (!source.kinds.all.some(canWait)) return { runs: [], unknown: 0 };
  const runs: RunSummary[] = [];
  let [unknown, looked] = [0, 0];
  let group: RunSummary[] = [];
  let rest: RunSummary | undefined;
  const judge = async (): Promise<void> => {
    const counts = await Promise.all(group.map(async (run) => [run, await countCalls(source, run)] as const));
    group = [];
    for (const [run, count] of counts)
      if (count !== undefined && count > 0) runs.push(counted(run, count));
      else if (count === undefined && run.waits) runs.push(run);
      else if (count === undefined) unknown++;
  };
  for await (const run of listRuns(source, mostLooked + 1, { ...filter, mayWait: true })) {
    if (++looked > mostLooked || runs.length >= limit) {
      rest = run;
      break;
    }
    if (group.push(run) === atOnce) await judge();
  }
  await judge();
  const next = (runs[limit] ?? rest)?.startedAt;
  return { runs: runs.slice(0, limit), unknown, ...given({ next }) };
}
