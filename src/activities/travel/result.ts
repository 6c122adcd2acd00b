/** A task's result as JSON, as an activity of many tasks writes and returns it. */
import { given } from '../../core/given.ts';
import { ApplicationFailure } from '@temporalio/common';
import { describeError, type TaskResult } from '../../core/task.ts';
import { messageOf } from '../../core/thrown.ts';
import { asFailure } from './failure.ts';
import type { Running, RunnerOutcome } from '../../core/travel/runner.ts';

/** History takes 2 MB for a result; the same holds here, so that a task means the same in packs. */
const maxResultBytes = 1_900_000;

/** What became of the task `id`; of a call, with the failure as it was thrown. */
export function resultOf(
  id: string,
  { startedAt, attempts }: Running<unknown>,
  outcome: RunnerOutcome,
  isCall = false,
): TaskResult {
  const durationMs = Math.max(0, Date.now() - startedAt);
  if ('value' in outcome) return { id, success: true, result: outcome.value, durationMs, attempts, startedAt };
  const times = { durationMs, attempts, startedAt };
  const failure = isCall && 'thrown' in outcome ? { failure: asFailure(outcome.thrown) } : {};
  return { id, success: false, error: outcome.error, ...times, ...failure };
}

/** The line, and the result that it says; one that cannot be written is the task's failure. */
export function toResultLine(result: TaskResult): [line: string, result: TaskResult] {
  try {
    return [asJson(result), result];
  } catch (error) {
    const { id, durationMs, attempts, startedAt } = result;
    const times = { durationMs, attempts, ...given({ startedAt }) };
    const failure: TaskResult = { id, success: false, error: describeError(error), ...times };
    return [JSON.stringify(failure), failure];
  }
}

/** As JSON. @throws {ApplicationFailure} of type `ResultNotJson` or `ResultTooLarge` */
export function asJson(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? 'null';
  } catch (error) {
    throw ApplicationFailure.nonRetryable(`The result cannot be written as JSON: ${messageOf(error)}`, 'ResultNotJson');
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxResultBytes) return text;
  throw ApplicationFailure.nonRetryable(
    `The result has ${bytes} bytes; at most ${maxResultBytes} fit. Return a reference instead`,
    'ResultTooLarge',
  );
}
