/** What is there of a unit's pages: written by another attempt of it, or by the run that is redriven. */
import type { UnitInput } from '../../core/map/types.ts';
import { DamagedPageError, readResults, writtenPages, type ResultLine } from '../../store/pages/results.ts';
import type { Store } from '../../store/store.ts';

/** A page that is there, as somebody has written it. */
export interface KnownPage {
  readonly lines: readonly ResultLine[];
  /** Undefined of what an earlier version has written. */
  readonly name: string | undefined;
}

/** Of a page that is not what was written. */
export const lost = 'lost';

export class KnownPages {
  readonly #store: Store;
  readonly #unit: Pick<UnitInput, 'part' | 'from' | 'to'>;
  /** By folder, as it was when the unit first asked. */
  readonly #names = new Map<string, ReturnType<typeof writtenPages>>();

  constructor(store: Store, unit: Pick<UnitInput, 'part' | 'from' | 'to'>) {
    this.#store = store;
    this.#unit = unit;
  }

  async hasAny(folders: readonly string[], page: number): Promise<boolean> {
    for (const folder of folders) if ((await this.#in(folder)).has(page)) return true;
    return false;
  }

  /** Undefined where nobody has written it. */
  async find(folder: string, page: number, tasks: number): Promise<KnownPage | typeof lost | undefined> {
    const names = await this.#in(folder);
    if (!names.has(page)) return undefined;
    const name = names.get(page);
    try {
      // It was there a moment ago.
      const lines = await readResults(this.#store, { folder, part: this.#unit.part, page }, name, tasks);
      return lines ? { lines, name } : lost;
    } catch (error) {
      if (error instanceof DamagedPageError) return lost;
      throw error;
    }
  }

  #in(folder: string): ReturnType<typeof writtenPages> {
    const { part, from, to } = this.#unit;
    let names = this.#names.get(folder);
    if (!names) this.#names.set(folder, (names = writtenPages(this.#store, folder, part, from, to)));
    return names;
  }
}
