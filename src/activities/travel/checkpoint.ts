/**
 * What an activity of many tasks has finished and not delivered yet, carried in its heartbeat so that the next attempt skips it.
 * A heartbeat carries little, so what is older lies in the store and the heartbeat only says how much.
 */
import { boundedMs } from '../../core/sleep.ts';
import type { Entry, PackCheckpoint, RunningItem } from '../../core/travel/pack.ts';
import { readSealedJson, sealed } from '../../store/pages/sealed.ts';
import type { Store } from '../../store/store.ts';

/** From one report to the next. A worker's heartbeats travel as often, so that none waits there and grows old. */
const reportMs = 200;
/** Tasks that end together go into one report, as the next one is a while away. */
const gatherMs = 10;
/** Where nothing is old enough to be spilled. */
const lookMs = 50;
/**
 * Above this many bytes a heartbeat spills to the store. Heartbeats are part of a run's mutable state, which may
 * have 8 MB in all, and 500 activities may be in flight.
 */
const maxRecentBytes = 12_000;
/** How often what runs is compared with what was reported of it. */
const compareMs = 1000;
/** How old what is finished must be to be spilled: a store that bills each object should not get one a tick. */
const spillMs = 200;

/** What is finished of a page and not in the store yet; a pack is one page. */
interface OpenEntries {
  entries: Entry[];
  bytes: number;
  /** Of the oldest of them, in milliseconds since the Unix epoch. */
  since: number;
}

export class Checkpoint {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #beat: (checkpoint: PackCheckpoint) => void;
  readonly #pages = new Map<number, OpenEntries>();
  readonly #attempt: number;
  /** By earlier attempts. */
  readonly #spilledBefore: NonNullable<PackCheckpoint['spilledBy']>;
  #bytes = 0;
  #spills = 0;
  #changed = false;
  #ended = false;
  #reportedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #spilling: Promise<void> | undefined;
  #running: (() => readonly RunningItem[]) | undefined;
  #comparing: NodeJS.Timeout | undefined;
  #reportedItems = '';

  /** @param prefix where in the store what is older lies; it is this activity's alone, and each of its attempts has names of its own */
  constructor(
    store: Store,
    prefix: string,
    { before, attempt }: { readonly before: PackCheckpoint | undefined; readonly attempt: number },
    beat: (checkpoint: PackCheckpoint) => void,
  ) {
    this.#store = store;
    this.#prefix = prefix;
    this.#attempt = attempt;
    this.#spilledBefore = spillsOf(before);
    this.#beat = beat;
    for (const entry of before?.recent ?? []) this.#keep(entry);
  }

  add(entry: Entry): void {
    this.#keep(entry);
    this.#changed = true;
    if (!this.#timer) this.#schedule(Math.max(gatherMs, this.#reportedAt + reportMs - performance.now()));
  }

  /** From now on it says what runs, too, so that it is seen also where nothing settles for long. */
  show(running: () => readonly RunningItem[]): void {
    this.#running = running;
    this.#comparing = setInterval(() => {
      if (JSON.stringify(running()) === this.#reportedItems) return;
      this.#changed = true;
      this.#schedule(0);
    }, compareMs);
  }

  #keep(entry: Entry): void {
    const [page, , line] = entry;
    let open = this.#pages.get(page);
    if (!open) this.#pages.set(page, (open = { entries: [], bytes: 0, since: Date.now() }));
    open.entries.push(entry);
    const bytes = Buffer.byteLength(line);
    open.bytes += bytes;
    this.#bytes += bytes;
  }

  /** The page is whole and on its way to the store, so it is not written there twice. */
  writing(page: number): void {
    const open = this.#pages.get(page);
    if (open) open.since = Infinity;
  }

  /** The page is in the store, so nothing of it need be carried any more. */
  written(page: number): void {
    this.#bytes -= this.#pages.get(page)?.bytes ?? 0;
    this.#pages.delete(page);
  }

  /** Resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearInterval(this.#comparing);
    await this.#spilling;
  }

  #schedule(milliseconds: number): void {
    if (!this.#changed || this.#timer || this.#spilling || this.#ended) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#reportOrSpill();
    }, boundedMs(milliseconds));
  }

  #reportOrSpill(): void {
    if (this.#bytes <= maxRecentBytes) return this.#report();
    // A page that fills quickly is written whole before long, so it is not written twice.
    const before = Date.now() - spillMs;
    const old = [...this.#pages].filter(([, { since }]) => since <= before);
    if (old.length > 0) this.#spilling = this.#spill(old);
    else this.#schedule(lookMs);
  }

  #report(): void {
    this.#changed = false;
    this.#reportedAt = performance.now();
    this.#beat({ ...this.#carried, recent: [...this.#pages.values()].flatMap(({ entries }) => entries) });
  }

  get #carried(): Omit<PackCheckpoint, 'recent'> {
    const items = this.#running?.();
    if (items) this.#reportedItems = JSON.stringify(items);
    const spilledBy = [...this.#spilledBefore];
    if (this.#spills > 0) spilledBy.push([this.#attempt, this.#spills]);
    return {
      spills: spilledBy.reduce((sum, [, spills]) => sum + spills, 0),
      spilledBy,
      ...(items && { now: { attempt: this.#attempt, items } }),
    };
  }

  async #spill(old: readonly (readonly [number, OpenEntries])[]): Promise<void> {
    const counts = old.map(([, { entries }]) => entries.length);
    try {
      const spilled = old.flatMap(([, { entries }]) => entries);
      await this.#store.put(spillKey(this.#prefix, this.#attempt, this.#spills), sealed(JSON.stringify(spilled)).bytes);
      this.#spills++;
      for (const [index, [page, open]] of old.entries()) this.#drop(page, open, counts[index] ?? 0);
      // More may have come meanwhile than a heartbeat carries; then it only says what is in the store.
      if (this.#bytes <= maxRecentBytes) this.#report();
      else this.#beat({ ...this.#carried, recent: [] });
    } catch {
      // A store that does not answer costs the next attempt some work; the page itself is what must not fail.
    } finally {
      // Also after a failure, so that a store that bills each object does not get one a tick.
      for (const [, open] of old) open.since = Math.max(open.since, Date.now());
      this.#spilling = undefined;
      this.#schedule(lookMs);
    }
  }

  /** Of a page that was written meanwhile there is nothing any more. */
  #drop(page: number, open: OpenEntries, count: number): void {
    if (this.#pages.get(page) !== open) return;
    const dropped = open.entries.splice(0, count);
    const bytes = dropped.reduce((sum, [, , line]) => sum + Buffer.byteLength(line), 0);
    open.bytes -= bytes;
    this.#bytes -= bytes;
    if (open.entries.length === 0) this.#pages.delete(page);
  }
}

/**
 * What an earlier attempt had finished, by page and position.
 *
 * @param unread is told the key of each spill that is not there or damaged. @default what was in it is done again, as if it had not been spilled
 */
export async function recovered(
  store: Store,
  prefix: string,
  checkpoint: PackCheckpoint | undefined,
  unread: (key: string) => void = () => {},
): Promise<Map<number, Map<number, string>>> {
  const found = new Map<number, Map<number, string>>();
  const take = (entries: readonly Entry[]): void => {
    for (const [page, at, line] of entries) {
      const lines = found.get(page) ?? new Map<number, string>();
      found.set(page, lines.set(at, line));
    }
  };
  for (const [attempt, spills] of spillsOf(checkpoint))
    for (let number = 0; number < spills; number++) {
      const key = spillKey(prefix, attempt, number);
      const spilled = await readSealedJson(store, key);
      const entries = spilled && spilled !== 'damaged' ? entriesIn(spilled.value) : undefined;
      if (entries) take(entries);
      else unread(key);
    }
  take(checkpoint?.recent ?? []);
  return found;
}

/** Stands for the attempts of workers of earlier versions, which had the same names. */
const anyAttempt = 0;

function spillsOf(checkpoint: PackCheckpoint | undefined): NonNullable<PackCheckpoint['spilledBy']> {
  const { spills = 0, spilledBy } = checkpoint ?? {};
  return spilledBy ?? (spills > 0 ? [[anyAttempt, spills]] : []);
}

function spillKey(prefix: string, attempt: number, number: number): string {
  const name = `${String(number).padStart(6, '0')}.json`;
  return prefix + (attempt === anyAttempt ? name : `${attempt}-${name}`);
}

/** Entries as they lie in the store; those of another shape are nobody's. */
function entriesIn(value: unknown): readonly Entry[] | undefined {
  return Array.isArray(value) && value.every(isEntry) ? value : undefined;
}

function isEntry(value: unknown): value is Entry {
  if (!Array.isArray(value)) return false;
  const [page, at, line] = value as readonly unknown[];
  return Number.isSafeInteger(page) && Number.isSafeInteger(at) && typeof line === 'string';
}
