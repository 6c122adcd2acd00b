/** An outage of the Temporal server, told once when it begins and once when it is over, however many polls fail meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../core/thrown.ts';
import type { LogFacts } from './log.ts';

const everyMs = 5000;
const onceDownMs = 1000;
/** One answer that is late is no outage. */
const missesThatCount = 2;

/**
 * Asks again and again until it is aborted.
 *
 * @param log whether it wrote the entry: one that it held back is news still
 * @throws nothing
 */
export async function watchServer(
  ask: () => Promise<unknown>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (entry: LogFacts) => boolean },
): Promise<void> {
  let misses = 0;
  let [since, endedAt] = [0, 0];
  let isTold = false;
  while (!signal.aborted) {
    const problem = await ask().then(
      () => undefined,
      (error: unknown) => ({ cause: messageOf(error) }),
    );
    if (signal.aborted) return;
    if (problem) {
      if (misses === 0 && !isTold) since = Date.now();
      misses++;
      if (misses >= missesThatCount && !isTold)
        isTold = log({
          level: 'error',
          message: 'The Temporal server does not answer; work goes on once it does',
          ...problem,
        });
    } else {
      if (misses > 0) endedAt = Date.now();
      misses = 0;
      const seconds = Math.round((endedAt - since) / 1000);
      if (isTold) isTold = !log({ level: 'info', message: `The Temporal server answers again, after ${seconds} s` });
    }
    await delay(misses > 0 ? onceDownMs : everyMs, undefined, { signal, ref: false }).catch(() => {});
  }
}
