/** Local packs of this process by their workflow and name: those that run, and for a while those that are over. */
import type { RunnerEnd } from '../../core/travel/runner.ts';

/** A workflow task that the server refused comes back at once; one whose worker stood still, within its timeout. */
const keptMs = 10_000;
const maxKept = 500;
interface Kept {
  readonly over: Promise<RunnerEnd>;
}

export class KeptPacks<P extends Kept> {
  readonly #packs = new Map<string, P>();
  readonly #drops = new Map<string, NodeJS.Timeout>();

  /** Who asks for one that is over may ask again, as its results may take several answers. */
  get(key: string): P | undefined {
    this.#drops.get(key)?.refresh();
    return this.#packs.get(key);
  }

  add(key: string, pack: P): P {
    this.#packs.set(key, pack);
    void pack.over.then((end) => {
      if (this.#packs.get(key) !== pack) return;
      // Whoever asks again after a cancel, as after a worker that stood still, wants it done.
      if (end === 'cancelled') this.#drop(key);
      else this.#drops.set(key, setTimeout(() => this.#drop(key), keptMs).unref());
    });
    for (const oldest of this.#packs.keys()) {
      if (this.#packs.size <= maxKept) break;
      this.#drop(oldest);
    }
    return pack;
  }

  #drop(key: string): void {
    clearTimeout(this.#drops.get(key));
    this.#drops.delete(key);
    this.#packs.delete(key);
  }
}
