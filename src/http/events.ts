/**
 * A run as a stream of server-sent events, resumable at any settled task.
 * The surprising rule: only `settled` and `end` have an id, so that a client which comes back is told no task twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FanfoldError } from '../errors.ts';
import type { RunsClient } from '../runs/client.ts';
import type { RunView } from '../runs/view.ts';
import type { TaskResult } from '../core/task.ts';
import { abortable } from './abortable.ts';
import { resultsPage } from './results.ts';

export interface EventsOptions {
  readonly client: RunsClient;
  readonly runId: string;
  /** How many settled tasks the caller has been told of. */
  readonly after: number;
  readonly signal: AbortSignal;
}

const lookEveryMs = 250;
const keepAliveMs = 15_000;
/** How long an ended run waits for a worker to read its results; the last event has them all in any case. */
const drainMs = 10_000;

export async function* runEvents(options: EventsOptions): AsyncGenerator<string> {
  const { client, signal } = options;
  const teller = new Teller(options);
  let spokeAt = Date.now();
  yield 'retry: 1000\n\n';
  while (!signal.aborted && !teller.over) {
    const told = await unlessAborted(signal, () => abortable(client, signal, () => teller.look()));
    yield* told;
    if (told.length > 0) spokeAt = Date.now();
    else if (Date.now() - spokeAt > keepAliveMs) {
      yield ': still here\n\n';
      spokeAt = Date.now();
    }
    if (!teller.over && !teller.behind) await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** Nothing once the signal has fired: a look at a Temporal that has gone would hold the stream for seconds. */
async function unlessAborted(signal: AbortSignal, look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}

class Teller {
  over = false;
  /** There is more to tell at once. */
  behind = false;
  readonly #client: RunsClient;
  readonly #runId: string;
  readonly #signal: AbortSignal;
  #position: number;
  #shown = '';
  #endSeenAt: number | undefined;

  constructor({ client, runId, after, signal }: EventsOptions) {
    this.#signal = signal;
    this.#client = client;
    this.#runId = runId;
    this.#position = after;
  }

  /** What is new since the last look. */
  async look(): Promise<string[]> {
    const view = await this.#patiently(() => this.#client.get(this.#runId));
    const results = view && (await this.#settled(view));
    this.behind = results !== undefined && results.length > 0;
    const told = (results ?? []).map((result) => event('settled', result, ++this.#position));
    if (view?.status === 'running') return [...this.#progress(view), ...told];
    if (!view || !this.#isDrained(view, results)) return told;
    this.over = true;
    return [...told, event('end', view, 'end')];
  }

  #progress(view: RunView): string[] {
    const written = event('progress', view);
    if (written === this.#shown) return [];
    this.#shown = written;
    return [written];
  }

  /** Undefined where no worker answers. */
  async #settled({ kind, progress = [] }: RunView): Promise<readonly TaskResult[] | undefined> {
    // A million events would help nobody: the results are read in pages.
    if (kind === 'map') return [];
    const [only, another] = progress;
    if (only && !another && only.succeeded + only.failed <= this.#position) return [];
    const page = await this.#patiently(() => resultsPage(this.#client, this.#runId, this.#position, 200));
    return page?.results;
  }

  /** A stream outlives a restart of the server or the worker: what cannot be seen now is looked for again. */
  async #patiently<R>(look: () => Promise<R>): Promise<R | undefined> {
    // A request that begins after the signal would not hear of it.
    if (this.#signal.aborted) return undefined;
    try {
      return await look();
    } catch (error) {
      if (error instanceof FanfoldError) throw error;
      return undefined;
    }
  }

  /** Once the end was seen: whether all that settled was told. */
  #isDrained(view: RunView, results: readonly TaskResult[] | undefined): boolean {
    this.#endSeenAt ??= Date.now();
    if (results) return results.length === 0;
    return view.fanIn === undefined || Date.now() - this.#endSeenAt > drainMs;
  }
}

function event(name: string, data: unknown, id?: number | string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
