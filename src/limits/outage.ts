/** Says once a process that its limits cannot be shared, and once that they are again, however many limits there are. */
import { messageOf } from '../core/thrown.ts';

export class TableOutage {
  readonly #onMessage: (message: string) => void;
  readonly #queues = new Set<string>();
  #since = 0;

  constructor(onMessage: (message: string) => void) {
    this.#onMessage = onMessage;
  }

  /** A limit's row could not be replaced. */
  failed(queue: string, error: unknown): void {
    const isFirst = this.#queues.size === 0;
    this.#queues.add(queue);
    if (!isFirst) return;
    this.#since = Date.now();
    this.#onMessage(
      `Limits cannot be shared with other processes, so no call begins at one until they can (first '${queue}'): ${messageOf(error)}`,
    );
  }

  /** It could be. */
  reached(queue: string): void {
    if (!this.#queues.delete(queue) || this.#queues.size > 0) return;
    const seconds = Math.round((Date.now() - this.#since) / 1000);
    this.#onMessage(`Limits are shared with other processes again, after ${seconds} s`);
  }

  /** It is no longer asked for. */
  forget(queue: string): void {
    this.#queues.delete(queue);
  }
}
