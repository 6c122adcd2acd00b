/** At most so many at once, where they are done by this very process. */

/**
 * Work that only so much of is done at once; who waits for a place leaves the line when it is called off.
 *
 * @example const line = new WaitingLine(2); const page = await line.run(currentSignal(), () => fetchText(url, options));
 */
export class WaitingLine {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Whether nothing is done and nobody waits. */
  get isEmpty(): boolean {
    return this.#inside === 0;
  }

  /** @throws the reason of `signal` where it is aborted before there is a place */
  async run<R>(signal: AbortSignal, work: () => Promise<R>): Promise<R> {
    signal.throwIfAborted();
    // Who ends passes its place to the next in line, so that as many are inside as before.
    if (this.#inside >= this.#width) await this.#place(signal);
    else this.#inside += 1;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside -= 1;
    }
  }

  #place(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
