/** Where a person's word enters a workflow: an Update whose validator names the field at fault, so that a mistake leaves no trace in history. */
import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import { InvalidOptionsError } from '../core/errors.ts';

/**
 * How an Update is checked and applied.
 *
 * @example const handlers: UpdateHandlers<string, [{ by: string }]> = { check: ({ by }) => checkName(by), apply: ({ by }) => by };
 */
export interface UpdateHandlers<R, A extends unknown[]> {
  /** Must change nothing. @throws {InvalidOptionsError} naming the field; the Update is then refused */
  check(...asked: A): void;
  /** Runs only for what `check` has let through. */
  apply(...asked: A): R | Promise<R>;
}

/**
 * Makes the workflow answer to an Update: checked before it is accepted, and applied after.
 *
 * @param definition of `defineUpdate`
 * @example
 * const sign = defineUpdate<string, [{ by: string }]>('sign');
 * acceptUpdate(sign, {
 *   check({ by }) {
 *     if (by === '') throw new InvalidOptionsError('by', 'must be the name of who signs');
 *   },
 *   apply: ({ by }) => `signed by ${by}`,
 * });
 */
export function acceptUpdate<R, A extends unknown[]>(
  definition: UpdateDefinition<R, A>,
  { check, apply }: UpdateHandlers<R, A>,
): void {
  setHandler(definition, (...asked: A) => refuseBad(() => apply(...asked)), {
    validator: (...asked: A) => refuseBad(() => check(...asked)),
  });
}

/**
 * What `work` gives; options that cannot be meant fail the workflow, or refuse the Update, with the field in the details.
 * A plain error would fail the workflow *task* instead, which is retried for ever.
 *
 * @throws {ApplicationFailure} of type `InvalidOptionsError`
 * @example const waitMs = refuseBad(() => milliseconds(input.wait, 'wait'));
 */
export function refuseBad<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.name, { field: error.field });
  }
}
