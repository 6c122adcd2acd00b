/** A page's items as tasks, read from wherever they are. What cannot be read is that task's failure, with its line. */
import { isUtf8 } from 'node:buffer';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { badLine, itemOf, maxItemBytes, parsedLine, tooLarge, unread, type Item } from '../../core/map/item.ts';
import type { Page, PageTable, TableFormat, TableItems } from '../../core/map/types.ts';
import { DamagedBytesError } from '../codecs.ts';
import { unlessMissing } from '../../core/missing.ts';
import type { Store } from '../store.ts';
import { parseRows, type CsvRow } from './csv.ts';
import { decodeText } from './encoding.ts';
import { LineScanner } from './lines.ts';
import { shortHash } from './sealed.ts';

type FileItems = Extract<TableItems, { kind: 'file' }>;

/** What a run is asked to read is no longer there as it was counted. */
export class SourceChangedError extends Error {
  override readonly name = 'SourceChanged';
}

/**
 * Items of the store that are gone or damaged are a failure of each task of their page, and of no other.
 *
 * @throws {SourceChangedError} where a file is gone, or another one than was counted
 */
export async function readPage(store: Store, table: PageTable, page: Page, idField?: string): Promise<Item[]> {
  const { items } = table;
  if (items.kind === 'range')
    return Array.from({ length: page.tasks }, (_, at) => ({ id: `${page.first + at}`, input: page.first + at }));
  if (page.tasks === 1 && page.bytes > maxItemBytes + 2) return [tooLarge(page.first, page.bytes)];
  if (items.kind === 'file') return itemsOf(await readSlice(items, page), page, items, idField);
  const bytes = await storedBytes(store, page);
  const found = bytes && unlessDamaged(() => itemsOf(bytes, page, items, idField));
  return found ?? Array.from({ length: page.tasks }, (_, at) => lostItem(page.first + at));
}

/** A page without a hash shows only by what is in it that it is damaged. */
function unlessDamaged(read: () => Item[]): Item[] | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SourceChangedError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Undefined where they are not there, or not what was written. */
async function storedBytes(store: Store, page: Page): Promise<Buffer | undefined> {
  const body = await store.get(page.key ?? '').catch((error: unknown) => {
    if (error instanceof DamagedBytesError) return undefined;
    throw error;
  });
  return body && isWhole(body, page) ? Buffer.from(body) : undefined;
}

function isWhole(bytes: Uint8Array, { hash }: Pick<Page, 'hash'>): boolean {
  return hash === undefined || hash === shortHash(bytes);
}

function lostItem(line: number): Item {
  return unread(line, 'ItemLost', `The item of line ${line + 1} is missing from the store or damaged`);
}

/** A file may be changed in place with its size and time as they were, and only be touched: its bytes say which. */
async function readSlice(items: FileItems, page: Page): Promise<Buffer> {
  await checkFile(items, page);
  const { path, head } = items;
  const file = await open(path, 'r');
  try {
    if (head && !isWhole(await bytesAt(file, head), head)) throw changed(path, 'its header is another one');
    const bytes = await bytesAt(file, page);
    if (isWhole(bytes, page)) return bytes;
    throw changed(path, `those of the page that begins at line ${page.first + 1} are others`);
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, { bytes, offset = 0 }: Pick<Page, 'bytes' | 'offset'>): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, offset);
  return buffer.subarray(0, bytesRead);
}

async function checkFile({ path, size, modifiedMs }: FileItems, { hash }: Page): Promise<void> {
  // Whatever else keeps it from being looked at says nothing of it, and is tried again.
  const now = await unlessMissing(stat(path));
  if (!now) throw new SourceChangedError(`${path} is not there; the worker that runs the tasks must see the file`);
  if (now.size !== size) throw changed(path, `it has ${now.size} bytes, and had ${size}`);
  if (hash === undefined && Math.trunc(now.mtimeMs) !== modifiedMs) throw changed(path, 'it was written since');
}

function changed(path: string, how: string): SourceChangedError {
  return new SourceChangedError(`${path} has changed since its lines were counted: ${how}; start a new run`);
}

/** @throws {SourceChangedError} where they are not as many as were counted */
function itemsOf(bytes: Buffer, page: Page, format: TableFormat, idField?: string): Item[] {
  const items = reading(bytes, page, format, idField);
  if (items.length === page.tasks) return items;
  throw new SourceChangedError(
    `A page that begins at line ${page.first + 1} has ${items.length} items, and ${page.tasks} were counted; start a new run`,
  );
}

function reading(bytes: Buffer, page: Page, format: TableFormat, idField: string | undefined): Item[] {
  const { encoding, delimiter = ',', columns = [] } = format;
  if (format.format === 'csv') {
    const rows = parseRows(decodeText(bytes, encoding), delimiter);
    return rows.flatMap((row, at) => (row ? [rowItem(row, page.first + at, columns, { delimiter, idField })] : []));
  }
  if (encoding !== undefined || isUtf8(bytes)) return jsonLines(decodeText(bytes, encoding), page, idField);
  // Each line of its own, so that one that is no UTF-8 spoils none of the others.
  return jsonLines(bytes.toString('latin1'), page, idField, (line) => decodeText(Buffer.from(line, 'latin1')));
}

function jsonLines(text: string, page: Page, idField?: string, decode?: (line: string) => string): Item[] {
  const items: Item[] = [];
  const scanner = new LineScanner();
  const rule = { idField, decode };
  for (let start = 0, line = page.first; start < text.length; line++) {
    const end = scanner.next(text, start);
    const raw = end === -1 ? text.slice(start) : text.slice(start, end);
    start = end === -1 ? text.length : end;
    if (!scanner.blank) items.push(lineItem(raw, line, rule));
  }
  return items;
}

interface LineRule {
  readonly idField: string | undefined;
  readonly decode: ((line: string) => string) | undefined;
}

const byteOrderMark = 0xfeff;

function lineItem(raw: string, line: number, { idField, decode }: LineRule): Item {
  try {
    const text = decode ? decode(raw) : raw;
    // Files that were put together may have the mark of each.
    return parsedLine(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text, line, idField);
  } catch {
    return unread(line, badLine, `Line ${line + 1} is not in UTF-8`);
  }
}

interface RowRule {
  readonly delimiter: string;
  readonly idField: string | undefined;
}

/** A row as an object by the header. */
function rowItem(row: CsvRow, line: number, columns: readonly string[], { delimiter, idField }: RowRule): Item {
  const { fields, problem } = row;
  if (problem !== undefined) return unread(line, badLine, `Row ${line + 1} is no CSV: ${problem}`);
  if (fields.length !== columns.length) {
    const message = `Row ${line + 1} has ${fields.length} fields, and the header has ${columns.length}; the delimiter is ${JSON.stringify(delimiter)}`;
    return unread(line, badLine, message);
  }
  return itemOf(Object.fromEntries(columns.map((name, at) => [name, fields[at] ?? ''])), line, idField);
}
