/** Page tables in the store, and those of a range, which need none. */
import type { Page, PageTable } from '../../core/map/types.ts';
import type { Store } from '../store.ts';
import { partKey } from './keys.ts';
import { PageFill } from '../../core/map/page-size.ts';

const kept = new Map<string, Promise<PageTable>>();
const mostKept = 8;

/** Each unit of a run asks for the same table, so the last few are kept in memory. */
export function readTable(store: Store, folder: string, part: number): Promise<PageTable> {
  const key = partKey(folder, part);
  const known = kept.get(key);
  if (known) return known;
  const table = load(store, key);
  table.catch(() => kept.delete(key));
  kept.set(key, table);
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
  return table;
}

async function load(store: Store, key: string): Promise<PageTable> {
  const body = await store.get(key);
  if (!body) throw new Error(`The store has no page table '${key}'; do all workers use the same store?`);
  return JSON.parse(Buffer.from(body).toString()) as PageTable;
}

export async function writeTable(store: Store, folder: string, part: number, table: PageTable): Promise<void> {
  await store.put(partKey(folder, part), Buffer.from(JSON.stringify(table)));
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
