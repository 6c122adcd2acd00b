/** An outage of the Temporal server, told once when it begins and once when it is over, however many polls fail meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../core/thrown.ts';
import type { LogFacts } from './log.ts';

const everyMs = 5000;
const onceDownMs = 1000;
/** One answer that is late is no outage. */
const missesThatCount = 2;

/** Asks again and again until it is aborted. @throws nothing */
export async function watchServer(
  ask: () => Promise<unknown>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (entry: LogFacts) => void },
): Promise<void> {
  let misses = 0;
  let since = 0;
  while (!signal.aborted) {
    const problem = await ask().then(
      () => undefined,
      (error: unknown) => ({ cause: messageOf(error) }),
    );
    if (signal.aborted) return;
    if (problem) {
      if (misses === 0) since = Date.now();
      misses++;
      if (misses === missesThatCount)
        log({ level: 'error', message: 'The Temporal server does not answer; work goes on once it does', ...problem });
    } else {
      if (misses >= missesThatCount) {
        const seconds = Math.round((Date.now() - since) / 1000);
        log({ level: 'info', message: `The Temporal server answers again, after ${seconds} s` });
      }
      misses = 0;
    }
    await delay(misses > 0 ? onceDownMs : everyMs, undefined, { signal, ref: false }).catch(() => {});
  }
}
