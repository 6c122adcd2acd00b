/** The list of runs as the service answers it: a page of those that are asked for, and where the next one begins. */
import { given } from '../core/given.ts';
import { listedWithCosts } from '../runs/costs.ts';
import { listStuck } from '../runs/list-stuck.ts';
import { listWaiting } from '../runs/list-waiting.ts';
import { withWaitingCalls } from '../runs/pending.ts';
import type { RunFilter } from '../runs/list.ts';
import type { RunsClient } from '../runs/client.ts';
import type { RunStatus, RunSummary } from '../runs/run-view.ts';
import type { Stuck } from '../runs/run-stuck.ts';

export interface ListAsked extends Pick<RunFilter, 'tenant' | 'before' | 'kind' | 'redriveOf'> {
  readonly limit: number;
  readonly status?: RunStatus | 'partial' | 'stuck' | 'waiting' | undefined;
  /** Whether the runs are asked what waits for a person. */
  readonly waiting?: 'true' | 'false' | undefined;
}

interface ListedPage {
  readonly runs: readonly (RunSummary & { readonly stuck?: Stuck })[];
  readonly next?: number;
  /** Open runs of which nobody says whether they wait for a person. */
  readonly unknown?: number;
}

/** Open runs that are looked at for those that cannot go on, or that wait for a person: of each the server is asked. */
const mostOpen = 200;
/** As many where so many are asked for. */
const mostWanted = 1000;

export async function listPage(client: RunsClient, { waiting, ...asked }: ListAsked): Promise<ListedPage> {
  const read = await readPage(client, asked);
  const page = { ...read, runs: await listedWithCosts(client.temporal, read.runs) };
  const isKnown = waiting !== 'true' || asked.status === 'waiting';
  return isKnown ? page : { ...page, runs: await withWaitingCalls(client, page.runs) };
}

async function readPage(client: RunsClient, { limit, status, ...filter }: ListAsked): Promise<ListedPage> {
  if (status === 'waiting') {
    const mostLooked = Math.max(mostOpen, Math.min(4 * limit, mostWanted));
    const { runs, unknown, next } = await listWaiting(client, { limit, mostLooked }, filter);
    return { runs, ...given({ next, unknown: unknown || undefined }) };
  }
  if (status === 'stuck') {
    const stuck: ListedPage['runs'][number][] = [];
    for await (const run of listStuck(client, mostOpen, filter)) if (stuck.push(run) === limit) break;
    return { runs: stuck };
  }
  const which = status === 'running' ? 'open' : status;
  const runs: RunSummary[] = [];
  let next: number | undefined;
  for await (const view of client.list(Infinity, { ...filter, which })) {
    // Those of one millisecond are on one page, since the next one begins with a millisecond.
    if (runs.length >= limit && view.startedAt !== runs.at(-1)?.startedAt) {
      next = view.startedAt;
      break;
    }
    runs.push(view);
  }
  return { runs, ...given({ next }) };
}
