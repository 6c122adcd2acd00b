/**
 * A run as a stream of server-sent events, resumable at any settled task.
 * The surprising rule: only `settled` and `end` have an id, so that a client which comes back receives no task twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FanfoldError } from '../errors.ts';
import type { RunsClient } from '../runs/client.ts';
import type { RunView } from '../runs/run-view.ts';
import type { TaskResult } from '../core/task.ts';
import { cleanJson } from '../core/text/controls.ts';
import { abortable } from './abortable.ts';
import { resultsPage } from './results.ts';

export interface EventsOptions {
  readonly client: RunsClient;
  readonly runId: string;
  /** How many settled tasks the caller has received. */
  readonly after: number;
  readonly signal: AbortSignal;
}

const pollMs = 250;
const keepAliveMs = 15_000;
/** How long an ended run waits for a worker to read its results; the last event has them all in any case. */
const drainMs = 10_000;

export async function* runEvents(options: EventsOptions): AsyncGenerator<string> {
  const { client, signal } = options;
  const feed = new EventFeed(options);
  let spokeAt = Date.now();
  yield 'retry: 1000\n\n';
  while (!signal.aborted && !feed.over) {
    const news = await unlessAborted(signal, () => abortable(client, signal, () => feed.poll()));
    yield* news;
    if (news.length > 0) spokeAt = Date.now();
    else if (Date.now() - spokeAt > keepAliveMs) {
      yield ': still here\n\n';
      spokeAt = Date.now();
    }
    if (!feed.over && !feed.behind) await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Nothing once the signal has fired: a question to a Temporal that has gone would hold the stream for seconds. */
async function unlessAborted(signal: AbortSignal, poll: () => Promise<string[]>): Promise<string[]> {
  try {
    return await poll();
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}

class EventFeed {
  over = false;
  /** There is more to send at once. */
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

  /** The events since the last poll. */
  async poll(): Promise<string[]> {
    const view = await this.#patiently(() => this.#client.get(this.#runId));
    const results = view && (await this.#settled(view));
    this.behind = results !== undefined && results.length > 0;
    const news = (results ?? []).map((result) => event('settled', result, ++this.#position));
    if (view?.status === 'running') return [...this.#progress(view), ...news];
    if (!view || !this.#isDrained(view, results)) return news;
    this.over = true;
    return [...news, event('end', view, 'end')];
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
  async #patiently<R>(poll: () => Promise<R>): Promise<R | undefined> {
    // A request that begins after the signal would not see it.
    if (this.#signal.aborted) return undefined;
    try {
      return await poll();
    } catch (error) {
      if (error instanceof FanfoldError) throw error;
      return undefined;
    }
  }

  /** Once the end was seen: whether all that settled was sent. */
  #isDrained(view: RunView, results: readonly TaskResult[] | undefined): boolean {
    this.#endSeenAt ??= Date.now();
    if (results) return results.length === 0;
    return view.fanIn === undefined || Date.now() - this.#endSeenAt > drainMs;
  }
}

function event(name: string, data: unknown, id?: number | string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${cleanJson(data)}\n\n`;
}
