/**
 * Executions as the server has them, with nothing of them decoded: the list that the SDK makes ends at the first whose memo
 * this process cannot decode, and takes all the others away with it.
 */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { given } from '../core/given.ts';
import { missingNamespace } from '../core/missing-namespace.ts';

export type ExecutionInfo = temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** The server answers at most so many at a time. */
const mostOfPage = 1000;

/** Newest first. */
export async function* executionsOf(
  client: Client,
  query: string,
  pageSize: number = mostOfPage,
): AsyncGenerator<ExecutionInfo & { readonly id: string }> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace,
      query,
      pageSize,
      ...given({ nextPageToken }),
    });
    for (const info of page.executions ?? []) yield Object.assign(info, { id: info.execution?.workflowId ?? '' });
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
}

export interface DescribedExecution {
  readonly workflowId: string;
  readonly runId: string;
  /** Of its workflow. */
  readonly type: string;
  readonly raw: temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;
}

/** @param runId of one execution of the id. @default the latest @returns undefined where the server has none */
export async function describeExecution(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<DescribedExecution | undefined> {
  const execution = { workflowId, ...given({ runId }) };
  const request = { namespace: client.options.namespace, execution };
  try {
    const raw = await client.workflowService.describeWorkflowExecution(request);
    const { execution: found, type } = raw.workflowExecutionInfo ?? {};
    return { workflowId, runId: found?.runId ?? '', type: type?.name ?? '', raw };
  } catch (error) {
    if (isNoExecution(error)) return undefined;
    throw error;
  }
}

const grpcNotFound = 5;

/** Whether the server has no such execution; of a namespace that is missing nobody knows what is in it. */
export function isNoExecution(error: unknown): boolean {
  return isNotFound(error) && !(error instanceof Error && missingNamespace(error.message));
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === grpcNotFound;
}
