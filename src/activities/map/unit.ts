/** The pages of a unit: what is known of each task already, what is still to run, and the lines as they come. */
import type { Item } from '../../core/map/item.ts';
import type { Page, PageTable, UnitInput, UnitReport } from '../../core/map/types.ts';
import type { RunnerOutcome, Running } from '../../core/travel/runner.ts';
import type { TaskResult } from '../../core/task.ts';
import { readPage } from '../../store/pages/read.ts';
import {
  DamagedPageError,
  isOpenLine,
  isLost,
  lostResult,
  readResults,
  writeResults,
  writtenPages,
  type ResultLine,
} from '../../store/pages/results.ts';
import type { Store } from '../../store/store.ts';
import type { Entry } from '../../core/travel/pack.ts';
import { resultOf, toResultLine } from '../travel/result.ts';

/** A task by its place. */
export interface Place {
  readonly page: OpenPage;
  readonly at: number;
  readonly item: Item;
}

interface OpenPage {
  readonly number: number;
  readonly ids: readonly string[];
  readonly lines: (string | undefined)[];
  open: number;
  started: boolean;
}

/** A page that is there, as somebody has written it. */
interface KnownPage {
  readonly lines: readonly ResultLine[];
  /** Undefined of what an earlier version has written. */
  readonly name: string | undefined;
}

const maxFailures = 5;
/** Of a page that is not what was written. */
const lost = 'lost';

export interface UnitOptions {
  readonly store: Store;
  readonly table: PageTable;
  readonly input: UnitInput;
  /** Which attempt this is of those that may write pages of the unit. */
  readonly attempt: number;
  /** Pages of this unit may have been written by an attempt before. */
  readonly again: boolean;
  readonly recovered: ReadonlyMap<number, ReadonlyMap<number, string>>;
  finished(entry: Entry): void;
  /** The page has a line for each task, and is about to be written. */
  writing(page: number): void;
  written(page: number): void;
}

export class UnitPages {
  readonly #options: UnitOptions;
  readonly #pages = new Set<OpenPage>();
  readonly #writes = new Set<Promise<void>>();
  /** By folder, what is there of the pages of this unit. */
  readonly #there = new Map<string, ReturnType<typeof writtenPages>>();
  #next: number;
  #closed = false;
  #tasks = 0;
  succeeded = 0;
  failed = 0;
  #ran = 0;
  #ranMs = 0;
  #slowestMs = 0;
  #bytes = 0;
  readonly #failures: [string, string][] = [];
  readonly #written: [number, string][] = [];

  constructor(options: UnitOptions) {
    this.#options = options;
    this.#next = options.input.from;
    for (let number = options.input.from; number < options.input.to; number++)
      this.#tasks += options.table.pages[number]?.tasks ?? 0;
  }

  /** The tasks of the next page that are still to run; undefined after the last page. */
  async load(): Promise<readonly Place[] | undefined> {
    const { table, input } = this.#options;
    // A store that is slower than the tasks must not fill the memory.
    while (this.#writes.size > 4) await Promise.race(this.#writes);
    const number = this.#next++;
    const page = table.pages[number];
    if (number >= input.to || !page) return undefined;
    const before = this.#options.again ? await this.#known(input.folder, number, page.tasks) : undefined;
    if (before === lost) return this.#lose(number, page);
    if (before && !before.lines.some(isOpenLine)) {
      for (const line of before.lines) this.#count(line);
      this.#written.push([number, before.name ?? '']);
      return [];
    }
    return this.#open(number, page, before?.lines);
  }

  async #open(number: number, page: Page, before: readonly ResultLine[] | undefined): Promise<readonly Place[]> {
    const { table, input, store, recovered } = this.#options;
    const items = await readPage(store, table, page, input.idField);
    const earlier = input.earlier === undefined ? undefined : await this.#known(input.earlier, number, page.tasks);
    if (earlier === lost || (earlier === undefined && input.earlierSettled)) return this.#lose(number, page, items);
    const checkpointed = recovered.get(number);
    // The unit was over before the page was here.
    if (this.#closed) return [];
    const open: OpenPage = {
      number,
      ids: items.map(({ id }) => id),
      lines: Array.from({ length: items.length }),
      open: items.length,
      started: before !== undefined || checkpointed !== undefined,
    };
    this.#pages.add(open);
    const places = items.flatMap((item, at) => {
      const known = checkpointed?.get(at) ?? adopted(before?.[at], earlier?.lines[at]);
      if (known !== undefined) this.#put(open, at, known, JSON.parse(known) as TaskResult);
      else if (item.error) this.#refuse(open, at, item);
      else return [{ page: open, at, item }];
      return [];
    });
    if (items.length === 0) this.#pages.delete(open);
    return places;
  }

  /** Of a page that may have been written before. */
  async #known(folder: string, page: number, tasks: number): Promise<KnownPage | typeof lost | undefined> {
    const { store, input } = this.#options;
    const { part, from, to } = input;
    let there = this.#there.get(folder);
    if (!there) this.#there.set(folder, (there = writtenPages(store, folder, part, from, to)));
    const pages = await there;
    const name = pages.get(page);
    if (!pages.has(page)) return undefined;
    try {
      // It was there a moment ago.
      const lines = await readResults(store, { folder, part, page }, name, tasks);
      return lines ? { lines, name } : lost;
    } catch (error) {
      if (error instanceof DamagedPageError) return lost;
      throw error;
    }
  }

  /** What ran once and whose results are gone is not run again, since it may have succeeded. */
  async #lose(number: number, page: Page, known?: readonly Item[]): Promise<readonly Place[]> {
    const { table, input, store } = this.#options;
    const items = known ?? (await readPage(store, table, page, input.idField));
    const results = items.map(({ id }) => lostResult(id, `page ${number} of part ${input.part} is missing or damaged`));
    for (const result of results) this.#count(result);
    const lines = results.map((result) => JSON.stringify(result));
    this.#write({ number, ids: items.map(({ id }) => id), lines, open: 0, started: true });
    return [];
  }

  begin({ page }: Place): void {
    page.started = true;
  }

  settled(running: Running<Place>, outcome: RunnerOutcome): void {
    const { page, at, item } = running.task;
    const [line, result] = toResultLine(resultOf(item.id, running, outcome));
    this.#ran++;
    this.#ranMs += result.durationMs;
    this.#options.finished([page.number, at, line]);
    this.#put(page, at, line, result);
  }

  /** Closes every page that was begun, with what still runs or was not begun as open. */
  async close(running: Iterable<Running<Place>>): Promise<void> {
    const now = Date.now();
    for (const { task, startedAt, attempts } of running) {
      const { page, at, item } = task;
      page.lines[at] = JSON.stringify({ id: item.id, cut: true, attempts, durationMs: now - startedAt, startedAt });
    }
    for (const page of this.#pages) {
      // A page of which nothing has run is not written: its absence says the same.
      if (!page.started && page.lines.every((line) => line === undefined)) continue;
      page.lines.forEach((line, at) => (page.lines[at] = line ?? this.#openLine(page.ids[at] ?? `${at}`)));
      this.#write(page);
    }
    this.#closed = true;
    await Promise.all(this.#writes);
  }

  /** Of a task that nobody began here, or that was lost with whoever began it. */
  #openLine(id: string): string {
    const { seal } = this.#options.input;
    if (seal === undefined || seal === true) return JSON.stringify({ id, cut: true, attempts: 0, durationMs: 0 });
    const result: TaskResult = { id, success: false, error: seal, durationMs: 0, attempts: 1 };
    this.#count(result);
    return JSON.stringify(result);
  }

  get report(): UnitReport {
    const { succeeded, failed } = this;
    const meanMs = this.#ran === 0 ? 0 : this.#ranMs / this.#ran;
    return {
      succeeded,
      failed,
      cut: Math.max(0, this.#tasks - succeeded - failed),
      slowestMs: this.#slowestMs,
      meanMs,
      bytes: this.#bytes,
      failures: this.#failures,
      part: this.#options.input.part,
      pages: this.#written,
    };
  }

  #refuse(page: OpenPage, at: number, { id, error }: Item): void {
    const result = { id, success: false, error, durationMs: 0, attempts: 0 } as TaskResult;
    this.#put(page, at, JSON.stringify(result), result);
  }

  #put(page: OpenPage, at: number, line: string, result: ResultLine): void {
    page.lines[at] = line;
    page.open--;
    this.#count(result);
    if (page.open === 0) this.#write(page);
  }

  #count(line: ResultLine): void {
    if (isOpenLine(line)) return;
    if (line.success) this.succeeded++;
    else {
      this.failed++;
      if (this.#failures.length < maxFailures) this.#failures.push([line.id, line.error.message.slice(0, 200)]);
    }
    this.#slowestMs = Math.max(this.#slowestMs, line.durationMs);
  }

  #write(page: OpenPage): void {
    const { store, input, attempt, writing: reportWriting, written: reportWritten } = this.#options;
    const { folder, part, number: unit } = input;
    this.#pages.delete(page);
    reportWriting(page.number);
    const place = { folder, part, page: page.number };
    const writing = writeResults(store, place, { unit, attempt }, page.lines as string[]).then(({ bytes, name }) => {
      this.#bytes += bytes;
      this.#written.push([page.number, name]);
      reportWritten(page.number);
      this.#writes.delete(writing);
    });
    // A failed write fails the unit where it is waited for.
    writing.catch(() => {});
    this.#writes.add(writing);
  }
}

/** A final result of this run, or a success of the run before. */
function adopted(before: ResultLine | undefined, earlier: ResultLine | undefined): string | undefined {
  if (before && !isOpenLine(before)) return JSON.stringify(before);
  if (earlier && !isOpenLine(earlier) && (earlier.success || isLost(earlier))) return JSON.stringify(earlier);
  return undefined;
}
