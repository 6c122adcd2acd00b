/** A page's items as tasks, read from wherever they are. What cannot be read is that task's failure, with its line. */
import { open, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { itemOf, maxItemBytes, parsedLine, tooLarge, unread, type Item } from '../../core/map/item.ts';
import type { ItemFormat, Page, PageTable, TableItems } from '../../core/map/types.ts';
import type { Store } from '../store.ts';

type FileItems = Extract<TableItems, { kind: 'file' }>;

/** What a run is asked to read is no longer there as it was counted. */
export class SourceChangedError extends Error {
  override readonly name = 'SourceChanged';
}

/** @throws {SourceChangedError} where the items are gone, or others than those that were counted */
export async function readPage(store: Store, table: PageTable, page: Page, idField?: string): Promise<Item[]> {
  const { items } = table;
  if (items.kind === 'range')
    return Array.from({ length: page.tasks }, (_, at) => ({ id: `${page.first + at}`, input: page.first + at }));
  if (page.tasks === 1 && page.bytes > maxItemBytes + 2) return [tooLarge(page.first, page.bytes)];
  if (items.kind === 'file') return itemsOf(await readSlice(items, page), page, items.format, items.columns, idField);
  const body = page.key === undefined ? undefined : await store.get(page.key);
  if (!body) throw new SourceChangedError(`The store has no items '${page.key}' any more`);
  return itemsOf(Buffer.from(body).toString(), page, items.format, items.columns, idField);
}

async function readSlice(items: FileItems, page: Page): Promise<string> {
  await checkFile(items);
  const file = await open(items.path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(page.bytes), 0, page.bytes, page.offset ?? 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function checkFile({ path, size, modifiedMs }: FileItems): Promise<void> {
  const now = await stat(path).catch(() => undefined);
  if (now && now.size === size && Math.trunc(now.mtimeMs) === modifiedMs) return;
  throw new SourceChangedError(
    now
      ? `${path} has changed since its lines were counted; start a new run`
      : `${path} is not there; the worker that runs the tasks must see the file`,
  );
}

function itemsOf(
  text: string,
  page: Page,
  format: ItemFormat,
  columns: readonly string[] = [],
  idField?: string,
): Item[] {
  const begin = page.first === 0 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return format === 'csv' ? rows(begin, page, columns, idField) : jsonLines(begin, page, idField);
}

function jsonLines(text: string, page: Page, idField?: string): Item[] {
  const items: Item[] = [];
  let line = page.first;
  for (let start = 0; start < text.length; line++) {
    const end = text.indexOf('\n', start);
    const raw = end === -1 ? text.slice(start) : text.slice(start, end);
    start = end === -1 ? text.length : end + 1;
    const content = raw.trim();
    if (content !== '') items.push(parsedLine(content, line, idField));
  }
  return items;
}

/** Rows as objects by the header. A row that is no CSV spoils none of the others: then each is read alone. */
function rows(text: string, page: Page, columns: readonly string[], idField?: string): Item[] {
  try {
    return parseCsv(text).map((row, at) => rowItem(row, page.first + at, columns, idField));
  } catch {
    return splitRows(text).map((row, at) => {
      const line = page.first + at;
      try {
        return rowItem(parseCsv(row)[0] ?? [], line, columns, idField);
      } catch (error) {
        return unread(
          line,
          'BadLine',
          `Row ${line + 1} is no CSV: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    });
  }
}

export function parseCsv(text: string): string[][] {
  return parse(text, { relax_column_count: true, skip_empty_lines: true, bom: true });
}

function rowItem(row: readonly string[], line: number, columns: readonly string[], idField?: string): Item {
  if (row.length !== columns.length) {
    const message = `Row ${line + 1} has ${row.length} fields, and the header has ${columns.length}`;
    return unread(line, 'BadLine', message);
  }
  return itemOf(Object.fromEntries(columns.map((name, at) => [name, row[at] ?? ''])), line, idField);
}

function splitRows(text: string): string[] {
  const found: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    if (at < text.length && (character !== '\n' || quoted)) continue;
    const row = text.slice(start, at);
    if (row.trim() !== '') found.push(row);
    start = at + 1;
  }
  return found;
}
