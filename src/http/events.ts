/**
 * A run as a stream of server-sent events, resumable at any settled task.
 * The surprising rule: `progress` has no id, so that a client which comes back receives no task and no sentence twice.
 */
import { FanfoldError } from '../errors.ts';
import type { RunsClient } from '../runs/client.ts';
import type { RunView } from '../runs/run-view.ts';
import type { ResultsPage } from '../core/live/results-page.ts';
import { cleanJson } from '../core/text/controls.ts';
import { abortable } from '../runs/abortable.ts';
import { callsOf, Pace } from '../runs/watch.ts';
import { pageOf } from './results.ts';

export interface EventsOptions {
  readonly client: RunsClient;
  readonly runId: string;
  /** How many settled tasks the caller has received. */
  readonly after: number;
  /** And how many pieces of the answer. */
  readonly heard: number;
  readonly signal: AbortSignal;
}

/** A page of results is bounded by its bytes as well. */
const resultsAtOnce = 1000;
const keepAliveMs = 15_000;
/** How long an ended run waits for a worker to read its results; the last event has them all in any case. */
const drainMs = 10_000;

export async function* runEvents(options: EventsOptions): AsyncGenerator<string> {
  const { client, signal } = options;
  const feed = new EventFeed(options);
  let spokeAt = Date.now();
  yield 'retry: 1000\n\n';
  while (!signal.aborted && !feed.over) {
    const news = await unlessAborted(signal, () => abortable(client.temporal, signal, () => feed.poll()));
    yield* news;
    if (news.length > 0) spokeAt = Date.now();
    else if (Date.now() - spokeAt > keepAliveMs) {
      yield ': still here\n\n';
      spokeAt = Date.now();
    }
    if (!feed.over && !feed.behind) await feed.pace.rest();
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
  readonly #heard: number;
  #shown = '';
  #endSeenAt: number | undefined;
  readonly pace: Pace;

  constructor({ client, runId, after, heard, signal }: EventsOptions) {
    this.#signal = signal;
    this.#client = client;
    this.#runId = runId;
    this.#position = after;
    this.#heard = heard;
    this.pace = new Pace({ temporal: client.temporal, runId, signal });
  }

  /** The events since the last poll. */
  async poll(): Promise<string[]> {
    const view = await this.#patiently(() => this.#client.get(this.#runId));
    this.pace.count(callsOf(view));
    const page = view && (await this.#settled(view));
    this.behind = page?.next !== undefined;
    const news = (page?.results ?? []).map((result) => event('settled', result, ++this.#position));
    if (view?.status === 'running') {
      this.pace.awaitEnd();
      return [...this.#progress(view), ...news];
    }
    if (!view || !this.#isDrained(view, page)) return news;
    this.over = true;
    return [...news, ...this.#spoken(view), event('end', view, 'end')];
  }

  #progress(view: RunView): string[] {
    const written = event('progress', view);
    if (written === this.#shown) return [];
    this.#shown = written;
    return [written];
  }

  /** The answer as its kind lets it be read: what is here has passed whatever was to be checked, as a whole. */
  #spoken({ kind, answer }: RunView): string[] {
    const pieces = this.#client.kinds.find(kind)?.spoken?.(answer) ?? [];
    const told = (text: string, index: number): string => event('delta', { text }, `${this.#position}.${index + 1}`);
    return pieces.map(told).slice(this.#heard);
  }

  /** Undefined where no worker answers. */
  async #settled({ runId, kind, progress = [] }: RunView): Promise<ResultsPage | undefined> {
    // A million events would help nobody: the results are read in pages.
    if (kind === 'map') return { results: [] };
    const [only, another] = progress;
    if (only && !another && only.succeeded + only.failed <= this.#position) return { results: [] };
    this.pace.count(1);
    return this.#patiently(() => pageOf(this.#client, { runId, kind }, this.#position, resultsAtOnce));
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
  #isDrained(view: RunView, page: ResultsPage | undefined): boolean {
    this.#endSeenAt ??= Date.now();
    if (page) return page.next === undefined;
    return view.fanIn === undefined || Date.now() - this.#endSeenAt > drainMs;
  }
}

function event(name: string, data: unknown, id?: number | string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${cleanJson(data)}\n\n`;
}
