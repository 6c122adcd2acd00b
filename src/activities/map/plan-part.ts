/**
 * Counts the items of a part once and writes down where its pages begin, so that nobody has to read from the start again.
 * The surprising rule: a table that is there is taken, since a retried count could find other items than the run has begun with.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { ItemFormat, MapSource, Page, PageTable, PartFacts, PlanPartInput } from '../../core/map/types.ts';
import { itemsKey, mapFolder, partKey } from '../../store/pages/keys.ts';
import { Pager } from '../../store/pages/lines.ts';
import { parseCsv } from '../../store/pages/read.ts';
import { rangeTable, readTable, writeTable } from '../../store/pages/table.ts';
import { PageWriter } from '../../store/pages/write.ts';
import type { Store } from '../../store/store.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';

export async function planPart(store: Store, find: FindActivity, input: PlanPartInput): Promise<PartFacts> {
  const { part } = input;
  const folder = folderOf(input.execution);
  if (!(await store.get(partKey(folder, part))))
    await writeTable(store, folder, part, await tableOf(store, find, { ...input, folder }));
  return factsOf(folder, await readTable(store, folder, part));
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
    const body = await store.get(partKey(earlier, part));
    if (!body) return facts;
    await store.put(partKey(folder, part), body);
    facts.push(factsOf(folder, await readTable(store, folder, part)));
  }
}

function factsOf(folder: string, { pages, tasks, lines, bytes, cursor }: PageTable): PartFacts {
  return { folder, pages: pages.length, tasks, lines, bytes, ...(cursor === undefined ? {} : { cursor }) };
}

async function tableOf(store: Store, find: FindActivity, input: Asked): Promise<PageTable> {
  const { source, lines } = input;
  switch (source.kind) {
    case 'range':
      return rangeTable(source.count, lines);
    case 'list':
      return writeItems(store, input, source.items);
    case 'file':
      return fileTable(source.path, source.format, lines);
    case 'stored':
      return storedTable(store, input, source);
    case 'pages':
      return JSON.parse((await needed(store, source.key)).toString()) as PageTable;
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

async function fileTable(path: string, format: ItemFormat, lines: number): Promise<PageTable> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile()) {
    const message = `${path} is not there or no file; the worker that runs the tasks must see it`;
    throw ApplicationFailure.nonRetryable(message, 'SourceNotFound');
  }
  const header = format === 'csv' ? await fileHeader(path) : { columns: [], bytes: 0 };
  const pager = new Pager(format, lines, header.bytes);
  const stream = createReadStream(path, { start: header.bytes, highWaterMark: 1 << 20 });
  for await (const chunk of stream) pager.add(chunk as Buffer);
  pager.end();
  const modifiedMs = Math.trunc(facts.mtimeMs);
  const columns = format === 'csv' ? { columns: header.columns } : {};
  return table(pager, pager.pages, { kind: 'file', path, format, size: facts.size, modifiedMs, ...columns });
}

async function fileHeader(path: string): Promise<Header> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 20), 0, 1 << 20, 0);
    return headerOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

interface Header {
  readonly columns: readonly string[];
  /** Where the rows begin. */
  readonly bytes: number;
}

function headerOf(start: Buffer): Header {
  let quoted = false;
  let end = start.length;
  for (let at = 0; at < start.length; at++) {
    if (start[at] === 34) quoted = !quoted;
    if (start[at] !== 10 || quoted) continue;
    end = at + 1;
    break;
  }
  return { columns: parseCsv(start.subarray(0, end).toString())[0] ?? [], bytes: end };
}

async function storedTable(
  store: Store,
  { folder, part, lines }: Asked,
  { key, format }: Extract<MapSource, { kind: 'stored' }>,
): Promise<PageTable> {
  const body = await needed(store, key);
  const header = format === 'csv' ? headerOf(body) : { columns: [], bytes: 0 };
  const pager = new Pager(format, lines, header.bytes);
  pager.add(body.subarray(header.bytes));
  pager.end();
  const pages: Page[] = [];
  for (const { offset = 0, ...page } of pager.pages) {
    const own = itemsKey(folder, part, pages.length);
    await store.put(own, body.subarray(offset, offset + page.bytes));
    pages.push({ ...page, key: own });
  }
  return table(pager, pages, { kind: 'objects', format, ...(format === 'csv' ? { columns: header.columns } : {}) });
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
  const asked = { input: question, ...(cursor === undefined ? {} : { cursor }) };
  const page = (await activity(asked)) as {
    items?: unknown;
    cursor?: unknown;
  } | null;
  if (!Array.isArray(page?.items))
    throw ApplicationFailure.nonRetryable(`'${name}' did not answer { items, cursor? }`, 'MalformedResponse');
  const written = await writeItems(store, input, page.items);
  return page.cursor === undefined || page.cursor === null ? written : { ...written, cursor: page.cursor };
}

async function writeItems(store: Store, { folder, part, lines }: Asked, items: Iterable<unknown>): Promise<PageTable> {
  const writer = new PageWriter(store, (page) => itemsKey(folder, part, page), lines);
  for (const item of items) await writer.add(item);
  return writer.end();
}

function table({ tasks, lines, bytes }: Pager, pages: readonly Page[], items: PageTable['items']): PageTable {
  return { items, tasks, lines, bytes, pages };
}
