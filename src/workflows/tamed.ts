/**
 * What a workflow's code throws ends no process: a message with half a surrogate pair, causes in a circle or a Proxy are
 * brought into a form that the SDK can send.
 * The surprising rule: it is a module of its own that workers add, since the SDK finds interceptors by their modules only.
 */
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { tame } from './tame.ts';

/** Found by the SDK under this name. */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        execute: (input, next) => passing(() => next(input)),
        handleSignal: (input, next) => passing(() => next(input)),
        handleUpdate: (input, next) => passing(() => next(input)),
        handleQuery: (input, next) => passing(() => next(input)),
        validateUpdate(input, next) {
          try {
            next(input);
          } catch (error) {
            throw tame(error);
          }
        },
      },
    ],
  };
}

async function passing<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw tame(error);
  }
}
