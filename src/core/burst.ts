/** Pacing by bytes: what a host can take in one turn, and the pause after it. */
import type { Host } from './host.ts';

export class Burst {
  readonly #host: Pick<Host, 'byteSize' | 'rest' | 'maxBytes'>;
  readonly #resume: () => void;
  #bytes = 0;
  /** Whether nothing may start until the pause is over. */
  resting = false;

  /** @param resume called in a later turn, once there is room again */
  constructor(host: Pick<Host, 'byteSize' | 'rest' | 'maxBytes'>, resume: () => void) {
    this.#host = host;
    this.#resume = resume;
  }

  /** Whether the item may still start in this turn; where not, a pause begins. The first of a turn always may. */
  admits(item: unknown): boolean {
    const bytes = this.#host.byteSize(item);
    if (this.#bytes > 0 && this.#bytes + bytes > this.#host.maxBytes) {
      this.#rest();
      return false;
    }
    this.#bytes += bytes;
    return true;
  }

  #rest(): void {
    this.resting = true;
    void this.#host.rest().then(() => {
      this.resting = false;
      this.#bytes = 0;
      this.#resume();
    });
  }
}
