/** Waits of any length in a plain process; apart from the timers, which every run of plain code loads. */
import { maxTimerMs, startTimer } from './clock.ts';

/**
 * As many milliseconds as any timer takes, in whole ones: for a wait at whose end one looks again, so that waking early does no harm.
 *
 * @example setInterval(beat, boundedMs(heartbeatTimeoutMs / 4));
 */
export function boundedMs(milliseconds: number): number {
  return Math.max(0, Math.min(Math.ceil(milliseconds), maxTimerMs));
}

/** Resolves after `milliseconds`, however many those are. @throws the signal's reason once it is aborted */
export function sleepFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = startTimer(milliseconds, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = (): void => {
      stop();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
