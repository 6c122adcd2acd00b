/**
 * The results of a map run, read from its pages in the store, in the order of the items, a page in memory at a time.
 * The surprising rule: a page that is not there is of tasks that never ran, so they are told only when somebody reads.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { fanIn as merge } from '../core/fan-in.ts';
import type { Item } from '../core/map/item.ts';
import type { MapInput, MapOptions, MapSource, Page, PageTable, ProgramOfRun } from '../core/map/types.ts';
import type { TaskResult } from '../core/task.ts';
import { milliseconds } from '../core/duration.ts';
import { itemsKey, mapFolder, partKey } from '../store/pages/keys.ts';
import { readPage } from '../store/pages/read.ts';
import { asResult, isCut, readResults, type End } from '../store/pages/results.ts';
import { readTable } from '../store/pages/table.ts';
import { PageWriter } from '../store/pages/write.ts';
import type { Store } from '../store/store.ts';
import { readInput } from './input.ts';
import { mapKind } from './kinds.ts';
import { describeRun, type RunSource, type RunView } from './view.ts';

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

/** The results from position `after` on; of a run that goes on, as far as all before them have settled. */
export async function* mapResults(
  client: Client,
  store: Store,
  view: Pick<RunView, 'runId' | 'status' | 'fanIn'>,
  after = 0,
): AsyncGenerator<MapResult> {
  const folder = await folderOf(client, view.runId);
  const { options = {} } = (await readInput(client, view.runId)) as MapInput;
  const end = endOf(view, options);
  for await (const { part, number, table, page, position } of pagesOf(store, folder)) {
    if (position + page.tasks <= after) continue;
    const lines = await readResults(store, folder, part, number);
    if (view.status === 'running' && !lines?.every((line) => !isCut(line))) return;
    const items = lazily(() => itemsOf(store, table, page, options.idField));
    const results = lines?.map((line) => asResult(line, end)) ?? neverStarted(await items(), page, end);
    for (let at = Math.max(0, after - position); at < results.length; at++)
      yield { result: results[at] as TaskResult, item: async () => (await items())?.[at]?.input };
  }
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
  for await (const { result } of mapResults(client, store, view)) {
    characters += JSON.stringify(result).length;
    if (characters > maxInlineCharacters) return inPages;
    results.push(result);
  }
  const { results: _none, ...counts } = fanIn;
  const merged = merge(results, counts);
  // A store that this process does not share has nothing of it.
  if (results.length !== fanIn.successCount + fanIn.failureCount) return inPages;
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
): Promise<Extract<MapSource, { kind: 'pages' }>> {
  const folder = `${prefix}items-${randomUUID()}`;
  const writer = new PageWriter(store, (page) => itemsKey(folder, 0, page));
  for await (const item of items) await writer.add(item);
  const key = partKey(folder, 0);
  await store.put(key, Buffer.from(JSON.stringify(await writer.end())));
  return { kind: 'pages', key };
}
