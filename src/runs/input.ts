/** What a run was started with, read from its history. */
import type { Client } from '@temporalio/client';
import type { RunContext } from '../core/run.ts';
import { FanfoldError } from '../errors.ts';
import { orMismatch } from '../store/codecs.ts';
import { decodePayload } from '../store/references.ts';

/** @throws {FanfoldError} of type `InvalidInput` where the history has it no more, `CodecMismatch` where it is encoded */
export async function readInput(client: Client, runId: string): Promise<RunContext> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId: runId },
    maximumPageSize: 1,
  });
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!payload) throw new FanfoldError('InvalidInput', `The input of run '${runId}' cannot be read from its history`);
  return decodePayload<RunContext>(client.options.loadedDataConverter, payload).catch((error: unknown) => {
    throw orMismatch(error);
  });
}
