/** What the runs of a thread have in common: one message at a time, each with its id. */
import { FanfoldError } from '../errors.ts';

/** Of a run of a thread, where its message has an id: so that one that is sent again is not said again. */
export const messageMemo = 'fanfold.message';

/** A message as what begins the next run of its thread. */
export interface ThreadMessage {
  readonly messageId?: string | undefined;
}

export function memoOfMessage(message: ThreadMessage | undefined): Record<string, string | undefined> {
  return { [messageMemo]: message?.messageId };
}

/** Runs of a thread have one id; those of none are found by theirs. */
export function reuseIn(message: ThreadMessage | undefined): 'ALLOW_DUPLICATE' | 'REJECT_DUPLICATE' {
  return message ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE';
}

/** One message at a time. */
export function stillAnswering(thread: string): FanfoldError {
  return new FanfoldError('Refused', `Thread '${thread}' is still answering the last message; wait for its end`, 'id');
}
