/** The time of a plain process: timers of any length, and the turn after them. */
import type { Host } from './host.ts';

/** The longest time that `setTimeout` takes; above it, it fires at once. */
export const maxTimerMs = 2 ** 31 - 1;

/**
 * Calls `fire` once after `milliseconds`, however many those are; the answer cancels it.
 *
 * @example const stop = startTimer(40 * 24 * 3_600_000, () => left.abort());
 */
export function startTimer(milliseconds: number, fire: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (left: number): void => {
    const more = left - maxTimerMs;
    timer = more > 0 ? setTimeout(() => wait(more), maxTimerMs) : setTimeout(fire, left);
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}

/** A turn is a timer: those that are due at the same instant fire first. */
export const plainClock: Pick<Host, 'timer' | 'turn'> = {
  timer: (milliseconds, _summary, fire) => startTimer(milliseconds, fire),
  turn: () => new Promise((resolve) => void setTimeout(resolve, 0)),
};
