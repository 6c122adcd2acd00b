/**
 * Serves what still waits at a limit that was taken out of the configuration, so that a deploy which removes one leaves no
 * run waiting for ever. Each process looks every few seconds, and lets go once nothing waits there.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMs } from '../core/sleep.ts';
import type { ClusterLimits } from './cluster.ts';
import type { LimitSettings } from './learned/settings.ts';

/** What runs beside a worker, and ends with it. */
export interface Beside {
  /** Resolves once it has drained. */
  run(): Promise<void>;
  /** Begins to drain it. */
  readonly stop: () => void;
}

export interface AdopterOptions {
  readonly cluster: Pick<ClusterLimits, 'orphans'>;
  /** How many tasks wait at a limit. */
  readonly queued: (name: string) => Promise<number>;
  readonly serve: (name: string, settings: LimitSettings) => Promise<Beside>;
  readonly onMessage: (message: string) => void;
  readonly lookEveryMs?: number;
}

/** One that nothing waits at any more is let go after so many looks, as a task that was refused comes back. */
const emptyLooks = 3;

interface Adopted {
  readonly worker: Beside;
  readonly ended: Promise<void>;
  empty: number;
}

export class Adopter implements Beside {
  readonly #options: AdopterOptions;
  readonly #stop = new AbortController();
  readonly #adopted = new Map<string, Adopted>();

  constructor(options: AdopterOptions) {
    this.#options = options;
  }

  /** Resolves once it is stopped and all that it serves has drained. Never throws. */
  async run(): Promise<void> {
    const { lookEveryMs = 5000 } = this.#options;
    const stopped = once(this.#stop.signal, 'abort');
    while (!this.#stop.signal.aborted) {
      // A table or a server that is away is looked at again; one that does not answer keeps no worker from ending.
      await Promise.race([this.#look().catch(() => {}), stopped]);
      await sleep(boundedMs(lookEveryMs), undefined, { signal: this.#stop.signal }).catch(() => {});
    }
    await Promise.all([...this.#adopted.values()].map(({ ended }) => ended));
  }

  readonly stop = (): void => {
    this.#stop.abort();
    for (const { worker } of this.#adopted.values()) worker.stop();
  };

  async #look(): Promise<void> {
    const orphans = await this.#options.cluster.orphans();
    for (const [name, { worker }] of this.#adopted) if (!orphans.has(name)) worker.stop();
    for (const [name, { settings = {} }] of orphans) {
      const queued = await this.#options.queued(name);
      const adopted = this.#adopted.get(name);
      if (adopted) letGo(adopted, queued);
      else if (queued > 0 && !this.#stop.signal.aborted) await this.#adopt(name, settings, queued);
    }
  }

  async #adopt(name: string, settings: LimitSettings, queued: number): Promise<void> {
    const { serve, onMessage } = this.#options;
    const worker = await serve(name, settings);
    onMessage(
      `${queued} tasks wait at the limit '${name}', with which no worker is configured any more: they run by its last settings`,
    );
    const ended = worker
      .run()
      .catch((error: unknown) => onMessage(`What waits at the limit '${name}' cannot be served: ${String(error)}`))
      .finally(() => this.#adopted.delete(name));
    this.#adopted.set(name, { worker, ended, empty: 0 });
    if (this.#stop.signal.aborted) worker.stop();
  }
}

function letGo(adopted: Adopted, queued: number): void {
  adopted.empty = queued > 0 ? 0 : adopted.empty + 1;
  if (adopted.empty >= emptyLooks) adopted.worker.stop();
}
