/**
 * Where lines begin and end in bytes, and which of them belong to a page: nothing is decoded, so a file is as fast as its disk.
 * The surprising rule: in CSV a line ends only outside of quotes, so a row may span lines.
 */
import { maxPageTasks, probeTasks } from '../../core/map/page-size.ts';
import type { ItemFormat, Page } from '../../core/map/types.ts';

/** Bytes of a page, unless one line alone has more. */
export const maxPageBytes = 1_000_000;

const newline = 10;
const quote = 34;
const space = 32;

/** Cuts lines into pages as bytes come in. */
export class Pager {
  readonly pages: Page[] = [];
  tasks = 0;
  lines: number;
  bytes = 0;
  readonly #format: ItemFormat;
  #quoted = false;
  /** Of the line that has begun. */
  #lineBytes = 0;
  #blank = true;
  #page = { tasks: 0, first: 0, bytes: 0, offset: 0 };

  /** @param offset where the first line begins */
  constructor(format: ItemFormat, lines = 0, offset = 0) {
    this.#format = format;
    this.lines = lines;
    this.#page = { tasks: 0, first: lines, bytes: 0, offset };
  }

  add(chunk: Uint8Array): void {
    let start = 0;
    while (start < chunk.length) {
      const end = this.#format === 'csv' ? this.#rowEnd(chunk, start) : chunk.indexOf(newline, start);
      const stop = end === -1 ? chunk.length : end + 1;
      this.#lineBytes += stop - start;
      if (this.#blank) this.#blank = isBlank(chunk, start, stop);
      if (end !== -1) this.#endLine();
      start = stop;
    }
  }

  end(): void {
    if (this.#lineBytes > 0) this.#endLine();
    this.#endPage();
  }

  #rowEnd(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === quote) this.#quoted = !this.#quoted;
      else if (byte === newline && !this.#quoted) return at;
    }
    return -1;
  }

  #endLine(): void {
    const page = this.#page;
    const most = this.pages.length === 0 ? probeTasks : maxPageTasks;
    const full = page.tasks >= most || page.bytes + this.#lineBytes > maxPageBytes;
    if (page.tasks > 0 && full && !this.#blank) this.#endPage();
    this.#page.bytes += this.#lineBytes;
    this.bytes += this.#lineBytes;
    this.lines++;
    if (!this.#blank) {
      this.#page.tasks++;
      this.tasks++;
    }
    this.#lineBytes = 0;
    this.#blank = true;
  }

  #endPage(): void {
    const { tasks, first, bytes, offset } = this.#page;
    if (tasks > 0) this.pages.push({ tasks, first, bytes, offset });
    this.#page = { tasks: 0, first: this.lines, bytes: 0, offset: offset + bytes };
  }
}

function isBlank(chunk: Uint8Array, start: number, stop: number): boolean {
  for (let at = start; at < stop; at++) if ((chunk[at] ?? 0) > space) return false;
  return true;
}
