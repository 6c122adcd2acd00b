/** What of a run waits for a person, as its workflow answers; and which of a list do. */
import type { Client } from '@temporalio/client';
import type { PendingApproval } from './kind.ts';
import type { RunSource } from './run-source.ts';
import type { RunSummary } from './run-view.ts';

/** None where no worker answers in time. */
export async function readApprovals(client: Client, runId: string, query: string): Promise<PendingApproval[]> {
  return askApprovals(client, runId, query, 3000).catch(() => []);
}

function askApprovals(client: Client, runId: string, query: string, timeoutMs: number): Promise<PendingApproval[]> {
  return client.withDeadline(Date.now() + timeoutMs, () =>
    client.workflow.getHandle(runId).query<PendingApproval[]>(query),
  );
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
  return askApprovals(temporal, runId, query, listMs).then(
    ({ length }) => length,
    () => undefined,
  );
}

/** Each is a query of a workflow: of more nobody is asked. */
const mostAsked = 20;

/** The runs with how many calls of each wait for a person, of the newest that go on and may have some. */
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
  return { ...run, ...(count === 0 ? {} : { waits: true, waitingCalls: count }) } as R;
}
