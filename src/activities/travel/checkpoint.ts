/**
 * What an activity of many tasks has finished and not delivered yet, carried in its heartbeat so that the next attempt skips it.
 * A heartbeat carries little, so what is older lies in the store and the heartbeat only says how much.
 */
import type { Entry, PackCheckpoint } from '../../core/travel/pack.ts';
import type { Store } from '../../store/store.ts';

/** Reports at least so often what is new; a worker's heartbeats travel every 200 ms. */
const tickMs = 50;
/**
 * Above this many characters a heartbeat spills to the store. Heartbeats are part of a run's mutable state, which may
 * have 8 MB in all, and 500 activities may be in flight.
 */
const maxRecentCharacters = 12_000;
/** A store that bills each object should not get one a tick. */
const spillMs = 200;

export class Checkpoint {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #beat: (checkpoint: PackCheckpoint) => void;
  readonly #timer: NodeJS.Timeout;
  #recent: Entry[] = [];
  #characters = 0;
  #spills: number;
  #changed = false;
  #spilledAt = 0;
  #spilling: Promise<void> | undefined;

  /** @param prefix where in the store what is older lies; it is this activity's alone */
  constructor(
    store: Store,
    prefix: string,
    before: PackCheckpoint | undefined,
    beat: (checkpoint: PackCheckpoint) => void,
  ) {
    this.#store = store;
    this.#prefix = prefix;
    this.#spills = before?.spills ?? 0;
    this.#recent = [...(before?.recent ?? [])];
    this.#characters = this.#recent.reduce((sum, [, , line]) => sum + line.length, 0);
    this.#beat = beat;
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  add(entry: Entry): void {
    this.#recent.push(entry);
    this.#characters += entry[2].length;
    this.#changed = true;
  }

  /** The page is in the store, so nothing of it need be carried any more. */
  written(page: number): void {
    this.#recent = this.#recent.filter(([of]) => of !== page);
    this.#characters = this.#recent.reduce((sum, [, , line]) => sum + line.length, 0);
  }

  /** Resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#spilling;
  }

  #tick(): void {
    if (!this.#changed || this.#spilling) return;
    if (this.#characters <= maxRecentCharacters) this.#report();
    else if (Date.now() - this.#spilledAt >= spillMs) this.#spilling = this.#spill();
  }

  #report(): void {
    this.#changed = false;
    this.#beat({ spills: this.#spills, recent: this.#recent });
  }

  async #spill(): Promise<void> {
    const spilled = this.#recent;
    const kept = new Set(spilled);
    try {
      await this.#store.put(spillKey(this.#prefix, this.#spills), Buffer.from(JSON.stringify(spilled)));
      this.#spills++;
      this.#recent = this.#recent.filter((entry) => !kept.has(entry));
      this.#characters = this.#recent.reduce((sum, [, , line]) => sum + line.length, 0);
      // More may have come meanwhile than a heartbeat carries; then it only says what is in the store.
      if (this.#characters <= maxRecentCharacters) this.#report();
      else this.#beat({ spills: this.#spills, recent: [] });
    } catch {
      // A store that does not answer costs the next attempt some work; the page itself is what must not fail.
    } finally {
      this.#spilledAt = Date.now();
      this.#spilling = undefined;
    }
  }
}

/** What an earlier attempt had finished, by page and position. */
export async function recovered(
  store: Store,
  prefix: string,
  checkpoint: PackCheckpoint | undefined,
): Promise<Map<number, Map<number, string>>> {
  const found = new Map<number, Map<number, string>>();
  const take = (entries: readonly Entry[]): void => {
    for (const [page, at, line] of entries) {
      const lines = found.get(page) ?? new Map<number, string>();
      found.set(page, lines.set(at, line));
    }
  };
  for (let number = 0; number < (checkpoint?.spills ?? 0); number++) {
    const body = await store.get(spillKey(prefix, number));
    if (body) take(JSON.parse(Buffer.from(body).toString()) as Entry[]);
  }
  take(checkpoint?.recent ?? []);
  return found;
}

function spillKey(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(6, '0')}.json`;
}

/** Heartbeat details come from outside; those of another shape are nobody's checkpoint. */
export function checkpointIn(details: unknown): PackCheckpoint | undefined {
  const checkpoint = details as Partial<PackCheckpoint> | null | undefined;
  return typeof checkpoint?.spills === 'number' && Array.isArray(checkpoint.recent)
    ? (checkpoint as PackCheckpoint)
    : undefined;
}
