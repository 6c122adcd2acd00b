/** Local packs of this process by their workflow and name: those that run, and for a while those that are over. */
import type { PackInput } from '../../core/travel/pack.ts';
import type { RunnerEnd } from '../../core/travel/runner.ts';

/** A workflow task that the server refused comes back at once; one whose worker stood still, within its timeout. */
const keptMs = 10_000;
/** Of those that are over: one that runs and is dropped would be begun again by who asks for the rest. */
const maxOver = 500;
interface Kept {
  readonly over: Promise<RunnerEnd>;
  /** Whether it runs all that is asked. */
  serves(asked: PackInput): boolean;
}

export class KeptPacks<P extends Kept> {
  readonly #packs = new Map<string, P>();
  /** Of those that are over, the oldest first. */
  readonly #drops = new Map<string, NodeJS.Timeout>();

  /**
   * Who asks for one that is over may ask again, as its results may take several answers.
   * One of that name that does something else is none: a signal that came with the next try changed what is to do.
   */
  get(key: string, asked: PackInput): P | undefined {
    const pack = this.#packs.get(key);
    if (!pack?.serves(asked)) return undefined;
    this.#drops.get(key)?.refresh();
    return pack;
  }

  add(key: string, pack: P): P {
    this.#drop(key);
    this.#packs.set(key, pack);
    void pack.over.then((end) => {
      if (this.#packs.get(key) !== pack) return;
      // Whoever asks again after a cancel, as after a worker that stood still, wants it done.
      if (end === 'cancelled') return this.#drop(key);
      this.#drops.set(key, setTimeout(() => this.#drop(key), keptMs).unref());
      const [oldest] = this.#drops.keys();
      if (oldest !== undefined && this.#drops.size > maxOver) this.#drop(oldest);
    });
    return pack;
  }

  #drop(key: string): void {
    clearTimeout(this.#drops.get(key));
    this.#drops.delete(key);
    this.#packs.delete(key);
  }
}
