/** A semaphore: lets so many through at once; the rest wait in line, first come, first served. */
export class Semaphore {
  readonly #width: number;
  readonly #waiting: Array<() => void> = [];
  #inside = 0;

  constructor(width: number) {
    this.#width = width;
  }

  async run<R>(work: () => Promise<R>): Promise<R> {
    if (this.#inside >= this.#width) await new Promise<void>((enter) => this.#waiting.push(enter));
    else this.#inside++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside--;
    }
  }
}
