/** The runs that there are, without their outcome. */
import type { Client } from '@temporalio/client';
import { runKinds } from '../core/run.ts';
import { kindOf, statusOf, type RunView } from './view.ts';

/** Runs of fanfold's kinds, newest first. */
export async function* listRuns(client: Client, limit: number): AsyncGenerator<RunView> {
  const types = Object.values(runKinds).map((type) => `'${type}'`);
  const query = `WorkflowType IN (${types.join(', ')})`;
  let count = 0;
  for await (const each of client.workflow.list({ query, pageSize: limit })) {
    if (count++ >= limit) return;
    yield {
      runId: each.workflowId,
      kind: kindOf(each.type),
      status: statusOf(each.status.name),
      startedAt: each.startTime.getTime(),
      ...(each.closeTime ? { closedAt: each.closeTime.getTime() } : {}),
    };
  }
}
