/** A run as the service streams it. A lost connection is made again with what was received last, so that nothing is missed or comes twice. */
import type { TaskResult } from '../src/core/task.ts';
import type { RunView } from '../src/runs/run-view.ts';
import { ApiError, request, runPath } from './api.ts';

export interface RunListener {
  progress(view: RunView): void;
  /** Tasks that settled since, in order. */
  settled(results: readonly TaskResult[]): void;
  end(view: RunView): void;
  /** The stream broke and is opened again. */
  lost(error: ApiError): void;
  live(): void;
}

interface StreamEvent {
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

const firstWaitMs = 500;
const longestWaitMs = 10_000;

/** Until the end of the run or the signal. @throws {ApiError} where asking again would not help */
export async function followRun(runId: string, to: RunListener, signal: AbortSignal): Promise<void> {
  const position = { last: '' };
  let wait = firstWaitMs;
  while (!signal.aborted && position.last !== 'end') {
    const before = position.last;
    try {
      if (await isOver(runId, to, signal, position)) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      to.lost(error);
    }
    wait = position.last === before ? Math.min(wait * 2, longestWaitMs) : firstWaitMs;
    if (position.last !== 'end') await pause(wait, signal);
  }
}

/** One stream until it breaks. @returns whether the service has no more to say */
async function isOver(
  runId: string,
  to: RunListener,
  signal: AbortSignal,
  position: { last: string },
): Promise<boolean> {
  const headers = new Headers({ accept: 'text/event-stream' });
  if (position.last !== '') headers.set('last-event-id', position.last);
  const response = await request(`${runPath(runId)}/events`, { headers, signal });
  if (response.status === 204 || !response.body) return true;
  to.live();
  for await (const events of parsed(response.body)) {
    position.last = events.findLast(({ id }) => id !== '')?.id ?? position.last;
    pass(events, to);
  }
  return false;
}

/** Many tasks settle at once: they are shown in one go. */
function pass(events: readonly StreamEvent[], to: RunListener): void {
  const settled = events.filter(({ name }) => name === 'settled').map(({ data }) => JSON.parse(data) as TaskResult);
  if (settled.length > 0) to.settled(settled);
  const view = events.findLast(({ name }) => name === 'progress' || name === 'end');
  if (!view) return;
  const now = JSON.parse(view.data) as RunView;
  if (view.name === 'end') to.end(now);
  else to.progress(now);
}

function isPassing(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.status === 429);
}

async function* parsed(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<StreamEvent[]> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new ApiError(0, 'Not reachable', 'The stream of the run broke; it is opened again');
    });
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    const events = blocks.map(eventOf).filter(({ data }) => data !== '');
    if (events.length > 0) yield events;
  }
}

function eventOf(block: string): StreamEvent {
  const field = (name: string): string =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? '';
  return { name: field('event'), id: field('id'), data: field('data') };
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
