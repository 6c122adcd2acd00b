/**
 * The pages of a map run as they lie in the store, and whether they are all there that were written.
 * The surprising rule: a page that is not there is of tasks that never ran, unless the run's counts say that it was written.
 */
import type { Client } from '@temporalio/client';
import type { MapOutcome, Page, PageTable } from '../core/map/types.ts';
import { FanfoldError } from '../errors.ts';
import { notShared, storeIdentity } from '../store/identity.ts';
import { mapFolder, partKey } from '../store/pages/keys.ts';
import { DamagedPageError, isOpenLine, readResults, type ResultLine } from '../store/pages/results.ts';
import { DamagedTableError, readTable } from '../store/pages/table.ts';
import type { Store } from '../store/store.ts';
import type { RunView } from './run-view.ts';

export type Viewed = Pick<RunView, 'runId' | 'status' | 'fanIn' | 'error'>;

export interface PlacedPage {
  readonly part: number;
  readonly number: number;
  readonly table: PageTable;
  readonly page: Page;
  /** Of its first task among all. */
  readonly position: number;
}

/** @throws {FanfoldError} of type `ResultsLost` where what says which pages there are is damaged */
export async function* pagesOf(store: Store, folder: string): AsyncGenerator<PlacedPage> {
  let position = 0;
  for (let part = 0; await store.get(partKey(folder, part)); part++) {
    const table = await readTable(store, folder, part).catch((error: unknown) => {
      throw error instanceof DamagedTableError ? new FanfoldError('ResultsLost', error.message) : error;
    });
    for (const [number, page] of table.pages.entries()) {
      yield { part, number, table, page, position };
      position += page.tasks;
    }
  }
}

/** Where the pages of a run are. */
export async function folderOf(client: Client, runId: string): Promise<string> {
  const { raw, runId: latest } = await client.workflow.getHandle(runId).describe();
  return mapFolder(client.options.namespace, runId, raw.workflowExecutionInfo?.firstRunId || latest);
}

/** The lines of a page; undefined where it is not there. */
export async function pageOf(
  store: Store,
  folder: string,
  { part, number, page }: PlacedPage,
): Promise<ResultLine[] | 'damaged' | undefined> {
  try {
    return await readResults(store, folder, part, number, page.tasks);
  } catch (error) {
    if (error instanceof DamagedPageError) return 'damaged';
    throw error;
  }
}

/** Runs that were stopped early, by their folder: whether pages of theirs are missing that were written, and when that was seen. */
const stoppedEarly = new Map<string, { readonly lost: boolean; readonly at: number }>();
const mostKept = 100;
/** A page may be lost at any time, and so many pages are not read again for each of them. */
const keptMs = 10_000;

/** Whether a page that is not there was: always where every task settled, else where the store has fewer successes than were counted. */
export async function wasWritten(store: Store, folder: string, { fanIn }: Viewed): Promise<boolean> {
  if (!fanIn) return false;
  if (fanIn.stoppedBy === 'allSettled') return true;
  const known = stoppedEarly.get(folder);
  if (known && Date.now() - known.at < keptMs) return known.lost;
  let successes = 0;
  for await (const placed of pagesOf(store, folder)) {
    const lines = await pageOf(store, folder, placed);
    if (Array.isArray(lines)) successes += lines.filter((line) => !isOpenLine(line) && line.success).length;
  }
  if (stoppedEarly.size >= mostKept) stoppedEarly.clear();
  const lost = successes < fanIn.successCount;
  stoppedEarly.set(folder, { lost, at: Date.now() });
  return lost;
}

/**
 * Before a redrive: every task of the run must be known, and of a run that was stopped early nobody could tell what is lost
 * from what never ran.
 *
 * @throws {FanfoldError} of type `ResultsLost` or `StoreNotShared`
 */
export async function assertNoneLost(client: Client, store: Store, view: Viewed): Promise<void> {
  const folder = await folderOf(client, view.runId);
  const isSettled = view.fanIn?.stoppedBy === 'allSettled';
  let tasks = 0;
  for await (const placed of pagesOf(store, folder)) {
    tasks += placed.page.tasks;
    if (isSettled || (await pageOf(store, folder, placed)) !== undefined) continue;
    if (!(await wasWritten(store, folder, view))) continue;
    const message = `Pages of results of run '${view.runId}' are missing, and a redrive could run again what has succeeded`;
    throw new FanfoldError('ResultsLost', message);
  }
  await assertAll(client, store, view, tasks);
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
    .catch(() => undefined);
  return (ended as Partial<MapOutcome> | undefined)?.store;
}
