/**
 * The lines of a map run's pages of results: of those that the run has recorded, and where it has not, of the last attempt's.
 * The surprising rule: a page that is not there is of tasks that never ran, unless the run's record or its counts say that it was written.
 */
import type { Client } from '@temporalio/client';
import { DamagedPageError, isOpenLine, readResults, writtenPages, type ResultLine } from '../store/pages/results.ts';
import type { Store } from '../store/store.ts';
import { pagesOf, type PlacedPage, type Viewed } from './map-pages.ts';
import { recordOf, type PageRecord } from './map-record.ts';

/** Of a page that has no lines: it is not what was written, or not there any more, or was not written. */
export type NoLines = 'damaged' | 'missing' | 'never';

export class ResultPages {
  readonly #store: Store;
  readonly #folder: string;
  readonly #view: Viewed;
  readonly #record: PageRecord | undefined;
  /** Of one part, since they are asked for in that order. */
  #listed: { readonly part: number; readonly names: Promise<Map<number, string | undefined>> } | undefined;

  /** @param record of a run that goes on there is none */
  constructor(store: Store, folder: string, view: Viewed, record?: PageRecord) {
    this.#store = store;
    this.#folder = folder;
    this.#view = view;
    this.#record = record;
  }

  static async of(client: Client, store: Store, folder: string, view: Viewed): Promise<ResultPages> {
    const record = view.status === 'running' ? undefined : await recordOf(client, view.runId);
    return new ResultPages(store, folder, view, record);
  }

  /** Whether the run says itself that the page was written. */
  isRecorded({ part, number }: PlacedPage): boolean {
    return this.#record?.nameOf(part, number) !== undefined;
  }

  async lines(placed: PlacedPage): Promise<ResultLine[] | NoLines> {
    const { fanIn } = this.#view;
    const recorded = this.#record?.nameOf(placed.part, placed.number);
    if (recorded !== undefined) return this.#read(placed, recorded);
    // What lies there all the same is of somebody who counted no more.
    if (fanIn && this.#record?.whole) return fanIn.stoppedBy === 'allSettled' ? 'missing' : 'never';
    const names = await this.#names(placed.part);
    if (names.has(placed.number)) return this.#read(placed, names.get(placed.number) ?? '');
    return (await this.#wasWritten()) ? 'missing' : 'never';
  }

  /** @param name empty of what an earlier version has written */
  async #read({ part, number, page }: PlacedPage, name: string): Promise<ResultLine[] | NoLines> {
    const place = { folder: this.#folder, part, page: number };
    try {
      return (await readResults(this.#store, place, name || undefined, page.tasks)) ?? 'missing';
    } catch (error) {
      if (error instanceof DamagedPageError) return 'damaged';
      throw error;
    }
  }

  #names(part: number): Promise<Map<number, string | undefined>> {
    if (this.#listed?.part !== part) this.#listed = { part, names: writtenPages(this.#store, this.#folder, part) };
    return this.#listed.names;
  }

  /** Whether a page without a record was: always where every task settled, else where the store has fewer successes than were counted. */
  async #wasWritten(): Promise<boolean> {
    const { fanIn } = this.#view;
    if (!fanIn) return false;
    if (fanIn.stoppedBy === 'allSettled') return true;
    const known = stoppedEarly.get(this.#folder);
    if (known && Date.now() - known.at < keptMs) return known.lost;
    const lost = (await this.#successes()) < fanIn.successCount;
    if (stoppedEarly.size >= mostKept) stoppedEarly.clear();
    stoppedEarly.set(this.#folder, { lost, at: Date.now() });
    return lost;
  }

  async #successes(): Promise<number> {
    let successes = 0;
    for await (const placed of pagesOf(this.#store, this.#folder)) {
      const name =
        this.#record?.nameOf(placed.part, placed.number) ?? (await this.#names(placed.part)).get(placed.number);
      const lines = await this.#read(placed, name ?? '');
      if (typeof lines !== 'string') successes += lines.filter((line) => !isOpenLine(line) && line.success).length;
    }
    return successes;
  }
}

/** Runs that were stopped early, by their folder: whether pages of theirs are missing that were written, and when that was seen. */
const stoppedEarly = new Map<string, { readonly lost: boolean; readonly at: number }>();
const mostKept = 100;
/** A page may be lost at any time, and so many pages are not read again for each of them. */
const keptMs = 10_000;
