/**
 * A file that is something else than it is read as has rows, and none of them is an item: the run says so once, and not of each.
 * By the rows at its beginning, some hundreds where there are as many: comments alone may be more than the first page has.
 */
import { ApplicationFailure } from '@temporalio/common';
import { badLine, type Item } from '../../core/map/item.ts';
import type { MapSource, PageTable } from '../../core/map/types.ts';
import { readPage } from '../../store/pages/read.ts';
import type { Store } from '../../store/store.ts';

/** @throws {ApplicationFailure} of type `SourceUnreadable` where no row of the first two pages can be read */
export async function assertRows(
  store: Store,
  table: PageTable,
  source: Extract<MapSource, { kind: 'file' | 'stored' }>,
): Promise<void> {
  const [page, next] = table.pages;
  if (!page) return;
  const name = source.kind === 'file' ? source.path : source.key;
  const items = await readPage(store, table, page);
  const [first] = items;
  if (first?.error && items.every(isBad)) {
    const more = next ? await readPage(store, table, next) : [];
    if (more.every(isBad))
      throw unreadable(
        `none of the ${items.length + more.length} rows at its beginning can be. ${first.error.message}`,
      );
  }
  if (table.tasks === 1 && Array.isArray(first?.input) && name.toLowerCase().endsWith('.json'))
    throw unreadable('it is one list of JSON, and would be one item. Write each of its items on a line of its own');

  function unreadable(why: string): ApplicationFailure {
    return ApplicationFailure.nonRetryable(`${name} cannot be read: ${why}`, 'SourceUnreadable');
  }
}

function isBad({ error }: Item): boolean {
  return error?.name === badLine;
}
