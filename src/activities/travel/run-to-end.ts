/** A runner inside an activity: the activity's cancel ends it, and an attempt that no longer counts fails. */
import type { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/activity';
import type { Runner, RunnerEnd, Running } from '../../core/travel/runner.ts';

/**
 * Runs to the end by the rule, or by a cancel that the workflow asked for.
 *
 * @throws {CancelledFailure} where the worker goes or the attempt counts no more: somebody else does the rest
 */
export async function runToEnd<T>(runner: Runner<T>, context: Context): Promise<RunnerEnd> {
  const { cancellationSignal: signal } = context;
  const stop = (): void => runner.stop('cancelled');
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) stop();
    else runner.start();
    const end = await runner.over;
    if (signal.aborted && !context.cancellationDetails?.cancelRequested) await context.cancelled;
    return end;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Aborted when the task's result is no longer wanted; made for those tasks only that read it. */
export function signalOf(running: Running<unknown>): AbortSignal {
  const controller = new AbortController();
  const { cancel } = running;
  running.cancel = () => {
    cancel?.();
    controller.abort(new CancelledFailure('The task was cancelled'));
  };
  if (running.settled) running.cancel();
  return controller.signal;
}
