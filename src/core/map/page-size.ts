/** Where a page of tasks ends: one rule for files, for items that come in and for ranges. */

/** Tasks of a page: it is what a reader holds in memory, and what one child workflow runs one by one. */
export const maxPageTasks = 500;
/** Tasks of the first page, by which the others are judged. */
export const probeTasks = 10;
/** Bytes of a page, unless one task alone has more. */
export const maxPageBytes = 1_000_000;

/** How full the page is that is being filled: the first takes the probe, each later one as much as a page may. */
export class PageFill {
  #most = probeTasks;
  #tasks = 0;
  #bytes = 0;

  get tasks(): number {
    return this.#tasks;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many more tasks go into the page by their number. */
  get room(): number {
    return this.#most - this.#tasks;
  }

  /** Whether a task of so many bytes goes into the page; into an empty one each does. */
  admits(bytes: number): boolean {
    return this.#tasks === 0 || (this.room > 0 && this.#bytes + bytes <= maxPageBytes);
  }

  /** @param tasks none for what lies between tasks, such as a blank line */
  add(bytes: number, tasks = 1): void {
    this.#bytes += bytes;
    this.#tasks += tasks;
  }

  /** The next page begins. */
  close(): void {
    this.#most = maxPageTasks;
    this.#tasks = 0;
    this.#bytes = 0;
  }
}
