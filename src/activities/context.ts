/** What an activity knows of the attempt it is; all of it also works outside of one, where nothing cancels or retries. */
import { Context } from '@temporalio/activity';

/**
 * Undefined outside an activity.
 *
 * @example const attempt = currentContext()?.info.attempt ?? 1;
 */
export function currentContext(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}

/**
 * Aborted when the attempt is cancelled.
 *
 * @example const response = await fetch(url, { signal: currentSignal() });
 */
export function currentSignal(): AbortSignal {
  return currentContext()?.cancellationSignal ?? new AbortController().signal;
}
