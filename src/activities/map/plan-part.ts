/**
 * Counts the items of a part once and writes down where its pages begin, so that nobody has to read from the start again.
 * The surprising rule: a table that is there is taken, since a retried count could find other items than the run has begun with.
 */
import { stat } from 'node:fs/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { given } from '../../core/given.ts';
import type { MapSource, PageTable, PartFacts, PlanPartInput } from '../../core/map/types.ts';
import { pagesOfBody, pagesOfFile, SourceUnreadableError } from '../../store/pages/split-into-pages.ts';
import { itemsKey, mapFolder } from '../../store/pages/keys.ts';
import {
  DamagedTableError,
  findTable,
  rangeTable,
  readTable,
  readTableAt,
  writeTable,
} from '../../store/pages/table.ts';
import { notShared, storeIdentity } from '../../store/identity.ts';
import { PageWriter } from '../../store/pages/write.ts';
import { unlessMissing } from '../../core/missing.ts';
import type { Store } from '../../store/store.ts';
import { activityNamed } from '../activity-named.ts';
import { assertStore, storeFailure } from './own-store.ts';
import type { FindActivity } from '../find-activity.ts';
import { assertRows } from './assert-rows.ts';

export async function planPart(store: Store, find: FindActivity, input: PlanPartInput): Promise<PartFacts> {
  const { part } = input;
  await assertStore(store, input.store, 'Whoever started the run has its items and reads its results');
  const folder = folderOf(input.execution);
  if (!(await whole(findTable(store, folder, part)))) {
    const table = await whole(tableOf(store, find, { ...input, folder }));
    if (input.source.kind === 'file' || input.source.kind === 'stored') await assertRows(store, table, input.source);
    await writeTable(store, folder, part, table);
  }
  return factsOf(store, folder, await whole(readTable(store, folder, part)));
}

interface Asked extends PlanPartInput {
  readonly folder: string;
}

/** Made here, since a workflow cannot hash an id that is too long for a key. */
function folderOf(execution: string): string {
  const { workflowExecution, namespace } = Context.current().info;
  return mapFolder(namespace, workflowExecution?.workflowId ?? '', execution);
}

/** Takes over the tables of an earlier run, so that both mean the same tasks by the same places. */
export async function adoptParts(
  store: Store,
  { execution, earlier }: { readonly execution: string; readonly earlier: string },
): Promise<PartFacts[]> {
  const folder = folderOf(execution);
  const facts: PartFacts[] = [];
  for (let part = 0; ; part++) {
    const table = await whole(findTable(store, earlier, part));
    if (!table && part === 0)
      throw storeFailure(notShared('The earlier run has its pages', undefined, await storeIdentity(store)));
    if (!table) return facts;
    await writeTable(store, folder, part, table);
    facts.push(await factsOf(store, folder, await whole(readTable(store, folder, part))));
  }
}

/** A table that is damaged stays so however often it is read. */
export async function whole<T extends PageTable | undefined>(table: Promise<T>): Promise<T> {
  return table.catch((error: unknown) => {
    throw error instanceof DamagedTableError ? ApplicationFailure.nonRetryable(error.message, error.name) : error;
  });
}

async function factsOf(store: Store, folder: string, table: PageTable): Promise<PartFacts> {
  const { pages, tasks, lines, bytes, cursor } = table;
  return { folder, pages: pages.length, tasks, lines, bytes, ...given({ cursor, store: await storeIdentity(store) }) };
}

async function tableOf(store: Store, find: FindActivity, input: Asked): Promise<PageTable> {
  const { source, lines } = input;
  switch (source.kind) {
    case 'range':
      return rangeTable(source.count, lines);
    case 'list':
      return writeItems(store, input, source.items);
    case 'file':
      return fileTable(store, input, source);
    case 'stored':
      return storedTable(store, input, source);
    case 'pages':
      await needed(store, source.key);
      return readTableAt(store, source.key);
    case 'query':
      return queryTable(store, find, input, source);
    default:
      // Sources come from outside as plain data.
      throw ApplicationFailure.nonRetryable(
        `There is no source of kind '${String((source as { kind?: unknown }).kind)}'`,
        'InvalidOptionsError',
      );
  }
}

async function fileTable(store: Store, input: Asked, source: Extract<MapSource, { kind: 'file' }>): Promise<PageTable> {
  const { path, kind: _kind, ...format } = source;
  const facts = await unlessMissing(stat(path));
  if (!facts?.isFile()) {
    const message = `${path} is not there or no file; the worker that runs the tasks must see it`;
    throw ApplicationFailure.nonRetryable(message, 'SourceNotFound');
  }
  return readable(pagesOfFile(store, path, facts, { name: path, lines: input.lines, ...format }, keyIn(input)));
}

async function storedTable(
  store: Store,
  input: Asked,
  { key, kind: _kind, ...format }: Extract<MapSource, { kind: 'stored' }>,
): Promise<PageTable> {
  return readable(
    pagesOfBody(store, await needed(store, key), { name: key, lines: input.lines, ...format }, keyIn(input)),
  );
}

function keyIn({ folder, part }: Asked): (page: number) => string {
  return (page) => itemsKey(folder, part, page);
}

/** What another attempt would find the same is tried once. */
async function readable(table: Promise<PageTable>): Promise<PageTable> {
  try {
    return await table;
  } catch (error) {
    if (error instanceof SourceUnreadableError) throw ApplicationFailure.nonRetryable(error.message, error.name);
    throw error;
  }
}

async function needed(store: Store, key: string): Promise<Buffer> {
  const body = await store.get(key);
  if (body) return Buffer.from(body);
  throw ApplicationFailure.nonRetryable(`The store has no object '${key}'`, 'SourceNotFound');
}

async function queryTable(
  store: Store,
  find: FindActivity,
  input: Asked,
  { activity: name, input: question }: Extract<MapSource, { kind: 'query' }>,
): Promise<PageTable> {
  const activity = activityNamed(find, name);
  const { cursor } = input;
  const asked = { input: question, ...given({ cursor }) };
  const page = (await activity(asked)) as {
    items?: unknown;
    cursor?: unknown;
  } | null;
  if (!Array.isArray(page?.items))
    throw ApplicationFailure.nonRetryable(`'${name}' did not answer { items, cursor? }`, 'MalformedResponse');
  const written = await writeItems(store, input, page.items);
  return page.cursor === undefined || page.cursor === null ? written : { ...written, cursor: page.cursor };
}

async function writeItems(store: Store, input: Asked, items: Iterable<unknown>): Promise<PageTable> {
  const writer = new PageWriter(store, keyIn(input), input.lines);
  for (const item of items) await writer.add(item);
  return writer.end();
}
