/**
 * Nothing that an activity throws or returns ends the process: outermost of all interceptors, so that those of others are
 * heeded too.
 */
import { types } from 'node:util';
import { ApplicationFailure, CompleteAsyncError } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { isA } from '../core/thrown.ts';
import { fanfoldErrorIn } from '../errors.ts';
import { tame } from '../workflows/tame.ts';

export const tamed: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      const result: unknown = await next(input);
      checkConvertible(result);
      return result;
    } catch (error) {
      // Each read of a Proxy may bring something else.
      if (types.isProxy(error)) throw tame(`${typeof error} of a Proxy`);
      if (isA(error, CompleteAsyncError)) throw error;
      const own = fanfoldErrorIn(error);
      // No attempt installs a package.
      if (own?.type === 'MissingPackage') throw ApplicationFailure.nonRetryable(own.message, own.type);
      throw tame(error);
    }
  },
};

/**
 * What the SDK is about to do, where it does not expect that a getter or `toJSON` throws something odd.
 *
 * @throws what those throw; that a value is no JSON is for the SDK to say, whose converter may be the user's
 */
function checkConvertible(result: unknown): void {
  if (typeof result !== 'object' || result === null || result instanceof Uint8Array) return;
  try {
    JSON.stringify(result);
  } catch (error) {
    if (!isA(error, TypeError) || tame(error) !== error) throw error;
  }
}

/**
 * How long a workflow may compute in one task before the SDK ends it, which takes the whole process along. Its default of
 * 5 s is less than a pause of the machine; a task that is truly too long is reported by the server, after 10 s.
 * The SDK takes it, and leaves it out of its types.
 */
export const patientIsolate: object = { isolateExecutionTimeout: '10 minutes' };
