/**
 * Performs a task and, where BENCH_JOURNAL names a file, notes its start and its end there.
 * The surprising rule: the notes are written at once and synchronously, so that a `kill -9` cannot lose one.
 */
import { openSync, writeSync } from 'node:fs';
import { durationOf, resultOf } from './tasks.mjs';

const journal = process.env.BENCH_JOURNAL ? openSync(process.env.BENCH_JOURNAL, 'a') : undefined;

function note(what, { id }) {
  if (journal !== undefined) writeSync(journal, `${what} ${id}\n`);
}

/** @param signal or a function that brings it, where it is made when asked for */
export async function perform(work, task, signal) {
  note('start', task);
  const milliseconds = durationOf(work, task);
  if (milliseconds > 0) await pause(milliseconds, typeof signal === 'function' ? signal() : signal);
  note('done', task);
  return resultOf(task);
}

export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason ?? new Error('aborted'));
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** At most so many at once, for those contenders whose documentation leaves this to the caller. */
export function limiter(most) {
  let free = most;
  const waiting = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
