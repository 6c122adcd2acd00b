/** The pages of a unit: what is known of each task already, what is still to run, and the lines as they come. */
import { tenantBudgetSpent } from '../../core/budget.ts';
import type { Item } from '../../core/map/item.ts';
import type { Page, PageTable, UnitInput, UnitReport } from '../../core/map/types.ts';
import type { RunnerOutcome, Running } from '../../core/travel/runner.ts';
import type { TaskResult } from '../../core/task.ts';
import { readPage } from '../../store/pages/read.ts';
import { isOpenLine, isLost, lostResult, writeResults, type ResultLine } from '../../store/pages/results.ts';
import type { Store } from '../../store/store.ts';
import type { Entry } from '../../core/travel/pack.ts';
import { resultOf, toResultLine } from '../travel/result.ts';
import { KnownPages, lost } from './known-pages.ts';

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
  /** As somebody has left it who ran some of it. */
  readonly before?: readonly ResultLine[] | undefined;
  open: number;
  started: boolean;
}

const maxFailures = 5;

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
  readonly #there: KnownPages;
  #loading: Promise<unknown> | undefined;
  /** Pages that came when the unit was over. */
  readonly #unread: number[] = [];
  #next: number;
  #closed = false;
  #adopting = false;
  #tasks = 0;
  succeeded = 0;
  failed = 0;
  #ran = 0;
  #ranMs = 0;
  #slowestMs = 0;
  #bytes = 0;
  readonly #failures: [string, string][] = [];
  #tenantSpent = false;
  readonly #written: [number, string][] = [];

  constructor(options: UnitOptions) {
    this.#options = options;
    this.#there = new KnownPages(options.store, options.input);
    this.#next = options.input.from;
    for (let number = options.input.from; number < options.input.to; number++)
      this.#tasks += options.table.pages[number]?.tasks ?? 0;
  }

  /** The tasks of the next page that are still to run; undefined after the last page. */
  async load(): Promise<readonly Place[] | undefined> {
    const { table, input } = this.#options;
    // A store that is slower than the tasks must not fill the memory.
    while (this.#writes.size > 4) await Promise.race(this.#writes);
    const number = this.#next;
    const page = table.pages[number];
    if (this.#closed || number >= input.to || !page) return undefined;
    this.#next++;
    const places = this.#load(number, page);
    this.#loading = places;
    return places;
  }

  async #load(number: number, page: Page): Promise<readonly Place[]> {
    const { input, again } = this.#options;
    const before = again ? await this.#there.find(input.folder, number, page.tasks) : undefined;
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
    const earlier = input.earlier === undefined ? undefined : await this.#there.find(input.earlier, number, page.tasks);
    const isMissing = earlier === undefined && input.earlierSettled;
    // Where the page that counted is missing, one of another attempt says nothing.
    if (earlier === lost || isMissing || input.earlierLost?.includes(number)) return this.#lose(number, page, items);
    const checkpointed = recovered.get(number);
    if (this.#closed && !this.#adopting) {
      this.#unread.push(number);
      return [];
    }
    const open: OpenPage = {
      number,
      ids: items.map(({ id }) => id),
      lines: Array.from({ length: items.length }),
      before,
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
    this.#closed = true;
    await this.#adoptRest();
    for (const page of this.#pages) {
      // A page of which nothing has run is not written: its absence says the same, unless its unit is lost.
      if (!page.started && !this.#isLost && page.lines.every((line) => line === undefined)) continue;
      page.lines.forEach((line, at) => (page.lines[at] = line ?? this.#openLine(page, at)));
      this.#write(page);
    }
    await Promise.all(this.#writes);
  }

  /** What is known of pages that were not reached is of the whole as well; none of them is run any more. */
  async #adoptRest(): Promise<void> {
    const { table, input, again, recovered } = this.#options;
    await this.#loading;
    this.#adopting = true;
    if (!again && input.earlier === undefined && recovered.size === 0) return;
    const rest = Array.from({ length: Math.max(0, input.to - this.#next) }, (_, at) => this.#next + at);
    this.#next = input.to;
    for (const number of [...this.#unread, ...rest]) {
      const page = table.pages[number];
      const folders = [...(again ? [input.folder] : []), ...(input.earlier === undefined ? [] : [input.earlier])];
      const isKnown = recovered.has(number) || isWritten(input, number) || (await this.#there.hasAny(folders, number));
      if (page && isKnown) await this.#load(number, page);
    }
  }

  get #isLost(): boolean {
    const { seal } = this.#options.input;
    return seal !== undefined && seal !== true;
  }

  /** Of a task that nobody began here, or that was lost with whoever began it. */
  #openLine({ ids, before }: OpenPage, at: number): string {
    const { seal } = this.#options.input;
    const id = ids[at] ?? `${at}`;
    const known = before?.[at];
    // Whoever was there before may have begun it.
    if (seal === undefined || seal === true)
      return JSON.stringify(known && isOpenLine(known) ? known : { id, cut: true, attempts: 0, durationMs: 0 });
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
      ...(this.#tenantSpent ? { tenantSpent: true as const } : {}),
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
      this.#tenantSpent ||= line.error.name === tenantBudgetSpent;
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

/** Whether the run before says that it wrote the page. */
function isWritten({ earlierSettled = false, earlierLost = [] }: UnitInput, page: number): boolean {
  return earlierSettled || earlierLost.includes(page);
}

/** A final result of this run, or a success of the run before. */
function adopted(before: ResultLine | undefined, earlier: ResultLine | undefined): string | undefined {
  if (before && !isOpenLine(before)) return JSON.stringify(before);
  if (earlier && !isOpenLine(earlier) && (earlier.success || isLost(earlier))) return JSON.stringify(earlier);
  return undefined;
}
