/** Runs that cannot go on, each told once with why, and once more when that is over. */
import { setTimeout as delay } from 'node:timers/promises';
import { boundedMs } from '../core/sleep.ts';
import type { LogFacts } from './log.ts';

/** Of those that cannot go on, by the run's id, why. */
export type StuckWithWhy = ReadonlyMap<string, string>;

type Log = (entry: LogFacts) => boolean;

/** More are no news; they are listed by `fanfold runs --stuck`. */
const mostTold = 50;

/**
 * Looks again and again until it is aborted.
 *
 * @param look at the newest open runs, and at those that were told
 * @param log whether it wrote the entry: one that it held back is news still
 * @param everyMs between two looks
 * @throws nothing
 */
export async function watchStuck(
  look: (told: readonly string[]) => Promise<StuckWithWhy>,
  { signal, log, everyMs }: { readonly signal: AbortSignal; readonly log: Log; readonly everyMs: number },
): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    // A server that does not answer is told by whoever watches it.
    const found = await look([...told]).catch(() => undefined);
    if (signal.aborted) return;
    if (found) tellNews(found, told, log);
    await delay(boundedMs(everyMs), undefined, { signal, ref: false }).catch(() => {});
  }
}

function tellNews(found: StuckWithWhy, told: Set<string>, log: Log): void {
  for (const run of told) {
    if (found.has(run)) continue;
    if (log({ level: 'info', message: 'Work goes on, or is over,', run })) told.delete(run);
  }
  for (const [run, cause] of found) {
    if (told.has(run) || told.size >= mostTold) continue;
    if (log({ level: 'error', message: 'Work cannot go on', run, cause })) told.add(run);
  }
}
