/**
 * The results of a map run, read from its pages in the store, in the order of the items, a page in memory at a time.
 * The surprising rule: a page that is not there is of tasks that never ran, unless the run's counts say that it was written.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { fanIn as merge } from '../core/fan-in.ts';
import type { Item } from '../core/map/item.ts';
import type { MapInput, MapOptions, MapOutcome, MapSource, Page, PageTable, ProgramOfRun } from '../core/map/types.ts';
import type { TaskResult } from '../core/task.ts';
import { milliseconds } from '../core/duration.ts';
import { FanfoldError } from '../errors.ts';
import { notShared, storeIdentity } from '../store/identity.ts';
import { itemsKey, mapFolder, partKey } from '../store/pages/keys.ts';
import { readPage } from '../store/pages/read.ts';
import {
  asResult,
  DamagedPageError,
  isOpenLine,
  lostResult,
  readResults,
  type End,
  type ResultLine,
} from '../store/pages/results.ts';
import { readTable } from '../store/pages/table.ts';
import { PageWriter } from '../store/pages/write.ts';
import type { Store } from '../store/store.ts';
import { readInput } from './input.ts';
import { mapKind } from './kinds.ts';
import type { RunSource } from './run-source.ts';
import { describeRun } from './view.ts';
import type { RunView } from './run-view.ts';

export interface MapResult {
  readonly result: TaskResult;
  /** The item, read when it is asked for; undefined where this process cannot see it. */
  item(): Promise<unknown>;
}

/** Where the pages of a run are. */
export async function folderOf(client: Client, runId: string): Promise<string> {
  const { raw, runId: latest } = await client.workflow.getHandle(runId).describe();
  return mapFolder(client.options.namespace, runId, raw.workflowExecutionInfo?.firstRunId || latest);
}

/** The program of a map run that a command started; undefined for any other run. */
export async function programOf(source: RunSource, runId: string): Promise<ProgramOfRun | undefined> {
  const { kind } = await describeRun(source, runId);
  return kind === mapKind.name ? ((await readInput(source.temporal, runId)) as MapInput).program : undefined;
}

/**
 * The results from position `after` on; of a run that goes on, as far as all before them have settled. A task whose page is
 * missing or damaged has the failure `ResultsLost`.
 *
 * @throws {FanfoldError} of type `StoreNotShared` where the pages are in another store, `ResultsLost` where they are gone
 */
export async function* mapResults(client: Client, store: Store, view: Viewed, after = 0): AsyncGenerator<MapResult> {
  const folder = await folderOf(client, view.runId);
  const { options = {} } = (await readInput(client, view.runId)) as MapInput;
  const end = endOf(view, options);
  let tasks = 0;
  for await (const placed of pagesOf(store, folder)) {
    const { table, page, position } = placed;
    tasks = position + page.tasks;
    if (tasks <= after) continue;
    const lines = await linesOf(store, folder, view, placed);
    if (!lines) return;
    const items = lazily(() => itemsOf(store, table, page, options.idField));
    const results =
      typeof lines === 'string'
        ? await withoutLines(lines, items, placed, end)
        : lines.map((line) => asResult(line, end));
    for (let at = Math.max(0, after - position); at < results.length; at++)
      yield { result: results[at] as TaskResult, item: async () => (await items())?.[at]?.input };
  }
  await assertAll(client, store, view, tasks);
}

type Viewed = Pick<RunView, 'runId' | 'status' | 'fanIn' | 'error'>;

/** Of a page; undefined where a run goes on and has not settled all of it. */
async function linesOf(
  store: Store,
  folder: string,
  view: Viewed,
  placed: PlacedPage,
): Promise<ResultLine[] | 'lost' | 'never' | undefined> {
  const lines = await pageOf(store, folder, placed);
  if (lines === 'damaged') return 'lost';
  if (view.status === 'running') return lines?.every((line) => !isOpenLine(line)) ? lines : undefined;
  return lines ?? ((await wasWritten(store, folder, view)) ? 'lost' : 'never');
}

async function withoutLines(
  why: 'lost' | 'never',
  items: () => Promise<Item[] | undefined>,
  { page, part, number }: PlacedPage,
  end: End,
): Promise<TaskResult[]> {
  if (why === 'never') return neverStarted(await items(), page, end);
  const known = await items();
  const message = `page ${number} of part ${part} of its run is missing from the store or damaged`;
  return Array.from({ length: page.tasks }, (_, at) => lostResult(known?.[at]?.id ?? `${page.first + at}`, message));
}

async function pageOf(
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

/** Runs that were stopped early, by their folder: whether pages of theirs are missing that were written. */
const stoppedEarly = new Map<string, boolean>();
const mostKept = 100;

/** Whether a page that is not there was: always where every task settled, else where the store has fewer successes than were counted. */
async function wasWritten(store: Store, folder: string, { fanIn }: Viewed): Promise<boolean> {
  if (!fanIn) return false;
  if (fanIn.stoppedBy === 'allSettled') return true;
  const known = stoppedEarly.get(folder);
  if (known !== undefined) return known;
  let successes = 0;
  for await (const placed of pagesOf(store, folder)) {
    const lines = await pageOf(store, folder, placed);
    if (Array.isArray(lines)) successes += lines.filter((line) => !isOpenLine(line) && line.success).length;
  }
  if (stoppedEarly.size >= mostKept) stoppedEarly.clear();
  stoppedEarly.set(folder, successes < fanIn.successCount);
  return successes < fanIn.successCount;
}

/**
 * Before a redrive of a run that was stopped early: there nobody could know what is lost from what never ran.
 *
 * @throws {FanfoldError} of type `ResultsLost`
 */
export async function assertNoneLost(client: Client, store: Store, view: Viewed): Promise<void> {
  if (view.fanIn?.stoppedBy === 'allSettled') return;
  const folder = await folderOf(client, view.runId);
  for await (const placed of pagesOf(store, folder)) {
    if ((await pageOf(store, folder, placed)) !== undefined || !(await wasWritten(store, folder, view))) continue;
    const message = `Pages of results of run '${view.runId}' are missing, and a redrive could run again what has succeeded`;
    throw new FanfoldError('ResultsLost', message);
  }
}

/** Results are as many as the run counted, or this says why not. */
async function assertAll(client: Client, store: Store, view: Viewed, tasks: number): Promise<void> {
  const { runId, status, fanIn, error } = view;
  if (error?.type === 'StoreNotShared') throw new FanfoldError('StoreNotShared', error.message);
  if (status === 'running' || !fanIn) return;
  const counted = fanIn.successCount + fanIn.failureCount;
  if (tasks === counted) return;
  const [own, theirs] = await Promise.all([storeIdentity(store), storeOf(client, runId)]);
  if (tasks === 0 && (theirs === undefined || theirs !== own))
    throw new FanfoldError('StoreNotShared', notShared(`Run '${runId}' has its results`, theirs, own));
  const message = `Run '${runId}' has ${counted} tasks, and the store has pages of ${tasks}: the others are missing`;
  throw new FanfoldError('ResultsLost', message);
}

/** The identity of the store that the run's workers had; undefined where the run has not noted it. */
async function storeOf(client: Client, runId: string): Promise<string | undefined> {
  const ended: unknown = await client.workflow
    .getHandle(runId)
    .result()
    .catch(() => undefined);
  return (ended as Partial<MapOutcome> | undefined)?.store;
}

function endOf({ fanIn }: Pick<RunView, 'fanIn'>, { deadline }: MapOptions): End {
  const stoppedBy = fanIn?.stoppedBy ?? 'cancelled';
  return deadline === undefined ? { stoppedBy } : { stoppedBy, deadlineMs: milliseconds(deadline, 'deadline') };
}

interface PlacedPage {
  readonly part: number;
  readonly number: number;
  readonly table: PageTable;
  readonly page: Page;
  /** Of its first task among all. */
  readonly position: number;
}

async function* pagesOf(store: Store, folder: string): AsyncGenerator<PlacedPage> {
  let position = 0;
  for (let part = 0; await store.get(partKey(folder, part)); part++) {
    const table = await readTable(store, folder, part);
    for (const [number, page] of table.pages.entries()) {
      yield { part, number, table, page, position };
      position += page.tasks;
    }
  }
}

/** Undefined where the items are on another machine. */
async function itemsOf(store: Store, table: PageTable, page: Page, idField?: string): Promise<Item[] | undefined> {
  return readPage(store, table, page, idField).catch(() => undefined);
}

function neverStarted(items: readonly Item[] | undefined, page: Page, end: End): TaskResult[] {
  return Array.from({ length: page.tasks }, (_, at) => {
    const id = items?.[at]?.id ?? `${page.first + at}`;
    return asResult({ id, cut: true, attempts: 0, durationMs: 0 }, end);
  });
}

function lazily<R>(make: () => Promise<R>): () => Promise<R> {
  let made: Promise<R> | undefined;
  return () => (made ??= make());
}

/** So many results go into one answer, unless they are large. */
const maxInlineResults = 2000;
const maxInlineCharacters = 2_000_000;

/** The run with its results, where they are few; else it says that they are asked for in pages. */
export async function withResults(client: Client, store: Store, view: RunView): Promise<RunView> {
  const { fanIn } = view;
  if (!fanIn) return view;
  const inPages: RunView = { ...view, resultsInPages: true };
  if (fanIn.successCount + fanIn.failureCount > maxInlineResults) return inPages;
  const results: TaskResult[] = [];
  let characters = 0;
  try {
    for await (const { result } of mapResults(client, store, view)) {
      characters += JSON.stringify(result).length;
      if (characters > maxInlineCharacters) return inPages;
      results.push(result);
    }
  } catch (error) {
    // The run is shown all the same; who asks for its results learns why there are none.
    if (error instanceof FanfoldError) return inPages;
    throw error;
  }
  const { results: _none, ...counts } = fanIn;
  const merged = merge(results, counts);
  return {
    ...view,
    fanIn: { ...fanIn, results, mergedResults: merged.mergedResults, failedTasks: merged.failedTasks },
  };
}

/** Items as pages under a key of their own that begins with `prefix`; the table is written last, so that it is whole or not there. */
export async function uploadItems(
  store: Store,
  prefix: string,
  items: AsyncIterable<unknown> | Iterable<unknown>,
): Promise<{ source: Extract<MapSource, { kind: 'pages' }>; sha256: string }> {
  const folder = `${prefix}items-${randomUUID()}`;
  const writer = new PageWriter(store, (page) => itemsKey(folder, 0, page));
  for await (const item of items) await writer.add(item);
  const key = partKey(folder, 0);
  await store.put(key, Buffer.from(JSON.stringify(await writer.end())));
  return { source: { kind: 'pages', key }, sha256: writer.sha256 };
}
