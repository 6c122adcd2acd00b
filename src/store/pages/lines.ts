/**
 * Where lines and rows end in bytes, and which of them belong to a page: nothing is decoded, so a file is as fast as its disk.
 * The surprising rule: what reads a page finds its lines by the same scanners, so that neither sees one that the other does not.
 */
import { PageFill } from '../../core/map/page-size.ts';
import type { ItemFormat, Page } from '../../core/map/types.ts';
import { RowScanner } from './csv.ts';
import { PageHash } from './page-hash.ts';

/** Finds ends of lines in text that comes in pieces. */
export interface Scanner {
  /** The position behind the line that goes on at `from`, or -1 where the text ends before that is known. */
  next(text: string, from: number): number;
  /** Whether the line that has just ended, or that the text ends in, is no task. */
  readonly blank: boolean;
}

const space = 32;
const tab = 9;
const carriageReturn = 13;

/** Lines of JSON, which end with LF alone; those of white space, as JSON has it, are blank. */
export class LineScanner implements Scanner {
  #over = true;
  blank = true;

  next(text: string, from: number): number {
    if (this.#over) this.blank = true;
    const end = text.indexOf('\n', from);
    this.#over = end !== -1;
    const stop = end === -1 ? text.length : end;
    for (let at = from; this.blank && at < stop; at++) this.blank = isSpace(text.charCodeAt(at));
    return end === -1 ? -1 : end + 1;
  }
}

function isSpace(code: number): boolean {
  return code === space || code === tab || code === carriageReturn;
}

export function scannerOf(format: ItemFormat, delimiter = ','): Scanner {
  return format === 'csv' ? new RowScanner(delimiter) : new LineScanner();
}

/** Splits lines into pages as bytes come in. */
export class Pager {
  readonly pages: Page[] = [];
  tasks = 0;
  lines: number;
  bytes = 0;
  readonly #scanner: Scanner;
  /** Of the line that has begun. */
  #lineBytes = 0;
  readonly #fill = new PageFill();
  readonly #hash = new PageHash();
  /** Where the page begins. */
  #first: number;
  #offset: number;

  /** @param offset where the first line begins */
  constructor(scanner: Scanner, lines = 0, offset = 0) {
    this.#scanner = scanner;
    this.lines = lines;
    this.#first = lines;
    this.#offset = offset;
  }

  /** @param chunk in an encoding whose line ends, quotes and delimiters are the bytes of ASCII */
  add(chunk: Uint8Array): void {
    // A character a byte, so that positions are the same.
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    this.#hash.begin(chunk);
    let start = 0;
    while (start < text.length) {
      const end = this.#scanner.next(text, start);
      this.#lineBytes += (end === -1 ? text.length : end) - start;
      if (end === -1) break;
      this.#endLine(start);
      start = end;
    }
    this.#hash.endChunk(start);
  }

  end(): void {
    if (this.#lineBytes > 0) this.#endLine(0);
    this.#endPage(0);
  }

  /** @param start where in the chunk it began, if it did not in one before */
  #endLine(start: number): void {
    const { blank } = this.#scanner;
    if (!blank && !this.#fill.admits(this.#lineBytes)) this.#endPage(start);
    this.#hash.joinLine();
    this.#fill.add(this.#lineBytes, blank ? 0 : 1);
    this.bytes += this.#lineBytes;
    this.lines++;
    if (!blank) this.tasks++;
    this.#lineBytes = 0;
  }

  #endPage(start: number): void {
    const { tasks, bytes } = this.#fill;
    const hash = this.#hash.endPage(start);
    if (tasks > 0) this.pages.push({ tasks, first: this.#first, bytes, offset: this.#offset, hash });
    this.#first = this.lines;
    this.#offset += bytes;
    this.#fill.close();
  }
}
