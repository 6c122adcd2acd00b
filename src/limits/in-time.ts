/** What others are asked for, by whoever goes on without where the answer takes too long. */
import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMs } from '../core/sleep.ts';

/** What was asked for; undefined where it fails, or does not come within so many milliseconds. Never throws. */
export async function inTime<T>(asked: Promise<T>, patienceMs: number): Promise<T | undefined> {
  const waited = new AbortController();
  const late = sleep(boundedMs(patienceMs), undefined, { ref: false, signal: waited.signal });
  try {
    return await Promise.race([asked.catch(() => undefined), late.catch(() => undefined)]);
  } finally {
    waited.abort();
  }
}
