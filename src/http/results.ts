/** Pages of settled tasks; a page too large for one message is asked for again in halves. */
import { isGrpcServiceError } from '@temporalio/client';
import type { RunsClient } from '../runs/client.ts';
import { mapKind } from '../runs/kinds.ts';
import { liveName, whereAnswered } from '../runs/live-names.ts';
import type { RunSummary } from '../runs/run-view.ts';
import { describeRun } from '../runs/view.ts';
import type { ResultsPage } from '../core/live/results-page.ts';
import { mapResultsPage } from './map.ts';

/** Empty for a run that has not begun to fan out, or ended before it did. */
export async function resultsPage(
  client: RunsClient,
  runId: string,
  after: number,
  limit: number,
): Promise<ResultsPage> {
  return pageOf(client, await describeRun(client, runId), after, limit);
}

/** As {@link resultsPage}, of a run whose kind is known. */
export async function pageOf(
  client: RunsClient,
  run: Pick<RunSummary, 'runId' | 'kind'>,
  after: number,
  limit: number,
): Promise<ResultsPage> {
  const { temporal } = client;
  const { runId, kind } = run;
  if (kind === mapKind.name) return mapResultsPage(client, runId, after, limit);
  try {
    const handle = temporal.workflow.getHandle(runId);
    const page = temporal.withDeadline(Date.now() + 5000, () =>
      handle.query<ResultsPage, [object]>(liveName(client.kinds, kind, 'results'), { after, limit }),
    );
    return (await whereAnswered(page)) ?? { results: [] };
  } catch (error) {
    if (limit > 1 && isTooLarge(error)) return pageOf(client, run, after, Math.floor(limit / 2));
    throw error;
  }
}

function isTooLarge(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return isGrpcServiceError(cause) && /larger|too large|exceeds/i.test(cause.message);
}
