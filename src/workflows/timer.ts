/** A durable timer that nobody cancels but who set it: a cancelled block must still bound its clean-up. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** @returns what stops it */
export function timer(milliseconds: number, summary: string, fire: () => void): () => void {
  let scope: CancellationScope | undefined;
  void CancellationScope.nonCancellable(async () => {
    scope = new CancellationScope();
    try {
      await scope.run(() => sleep(Math.max(1, milliseconds), { summary }));
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    fire();
  });
  return () => scope?.cancel();
}
