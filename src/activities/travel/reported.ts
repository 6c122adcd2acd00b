/** What a pack reports to its workflow, and what one that died had reported: perhaps more than its last heartbeat took along. */
import type { Context } from '@temporalio/activity';
import { settledSignal, type CallResult, type PackInput, type SettledCalls } from '../../core/travel/pack.ts';
import { decodePayload } from '../../store/references.ts';

/**
 * Undefined of a pack that reports nothing: the workflow of one from before there was `reportAs` listens for calls alone, by
 * the id of the activity that the server has.
 */
export function reportId({ calls, reportAs }: PackInput, { info }: Context): string | undefined {
  return reportAs ?? (calls ? info.activityId : undefined);
}

/**
 * By the position of the task, as the history has it. The workflow has seen these as settled, so none of them runs again.
 *
 * @throws what the server or a codec throws; then the next attempt asks
 */
export async function reportedBefore(input: PackInput, context: Context): Promise<Map<number, CallResult>> {
  const reported = new Map((await resultsOf(context, reportId(input, context))).map((result) => [result.id, result]));
  const found = new Map<number, CallResult>();
  for (const [at, { id }] of input.tasks.entries()) {
    const result = reported.get(id);
    if (result) found.set(at, result);
  }
  return found;
}

async function resultsOf(context: Context, id: string | undefined): Promise<CallResult[]> {
  const { workflowExecution } = context.info;
  if (id === undefined || !workflowExecution) return [];
  const { client } = context;
  const { workflowId, runId } = workflowExecution;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const found: CallResult[] = [];
  for (const { workflowExecutionSignaledEventAttributes: signal } of events ?? []) {
    const payload = signal?.signalName === settledSignal ? signal.input?.payloads?.[0] : undefined;
    if (!payload) continue;
    const news = await decodePayload<SettledCalls>(client.options.loadedDataConverter, payload);
    if (news.activityId === id) found.push(...news.results);
  }
  return found;
}
