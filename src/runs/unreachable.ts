/** Whether an error is that neither Temporal nor a worker answered in time, so that what was asked may be asked again. */
import { isGrpcDeadlineError, isGrpcServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';

/** gRPC: CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION (no worker has polled lately), UNAVAILABLE. */
const unreachableCodes = new Set([1, 4, 8, 9, 14]);

export function isUnreachable(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(error)) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause) && unreachableCodes.has(cause.code)) return true;
  }
  return false;
}
