/** A file that is something else than it is read as has rows, and none of them is an item: the run says so once, and not of each. */
import { ApplicationFailure } from '@temporalio/common';
import { badLine } from '../../core/map/item.ts';
import type { MapSource, PageTable } from '../../core/map/types.ts';
import { readPage } from '../../store/pages/read.ts';
import type { Store } from '../../store/store.ts';

/** @throws {ApplicationFailure} of type `SourceUnreadable` where no row of the first page can be read */
export async function assertRows(
  store: Store,
  table: PageTable,
  source: Extract<MapSource, { kind: 'file' | 'stored' }>,
): Promise<void> {
  const [page] = table.pages;
  if (!page) return;
  const name = source.kind === 'file' ? source.path : source.key;
  const items = await readPage(store, table, page);
  const [first] = items;
  if (first?.error && items.every(({ error }) => error?.name === badLine))
    throw unreadable(`none of the ${items.length} rows at its beginning can be. ${first.error.message}`);
  if (table.tasks === 1 && Array.isArray(first?.input) && name.toLowerCase().endsWith('.json'))
    throw unreadable('it is one list of JSON, and would be one item. Write each of its items on a line of its own');

  function unreadable(why: string): ApplicationFailure {
    return ApplicationFailure.nonRetryable(`${name} cannot be read: ${why}`, 'SourceUnreadable');
  }
}
