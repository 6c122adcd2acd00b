/** What of a run waits for a person, as its workflow answers, or why nobody knows; and which of a list do. */
import type { Client } from '@temporalio/client';
import { describeError } from '../core/task.ts';
import { orMismatch } from '../store/codecs.ts';
import type { PendingApproval } from './kind.ts';
import { whereAnswered } from './live-names.ts';
import type { RunSource } from './run-source.ts';
import type { RunningRun, RunSummary } from './run-view.ts';
import { isUnreachable } from './unreachable.ts';

/** None where its workflow has no such query, or has not come to it. @throws what the client does, where nobody answers in time */
export async function readApprovals(
  client: Client,
  runId: string,
  query: string,
  timeoutMs = 3000,
): Promise<PendingApproval[]> {
  const asked = client.withDeadline(Date.now() + timeoutMs, () =>
    client.workflow.getHandle(runId).query<PendingApproval[]>(query),
  );
  return (await whereAnswered(asked)) ?? [];
}

/** Why a workflow was asked in vain, for a person. */
export function unansweredBy(error: unknown): NonNullable<RunningRun['unanswered']> {
  if (isUnreachable(error)) return { type: 'Unreachable', message: 'no worker answered in time' };
  const { name: type, message } = describeError(orMismatch(error));
  return { type, message };
}

/** A list must not wait long for a worker that is away. */
const listMs = 1000;

/** How many calls wait; undefined where its kind lists none, or no worker answers in time. */
export async function countCalls(
  { temporal, kinds }: RunSource,
  { runId, kind }: RunSummary,
): Promise<number | undefined> {
  const query = kinds.find(kind)?.pending;
  if (query === undefined) return undefined;
  return readApprovals(temporal, runId, query, listMs).then(
    ({ length }) => length,
    () => undefined,
  );
}

/** Each is a query of a workflow: of more nobody is asked. */
const mostAsked = 20;

/**
 * The runs with how many calls of each wait for a person, of the newest that go on and may have some; without a number where
 * nobody answered, or was asked.
 */
export async function withWaitingCalls<R extends RunSummary>(source: RunSource, runs: readonly R[]): Promise<R[]> {
  const { kinds } = source;
  const asked = runs
    .filter(({ status, kind }) => status === 'running' && kinds.find(kind)?.pending !== undefined)
    .slice(0, mostAsked);
  const counts = await Promise.all(asked.map(async (run) => [run.runId, await countCalls(source, run)] as const));
  const known = new Map(counts);
  return runs.map((run) => {
    const count = known.get(run.runId);
    return count === undefined ? run : counted(run, count);
  });
}

/** Its workflow knows better than the list, which is a moment behind. */
export function counted<R extends RunSummary>({ waits: _before, ...run }: R, count: number): R {
  return { ...run, ...(count === 0 ? {} : { waits: true }), waitingCalls: count } as R;
}
