/** Page tables in the store, and those of a range, which need none. */
import type { Page, PageTable } from '../../core/map/types.ts';
import type { Store } from '../store.ts';
import { partKey } from './keys.ts';
import { PageFill } from '../../core/map/page-size.ts';
import { readSealedJson, sealed } from './sealed.ts';

const tables = new WeakMap<Store, Map<string, Promise<PageTable>>>();
const mostKept = 8;

/** A table that is there and is not what was written. */
export class DamagedTableError extends Error {
  override readonly name = 'ResultsLost';
}

/** Each unit of a run asks for the same table, so the last few are kept in memory. @throws {DamagedTableError} */
export function readTable(store: Store, folder: string, part: number): Promise<PageTable> {
  const key = partKey(folder, part);
  let kept = tables.get(store);
  if (!kept) tables.set(store, (kept = new Map()));
  const known = kept.get(key);
  if (known) return known;
  const table = readTableAt(store, key);
  table.catch(() => kept.delete(key));
  kept.set(key, table);
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
  return table;
}

/** As {@link readTable}, wherever it lies. */
export async function readTableAt(store: Store, key: string): Promise<PageTable> {
  const found = await readSealedJson(store, key);
  if (!found) throw new Error(`The store has no page table '${key}'; do all workers use the same store?`);
  if (found === 'damaged')
    throw new DamagedTableError(`The page table '${key}' is damaged: it is not what was written`);
  return found.value as PageTable;
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
