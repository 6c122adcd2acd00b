/** A redrive as a span that is linked to the trace of the run which it does again. */
import type { Client } from '@temporalio/client';
import { inSpan, isTraced, type TraceCarrier } from '../core/spans.ts';
import { decodePayload } from '../store/references.ts';

export async function tracedRedrive<R>(client: Client, runId: string, start: () => Promise<R>): Promise<R> {
  if (!isTraced()) return start();
  // A run from before there was tracing has no trace, and a redrive is not refused for that.
  const link = await traceOf(client, runId).catch(() => undefined);
  return inSpan('redrive', { link, attributes: { 'fanfold.redrive_of': runId } }, start);
}

/** Where the SDK's interceptors put it. */
const header = '_tracer-data';

async function traceOf(client: Client, runId: string): Promise<TraceCarrier | undefined> {
  const { workflowService, options } = client;
  const { history } = await workflowService.getWorkflowExecutionHistory({
    namespace: options.namespace,
    execution: { workflowId: runId },
    maximumPageSize: 1,
  });
  const { fields } = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.header ?? {};
  const payload = fields?.[header];
  return payload && decodePayload<TraceCarrier>(options.loadedDataConverter, payload);
}
