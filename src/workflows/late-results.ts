/** Packs whose own deadline has passed: what they have finished lands a moment later, and still counts. */
import { CancellationScope, condition, sleep } from '@temporalio/workflow';

/** How long after the deadline a pack's own report is waited for. */
export const reportMs = 250;
/** Clocks of workers and server differ a little. */
const skewMs = 50;

interface Landing {
  /** When the last of its tasks ends, in milliseconds since the Unix epoch. */
  readonly endsAt: () => number;
  readonly done: Promise<void>;
}

const inFlight = new Set<Landing>();

/** Notes a pack until it is done. */
export function noteLanding(landing: Landing): void {
  inFlight.add(landing);
  void landing.done.then(() => inFlight.delete(landing));
}

/** Resolves when every pack that is due has landed, at the latest after {@link reportMs}; undefined where none is due. */
export function landed(now: number): Promise<void> | undefined {
  const due = [...inFlight].filter(({ endsAt }) => endsAt() <= now + skewMs).map(({ done }) => done);
  if (due.length === 0) return undefined;
  return CancellationScope.nonCancellable(async () => {
    const timer = new CancellationScope();
    const late = timer.run(() => sleep(reportMs, { summary: 'reports of the last packs' })).catch(() => {});
    await Promise.race([Promise.all(due), late]);
    timer.cancel();
  });
}

/** Resolves when everything that lands in this activation has run. */
export async function activationEnds(): Promise<void> {
  let passed = false;
  const waiting = condition(() => passed);
  passed = true;
  await waiting;
}
