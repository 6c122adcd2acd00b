/** Pages as they were fetched, kept for a while: questions of one research meet the same pages, which are asked for once. */

export interface KeptPage {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** The day on which it was fetched: `2026-01-31`. */
  readonly at: string;
}

const mostBytes = 30_000_000;
const longestMs = 10 * 60_000;

export class KeptPages {
  readonly #pages = new Map<string, { readonly page: KeptPage; readonly until: number }>();
  #bytes = 0;

  /** Undefined where it was not fetched, or too long ago. */
  find(address: string): KeptPage | undefined {
    const found = this.#pages.get(address);
    if (!found || found.until > Date.now()) return found?.page;
    this.#forget(address);
    return undefined;
  }

  /** The oldest go where there are too many. */
  keep(address: string, page: KeptPage): KeptPage {
    this.#forget(address);
    this.#pages.set(address, { page, until: Date.now() + longestMs });
    this.#bytes += sizeOf(address, page);
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= mostBytes) break;
      this.#forget(oldest);
    }
    return page;
  }

  #forget(address: string): void {
    const known = this.#pages.get(address);
    if (!known) return;
    this.#bytes -= sizeOf(address, known.page);
    this.#pages.delete(address);
  }
}

/** An empty page takes memory too. */
function sizeOf(address: string, { bytes }: KeptPage): number {
  return bytes.byteLength + 2 * address.length + 500;
}
