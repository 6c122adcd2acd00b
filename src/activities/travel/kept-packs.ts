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

  get(key: string): P | undefined {
    return this.#packs.get(key);
  }

  add(key: string, pack: P): P {
    this.#packs.set(key, pack);
    const drop = (): void => {
      if (this.#packs.get(key) === pack) this.#packs.delete(key);
    };
    void pack.over.then((end) => {
      // Whoever asks again after a cancel, as after a worker that stood still, wants it done.
      if (end === 'cancelled') drop();
      else setTimeout(drop, keptMs).unref();
    });
    for (const oldest of this.#packs.keys()) {
      if (this.#packs.size <= maxKept) break;
      this.#packs.delete(oldest);
    }
    return pack;
  }
}
