/** Page tables in the store, and those of a range, which need none. */
import type { Page, PageTable } from '../../core/map/types.ts';
import { DamagedBytesError } from '../codecs.ts';
import type { Store } from '../store.ts';
import { partKey } from './keys.ts';
import { PageFill } from '../../core/map/page-size.ts';
import { sealed, unsealed } from './sealed.ts';

/** A table and the bytes that it was read from. */
interface KeptTable {
  readonly body: Uint8Array;
  readonly table: PageTable;
}

const tables = new WeakMap<Store, Map<string, KeptTable>>();
const mostKept = 8;

/** A table that is there and is not what was written. */
export class DamagedTableError extends Error {
  override readonly name = 'ResultsLost';
}

/** Each unit of a run asks for the same table, so the last few are kept in memory. @throws {DamagedTableError} */
export async function readTable(store: Store, folder: string, part: number): Promise<PageTable> {
  const key = partKey(folder, part);
  return keptIn(store).get(key)?.table ?? readTableAt(store, key);
}

/** As {@link readTable}, as it is in the store now; undefined where it is not there. */
export function findTable(store: Store, folder: string, part: number): Promise<PageTable | undefined> {
  return findTableAt(store, partKey(folder, part));
}

/** As {@link readTable}, wherever it lies. */
export async function readTableAt(store: Store, key: string): Promise<PageTable> {
  const found = await findTableAt(store, key);
  if (!found) throw new Error(`The store has no page table '${key}'; do all workers use the same store?`);
  return found;
}

async function findTableAt(store: Store, key: string): Promise<PageTable | undefined> {
  const body = await store.get(key).catch((error: unknown) => {
    throw error instanceof DamagedBytesError ? damaged(key) : error;
  });
  if (!body) return undefined;
  const kept = keptIn(store);
  const known = kept.get(key);
  if (known && Buffer.from(body).equals(known.body)) return known.table;
  kept.delete(key);
  const table = tableIn(key, body);
  kept.set(key, { body, table });
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
  return table;
}

function keptIn(store: Store): Map<string, KeptTable> {
  const kept = tables.get(store) ?? new Map<string, KeptTable>();
  tables.set(store, kept);
  return kept;
}

function tableIn(key: string, body: Uint8Array): PageTable {
  const found = unsealed(body);
  const value = found && parsed(found.text);
  if (!isTable(value)) throw damaged(key);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(key: string): DamagedTableError {
  return new DamagedTableError(`The page table '${key}' is damaged: it is not what was written`);
}

/** One of an earlier version has no hash, and is known by its form alone, and by the sum of its pages. */
function isTable(value: unknown): value is PageTable {
  const { items, tasks, lines, bytes, pages } = Object(value) as Partial<Record<keyof PageTable, unknown>>;
  const { kind } = Object(items) as { kind?: unknown };
  if (kind !== 'file' && kind !== 'objects' && kind !== 'range') return false;
  if (![tasks, lines, bytes].every(isCount) || !Array.isArray(pages) || !pages.every(isPage)) return false;
  return pages.reduce((sum, page) => sum + page.tasks, 0) === tasks;
}

function isPage(value: unknown): value is Page {
  const { tasks, first, bytes } = Object(value) as Partial<Record<keyof Page, unknown>>;
  return [tasks, first, bytes].every(isCount);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

export function writeTable(store: Store, folder: string, part: number, table: PageTable): Promise<void> {
  return store.put(partKey(folder, part), sealed(JSON.stringify(table)).bytes);
}

export function rangeTable(count: number, lines: number): PageTable {
  const fill = new PageFill();
  const pages: Page[] = [];
  for (let start = 0; start < count; fill.close()) {
    const tasks = Math.min(fill.room, count - start);
    pages.push({ tasks, first: lines + start, bytes: 0 });
    start += tasks;
  }
  return { items: { kind: 'range' }, tasks: count, lines: lines + count, bytes: 0, pages };
}
