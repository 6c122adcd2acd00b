/** The results of a map run, read from its pages in the store, in the order of the items, a page in memory at a time. */
import { runPrefix } from '../store/keys.ts';
import { checkRunId } from './check-given.ts';
import { sayable } from './as-json.ts';
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { addFailed } from '../core/map/failed-tasks.ts';
import type { Item } from '../core/map/item.ts';
import type { MapInput, MapOptions, MapSource, Page, PageTable, ProgramOfRun } from '../core/map/types.ts';
import type { TaskResult } from '../core/task.ts';
import { milliseconds } from '../core/duration.ts';
import { FanfoldError } from '../errors.ts';
import { itemsKey, partKey } from '../store/pages/keys.ts';
import { readPage } from '../store/pages/read.ts';
import { asResult, isOpenLine, lostResult, type End } from '../store/pages/results.ts';
import { writeTable } from '../store/pages/table.ts';
import { PageWriter } from '../store/pages/write.ts';
import type { Store } from '../store/store.ts';
import { readInput } from './input.ts';
import { mapKind } from './kinds.ts';
import { assertAll, assertTables } from './map-complete.ts';
import { ResultPages, type NoLines } from './map-lines.ts';
import { folderOf, pagesOf, type PlacedPage, type Viewed } from './map-pages.ts';
import type { RunSource } from './run-source.ts';
import { describeRun } from './view.ts';
import type { RunView } from './run-view.ts';

export interface MapResult {
  readonly result: TaskResult;
  /** The item, read when it is asked for; undefined where this process cannot see it. */
  item(): Promise<unknown>;
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
  const pages = await ResultPages.of(client, store, folder, view);
  let tasks = 0;
  for await (const placed of pagesOf(store, folder)) {
    const { table, page, position } = placed;
    tasks = position + page.tasks;
    if (tasks <= after) continue;
    const lines = await pages.lines(placed);
    if (view.status === 'running' && !isSettled(lines)) return;
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

/** Of a run that goes on: a page that is damaged will not become whole, any other may. */
function isSettled(lines: Awaited<ReturnType<ResultPages['lines']>>): boolean {
  return typeof lines === 'string' ? lines === 'damaged' : !lines.some(isOpenLine);
}

async function withoutLines(
  why: NoLines,
  items: () => Promise<Item[] | undefined>,
  { page, part, number }: PlacedPage,
  end: End,
): Promise<TaskResult[]> {
  if (why === 'never') return neverStarted(await items(), page, end);
  const known = await items();
  const message = `page ${number} of part ${part} of its run is missing from the store or damaged${known ? '' : unnamed}`;
  return Array.from({ length: page.tasks }, (_, at) => lostResult(known?.[at]?.id ?? `${page.first + at}`, message));
}

function endOf({ fanIn }: Pick<RunView, 'fanIn'>, { deadline }: MapOptions): End {
  const stoppedBy = fanIn?.stoppedBy ?? 'cancelled';
  return deadline === undefined ? { stoppedBy } : { stoppedBy, deadlineMs: milliseconds(deadline, 'deadline') };
}

/** Undefined where the items are on another machine. */
async function itemsOf(store: Store, table: PageTable, page: Page, idField?: string): Promise<Item[] | undefined> {
  return readPage(store, table, page, idField).catch(() => undefined);
}

/** Of a task whose item is on another machine, or has changed. */
const unnamed = '; its item cannot be read here, so its place stands for its id';

function neverStarted(items: readonly Item[] | undefined, page: Page, end: End): TaskResult[] {
  return Array.from({ length: page.tasks }, (_, at) => {
    const id = items?.[at]?.id ?? `${page.first + at}`;
    const result = asResult({ id, cut: true, attempts: 0, durationMs: 0 }, end);
    if (items || result.success) return result;
    return { ...result, error: { ...result.error, message: `${result.error.message}${unnamed}` } };
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
  const results: TaskResult[] = [];
  let characters = 0;
  try {
    if (fanIn.successCount + fanIn.failureCount > maxInlineResults) {
      await assertTables(client, store, view);
      return inPages;
    }
    for await (const { result } of mapResults(client, store, view)) {
      characters += JSON.stringify(result).length;
      if (characters > maxInlineCharacters) return inPages;
      results.push(result);
    }
  } catch (error) {
    // The run is shown all the same, and why its results are not.
    if (error instanceof FanfoldError) {
      const { type, message } = error;
      return { ...inPages, resultsProblem: { type, message } };
    }
    throw error;
  }
  const mergedResults = results.flatMap((each) => (each.success ? [each.result] : []));
  const failedTasks: Record<string, string> = {};
  for (const result of results) if (!result.success) addFailed(failedTasks, result.id, result.error.message);
  return { ...view, fanIn: { ...fanIn, results, mergedResults, failedTasks } };
}

/** Items as pages under a key of their own among those of the run; the table is written last, so that it is whole or not there. */
export async function uploadItems(
  store: Store,
  namespace: string,
  id: string,
  items: AsyncIterable<unknown> | Iterable<unknown>,
): Promise<{ source: Extract<MapSource, { kind: 'pages' }>; sha256: string }> {
  const folder = `${runPrefix(namespace, checkRunId(id))}items-${randomUUID()}`;
  const writer = new PageWriter(store, (page) => itemsKey(folder, 0, page));
  let at = 0;
  for await (const item of items) await writer.add(sayable(item, `items[${at++}]`));
  await writeTable(store, folder, 0, await writer.end());
  return { source: { kind: 'pages', key: partKey(folder, 0) }, sha256: writer.sha256 };
}

/** Whether items are where the workers read them themselves. @throws {FanfoldError} of type `InvalidInput` for what is neither that nor iterable */
export function isSource(items: AsyncIterable<unknown> | Iterable<unknown> | MapSource): items is MapSource {
  if (typeof items === 'object' && items !== null) {
    if ('kind' in items) return true;
    if (Symbol.iterator in items || Symbol.asyncIterator in items) return false;
  }
  throw new FanfoldError(
    'InvalidInput',
    '`items` must be a list, another iterable of items, or a source of them',
    'items',
  );
}
