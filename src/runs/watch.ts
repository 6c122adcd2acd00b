/** A run that is looked at again and again costs the server no more than two calls a second, however long it goes on; its end is seen at once. */
import type { Client } from '@temporalio/client';
import { sleepFor } from '../core/sleep.ts';
import { abortable } from './abortable.ts';
import { mapKind } from './kinds.ts';
import type { RunView } from './run-view.ts';

/** What one call to the server is worth. */
const callMs = 500;

/** As many calls as a look at a run has made: it is described and asked, and about what waits the server is asked as well. */
export function callsOf(view: RunView | undefined): number {
  if (view?.status !== 'running') return 2;
  // Of a page whose tasks are an activity each, its own workflow is described and asked.
  if (view.kind === mapKind.name) return view.stuck ? 5 : 4;
  const waits = view.progress?.some(({ tasks }) => tasks.some(({ waitingFor }) => waitingFor)) ?? false;
  return 2 + [waits, view.stuck, view.kind !== 'tasks'].filter(Boolean).length;
}

interface PaceOptions {
  readonly temporal: Client;
  readonly runId: string;
  readonly signal: AbortSignal;
  /** Calls before any have to be waited for, so that a short run is seen as it goes. @default none */
  readonly free?: number;
}

/** How long whoever looks at a run waits before the next look. */
export class Pace {
  readonly #options: PaceOptions;
  /** To be waited for; below 0 those that need not be. */
  #calls: number;
  #end: AbortController | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#calls = -(options.free ?? 0);
  }

  count(calls: number): void {
    this.#calls += calls;
  }

  /** One long call instead of many looks; where it fails the looks go on. */
  awaitEnd(): void {
    if (this.#end) return;
    const { temporal, runId, signal } = this.#options;
    const end = (this.#end = new AbortController());
    const over = abortable(temporal, signal, () => temporal.workflow.getHandle(runId).result());
    over.catch(() => {}).finally(() => end.abort());
  }

  /** As long as the calls since the last time are worth, or until the run ends. @param leastMs between two looks */
  async rest(leastMs = 0): Promise<void> {
    const signal = AbortSignal.any([this.#options.signal, ...(this.#end ? [this.#end.signal] : [])]);
    await sleepFor(Math.max(leastMs, this.#calls * callMs), signal).catch(() => {});
    this.#calls = Math.min(this.#calls, 0);
    // It ends once.
    if (this.#end?.signal.aborted) this.#end = new AbortController();
  }
}

/** Of whoever watches a run; the looks of its first seconds are as close as they are asked for. */
const freeCalls = 20;

/** The run each time it is looked at, until it is over. */
export async function* watched(
  temporal: Client,
  runId: string,
  look: () => Promise<RunView>,
  leastMs: number,
): AsyncGenerator<RunView, void, undefined> {
  const left = new AbortController();
  const pace = new Pace({ temporal, runId, signal: left.signal, free: freeCalls });
  try {
    for (;;) {
      const view = await look();
      yield view;
      if (view.status !== 'running') return;
      pace.count(callsOf(view));
      pace.awaitEnd();
      await pace.rest(leastMs);
    }
  } finally {
    left.abort();
  }
}
