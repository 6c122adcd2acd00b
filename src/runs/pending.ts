/** What of a run waits for a person, as its workflow answers; and which of a list do. */
import type { Client } from '@temporalio/client';
import type { PendingApproval } from './kind.ts';
import type { RunSource } from './run-source.ts';
import type { RunSummary } from './run-view.ts';

/** None where no worker answers in time. */
export async function readApprovals(
  client: Client,
  runId: string,
  query: string,
  timeoutMs = 3000,
): Promise<PendingApproval[]> {
  try {
    return await client.withDeadline(Date.now() + timeoutMs, () =>
      client.workflow.getHandle(runId).query<PendingApproval[]>(query),
    );
  } catch {
    return [];
  }
}

/** Each is a query of a workflow: of more nobody is asked. */
const mostAsked = 20;
/** A list must not wait long for a worker that is away. */
const listMs = 1000;

/** The runs with how many calls of each wait for a person, of the newest that go on and may have some. */
export async function withWaitingCalls<R extends RunSummary>(
  { temporal, kinds }: RunSource,
  runs: readonly R[],
): Promise<R[]> {
  const asked = runs
    .filter(({ status, kind }) => status === 'running' && kinds.find(kind)?.pending !== undefined)
    .slice(0, mostAsked);
  const counts = await Promise.all(
    asked.map(async ({ runId, kind }) => {
      const query = kinds.find(kind)?.pending ?? '';
      return [runId, (await readApprovals(temporal, runId, query, listMs)).length] as const;
    }),
  );
  const waiting = new Map(counts.filter(([, count]) => count > 0));
  return runs.map((run) => {
    const waitingCalls = waiting.get(run.runId);
    return waitingCalls === undefined ? run : { ...run, waitingCalls };
  });
}
