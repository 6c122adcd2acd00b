/**
 * A call of Temporal's that ends when a signal fires, even if Temporal has fallen silent.
 * Each call has a signal of its own, as Temporal's client adds a listener for every request and removes none.
 */
import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';

/** @throws what `ask` throws, or the reason of the signal */
export async function abortable<R>(temporal: Client, signal: AbortSignal, ask: () => Promise<R>): Promise<R> {
  signal.throwIfAborted();
  const call = new AbortController();
  setMaxListeners(0, call.signal);
  const done = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason);
      call.abort();
    };
    signal.addEventListener('abort', stop, { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([temporal.withAbortSignal(call.signal, ask), aborted]);
  } finally {
    // Nobody listens any more, as the signal may live for days.
    done.abort();
  }
}
