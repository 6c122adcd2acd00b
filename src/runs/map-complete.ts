/** Whether all is there of a map run that its counts speak of, or why not. */
import { WorkflowFailedError, type Client } from '@temporalio/client';
import type { MapInput, MapOutcome } from '../core/map/types.ts';
import { FanfoldError } from '../errors.ts';
import { notShared, storeIdentity } from '../store/identity.ts';
import type { Store } from '../store/store.ts';
import { ResultPages } from './map-lines.ts';
import { folderOf, pagesOf, type PlacedPage, type Viewed } from './map-pages.ts';

/**
 * Before a redrive of a run that was stopped early: the pages of results that it recorded and that are missing, so that none
 * of their tasks runs again. Of a run in which every task settled, each missing page is one of these.
 *
 * @throws {FanfoldError} of type `ResultsLost` where what is lost cannot be told from what never ran, or `StoreNotShared`
 */
export async function lostPages(client: Client, store: Store, view: Viewed): Promise<Pick<MapInput, 'earlierLost'>> {
  const folder = await folderOf(client, view.runId);
  const results = await ResultPages.of(client, store, folder, view);
  const isSettled = view.fanIn?.stoppedBy === 'allSettled';
  const lost: (readonly [number, number])[] = [];
  let tasks = 0;
  for await (const placed of pagesOf(store, folder)) {
    const { part, number, page } = placed;
    tasks += page.tasks;
    if (isSettled || (await results.lines(placed)) !== 'missing') continue;
    if (!results.isRecorded(placed) || lost.length === mostLost) throw unknownLoss(view.runId, placed);
    lost.push([part, number]);
  }
  await assertAll(client, store, view, tasks);
  return lost.length > 0 ? { earlierLost: lost } : {};
}

/** They are in the input of the new run. */
const mostLost = 1000;

function unknownLoss(runId: string, { part, number }: PlacedPage): FanfoldError {
  const message = `Pages of results of run '${runId}' are missing, such as page ${number} of part ${part}, and a redrive could run again what has succeeded`;
  return new FanfoldError('ResultsLost', message);
}

/** How many tasks the store has pages of. @throws {FanfoldError} of type `ResultsLost` or `StoreNotShared`, where they are not all */
export async function assertTables(client: Client, store: Store, view: Viewed): Promise<void> {
  const folder = await folderOf(client, view.runId);
  let tasks = 0;
  for await (const { page } of pagesOf(store, folder)) tasks += page.tasks;
  await assertAll(client, store, view, tasks);
}

/** Results are as many as the run counted, or this says why not. */
export async function assertAll(client: Client, store: Store, view: Viewed, tasks: number): Promise<void> {
  const { runId, status, fanIn, error } = view;
  if (error?.type === 'StoreNotShared') throw new FanfoldError('StoreNotShared', error.message);
  if (status === 'running' && tasks === 0) await assertOwn(client, store, runId);
  if (status === 'running' || !fanIn) return;
  const counted = fanIn.successCount + fanIn.failureCount;
  if (tasks === counted) return;
  const [own, theirs] = await Promise.all([storeIdentity(store), storeOf(client, runId)]);
  if (tasks === 0 && (theirs === undefined || theirs !== own))
    throw new FanfoldError('StoreNotShared', notShared(`Run '${runId}' has its results`, theirs, own));
  const message = `Run '${runId}' has ${counted} tasks, and the store has pages of ${tasks}: the others are missing`;
  throw new FanfoldError('ResultsLost', message);
}

/** A run that goes on may have begun nothing yet, or begun it in another store. @throws {FanfoldError} of type `StoreNotShared` */
async function assertOwn(client: Client, store: Store, runId: string): Promise<void> {
  const { memo } = await client.workflow.getHandle(runId).describe();
  const theirs = memo?.['fanfold.store'];
  const own = await storeIdentity(store);
  if (typeof theirs === 'string' && own !== undefined && theirs !== own)
    throw new FanfoldError('StoreNotShared', notShared(`Run '${runId}' has its results`, theirs, own));
}

/** The identity of the store that the run's workers had; undefined where the run has not noted it. */
async function storeOf(client: Client, runId: string): Promise<string | undefined> {
  const ended: unknown = await client.workflow
    .getHandle(runId)
    .result()
    .catch((error: unknown) => {
      // One that failed has not noted it; a server that does not answer has not said so.
      if (error instanceof WorkflowFailedError) return undefined;
      throw error;
    });
  return (ended as Partial<MapOutcome> | undefined)?.store;
}
