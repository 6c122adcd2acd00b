/** The pages of a map run's items, as its tables say which there are; the results of each are in a page of the same number. */
import type { Client } from '@temporalio/client';
import type { Page, PageTable } from '../core/map/types.ts';
import { FanfoldError } from '../errors.ts';
import { mapFolder } from '../store/pages/keys.ts';
import { DamagedTableError, findTable } from '../store/pages/table.ts';
import type { Store } from '../store/store.ts';
import type { RunView } from './run-view.ts';

export type Viewed = Pick<RunView, 'runId' | 'status' | 'fanIn' | 'error'>;

export interface PlacedPage {
  readonly part: number;
  readonly number: number;
  readonly table: PageTable;
  readonly page: Page;
  /** Of its first task among all. */
  readonly position: number;
}

/** @throws {FanfoldError} of type `ResultsLost` where what says which pages there are is damaged */
export async function* pagesOf(store: Store, folder: string): AsyncGenerator<PlacedPage> {
  let position = 0;
  for (let part = 0; ; part++) {
    const table = await findTable(store, folder, part).catch((error: unknown) => {
      throw error instanceof DamagedTableError ? new FanfoldError('ResultsLost', error.message) : error;
    });
    if (!table) return;
    for (const [number, page] of table.pages.entries()) {
      yield { part, number, table, page, position };
      position += page.tasks;
    }
  }
}

/** Where the pages of a run are. */
export async function folderOf(client: Client, runId: string): Promise<string> {
  const { raw, runId: latest } = await client.workflow.getHandle(runId).describe();
  return mapFolder(client.options.namespace, runId, raw.workflowExecutionInfo?.firstRunId || latest);
}
