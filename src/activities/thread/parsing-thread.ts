/** One thread that is called again and again, and ended where a call takes too long or too much. */
import { startTimer } from '../../core/clock.ts';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ThreadAnswer, ThreadCall } from './entry.ts';

export type ThreadEnd =
  | Exclude<ThreadAnswer, { readonly kind: 'began' }>
  | { readonly kind: 'late' }
  | { readonly kind: 'died'; readonly why: string };

interface CallLimits {
  readonly signal: AbortSignal;
  /** From when the module is loaded. */
  readonly timeoutMs: number;
}

/** For loading a module, which no input can slow down. */
const loadingMs = 30_000;
const idleMs = 10_000;
/** Bytes in buffers are in no heap, and a document of two kilobytes may be unpacked into gigabytes of them. */
const buffersMb = 512;
const lookEveryMs = 100;

export class ParsingThread {
  readonly #worker: Worker;
  #usable = true;
  #resting: NodeJS.Timeout | undefined;

  readonly memoryMb: number;

  /** @param entry the address of the module that answers calls */
  constructor(entry: string, memoryMb: number) {
    this.memoryMb = memoryMb;
    const resourceLimits = { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
    // Keys of the process are none of a parser's business.
    const options = { resourceLimits, env: {}, execArgv: [] };
    this.#worker = entry.endsWith('.ts')
      ? new Worker(fromSource(entry), { ...options, eval: true })
      : new Worker(new URL(entry), options);
    // Somebody must listen, or the process ends with the thread.
    this.#worker.on('error', () => (this.#usable = false));
    this.#worker.on('exit', () => (this.#usable = false));
    this.#worker.unref();
  }

  get usable(): boolean {
    return this.#usable;
  }

  /** @throws the reason of `signal` */
  async call(call: ThreadCall, limits: CallLimits): Promise<ThreadEnd> {
    clearTimeout(this.#resting);
    this.#worker.ref();
    let clean = false;
    try {
      const end = await this.#answer(call, limits);
      clean = end.kind === 'value' || end.kind === 'fault';
      return end;
    } finally {
      this.#worker.unref();
      if (!clean) await this.end();
    }
  }

  async #answer(call: ThreadCall, { signal, timeoutMs }: CallLimits): Promise<ThreadEnd> {
    const over = new AbortController();
    let looking: NodeJS.Timeout | undefined;
    let stop: (() => void) | undefined;
    try {
      return await new Promise<ThreadEnd>((resolve, reject) => {
        const mostBytes = process.memoryUsage.rss() + (this.memoryMb + buffersMb) * 1024 * 1024;
        looking = setInterval(() => {
          if (process.memoryUsage.rss() > mostBytes) resolve({ kind: 'died', why: `above ${buffersMb} MB of buffers` });
        }, lookEveryMs);
        const within = (ms: number): void => {
          stop?.();
          stop = startTimer(ms, () => resolve({ kind: 'late' }));
        };
        this.#on(over.signal, 'message', (given) => {
          const answer = given as ThreadAnswer;
          if (answer.kind === 'began') within(timeoutMs);
          else resolve(answer);
        });
        this.#on(over.signal, 'error', (error) => resolve({ kind: 'died', why: String(error) }));
        this.#on(over.signal, 'exit', () => resolve({ kind: 'died', why: 'its thread ended' }));
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: over.signal });
        within(loadingMs);
        this.#worker.postMessage(call);
      });
    } finally {
      clearInterval(looking);
      stop?.();
      over.abort();
    }
  }

  /** Listens until `over` is aborted. */
  #on(over: AbortSignal, event: string, listener: (given: unknown) => void): void {
    this.#worker.on(event, listener);
    over.addEventListener('abort', () => this.#worker.off(event, listener), { once: true });
  }

  /** Ends the thread after a while without a call. */
  rest(ended: () => void): void {
    if (!this.#usable) return;
    this.#resting = setTimeout(() => {
      ended();
      void this.end();
    }, idleMs).unref();
  }

  async end(): Promise<void> {
    this.#usable = false;
    await this.#worker.terminate();
  }
}

/** Node 20 runs no TypeScript: from source, as in tests, a loader does. */
function fromSource(entry: string): string {
  const loader = createRequire(import.meta.url).resolve('jiti');
  return `require(${JSON.stringify(loader)}).createJiti(${JSON.stringify(entry)}).import(${JSON.stringify(entry)});`;
}
