/** Items into pages of the store as they come, so that no more than a page of them is ever in memory. */
import { createHash } from 'node:crypto';
import type { Page, PageTable } from '../../core/map/types.ts';
import type { Store } from '../store.ts';
import { PageFill } from '../../core/map/page-size.ts';
import { shortHash } from './sealed.ts';

export class PageWriter {
  readonly #store: Store;
  readonly #keyOf: (page: number) => string;
  readonly #pages: Page[] = [];
  readonly #first: number;
  readonly #hash = createHash('sha256');
  #texts: string[] = [];
  readonly #fill = new PageFill();
  #bytes = 0;
  #tasks = 0;

  constructor(store: Store, keyOf: (page: number) => string, first = 0) {
    this.#store = store;
    this.#keyOf = keyOf;
    this.#first = first;
  }

  async add(item: unknown): Promise<void> {
    // What JSON cannot say, it says as nothing; then that is what the task receives.
    const text = JSON.stringify(item) ?? 'null';
    const bytes = Buffer.byteLength(text) + 1;
    if (!this.#fill.admits(bytes)) await this.#flush();
    this.#texts.push(text);
    this.#hash.update(`${text}\n`);
    this.#fill.add(bytes);
  }

  async end(): Promise<PageTable> {
    await this.#flush();
    return {
      items: { kind: 'objects', format: 'jsonl' },
      tasks: this.#tasks,
      lines: this.#first + this.#tasks,
      bytes: this.#bytes,
      pages: this.#pages,
    };
  }

  /** Of all items; asked for once, at the end. */
  get sha256(): string {
    return this.#hash.digest('hex');
  }

  async #flush(): Promise<void> {
    if (this.#texts.length === 0) return;
    const key = this.#keyOf(this.#pages.length);
    const body = Buffer.from(this.#texts.join('\n'));
    await this.#store.put(key, body);
    const first = this.#first + this.#tasks;
    this.#pages.push({ tasks: this.#texts.length, first, bytes: body.length, key, hash: shortHash(body) });
    this.#tasks += this.#texts.length;
    this.#bytes += body.length;
    this.#texts = [];
    this.#fill.close();
  }
}
