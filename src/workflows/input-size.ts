/** What of a task's input a message takes; more is the failure of that task alone. */
import { ApplicationFailure, patched } from '@temporalio/workflow';
import { takesAtMost, utf8Bytes } from '../core/byte-size.ts';

/** Without a store, a payload above this comes near the server's limit of 2 MB, which it answers with a loop of refusals. */
const maxInputBytes = 1_500_000;

/**
 * Why the input cannot be sent; undefined where it can.
 *
 * @param json the input as JSON
 * @param atMost bytes that fit
 */
export function inputTooLarge(json: string, atMost = maxInputBytes): ApplicationFailure | undefined {
  if (takesAtMost(json, atMost)) return undefined;
  // Runs that began before counted characters, and go on as they began.
  if (json.length <= atMost && !patched('fanfold: inputs are measured in bytes')) return undefined;
  const message = `The input has ${utf8Bytes(json)} bytes; at most ${atMost} fit. Pass a reference instead`;
  return ApplicationFailure.nonRetryable(message, 'InputTooLarge');
}
