/** How a change to a run is asked for, and what its refusal becomes. */
import { isGrpcServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describeError } from '../core/task.ts';
import { FanfoldError } from '../errors.ts';
import type { RunView } from './run-view.ts';

/** The validator in the workflow names the field in the failure's details. */
function updateRefused(error: WorkflowUpdateFailedError): FanfoldError {
  const { cause } = error;
  const [detail] = cause instanceof ApplicationFailure ? ((cause.details ?? []) as { field?: string }[]) : [];
  return new FanfoldError('Refused', describeError(cause ?? error).message, detail?.field);
}

/** gRPC's FAILED_PRECONDITION: the workflow task that took the update was thrown away, because something else landed. */
const discarded = '9';

/** Asks again as long as it is discarded. */
export async function persistently<R>(ask: () => Promise<R>, tries = 10): Promise<R> {
  try {
    return await ask();
  } catch (error) {
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
    if (tries <= 1 || !isGrpcServiceError(cause) || `${cause.code}` !== discarded) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return persistently(ask, tries - 1);
  }
}

/** Asks a run that goes on. @throws {FanfoldError} of type `RunClosed` where it is over, `Refused` where it does not take it */
export async function askingOpen<R>(
  client: { get(runId: string): Promise<RunView> },
  runId: string,
  ask: () => Promise<R>,
): Promise<R> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      const view = await client.get(runId);
      throw new FanfoldError('RunClosed', `Run '${runId}' is over (${view.status})`);
    }
    if (error instanceof WorkflowUpdateFailedError) throw updateRefused(error);
    throw error;
  }
}

/** Of an item it is the caller's mistake, and of all else the state of the run. @throws {FanfoldError} */
export function refusedItem(error: unknown): never {
  const isItem = error instanceof FanfoldError && error.type === 'Refused' && error.field?.startsWith('items[');
  throw isItem ? new FanfoldError('InvalidOptionsError', error.message, error.field) : error;
}
