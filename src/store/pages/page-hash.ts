/**
 * The hash of each page of a file while it is counted, in the one pass that finds where its pages end.
 * Whether a line is of this page or begins the next is known only at its end, which may be chunks later.
 */
import { createHash, type Hash } from 'node:crypto';
import { shortDigest } from './sealed.ts';

const none = new Uint8Array(0);
const newHash = (): Hash => createHash('sha256');

export class PageHash {
  /** Of the page up to `#done` of the chunk, or up to the line that is split. */
  #page = newHash();
  /** Of a line that began in a chunk before: behind the page's other lines, and on its own. */
  #split: { readonly behind: Hash; readonly alone: Hash } | undefined;
  #chunk: Uint8Array = none;
  #done = 0;

  begin(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#done = 0;
  }

  /** The page is over, before the line that began last, at `start` of this chunk or in one before. */
  endPage(start: number): string {
    if (!this.#split) this.#take(start);
    const hash = shortDigest(this.#page);
    this.#page = this.#split?.alone ?? newHash();
    this.#split = undefined;
    return hash;
  }

  /** The line that has just ended is of the page. */
  joinLine(): void {
    if (this.#split) this.#page = this.#split.behind;
    this.#split = undefined;
  }

  /** The chunk is over, and with it the line that began at `start`, or it goes on in the next. */
  endChunk(start: number): void {
    if (!this.#split) {
      this.#take(start);
      this.#split = { behind: this.#page.copy(), alone: newHash() };
    }
    const rest = this.#chunk.subarray(start);
    this.#split.behind.update(rest);
    this.#split.alone.update(rest);
    this.begin(none);
  }

  #take(to: number): void {
    this.#page.update(this.#chunk.subarray(this.#done, to));
    this.#done = to;
  }
}
