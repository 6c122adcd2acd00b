/** The runs that there are, without their outcome. */
import { statusOf, type RunSource, type RunView } from './view.ts';

/** Runs of fanfold's kinds, newest first. */
export async function* listRuns({ temporal, kinds }: RunSource, limit: number): AsyncGenerator<RunView> {
  const types = kinds.all.map(({ workflow }) => `'${workflow.replaceAll("'", "''")}'`);
  const query = `WorkflowType IN (${types.join(', ')})`;
  let count = 0;
  for await (const each of temporal.workflow.list({ query, pageSize: limit })) {
    if (count++ >= limit) return;
    yield {
      runId: each.workflowId,
      kind: kinds.nameOf(each.type),
      status: statusOf(each.status.name),
      startedAt: each.startTime.getTime(),
      ...(each.closeTime ? { closedAt: each.closeTime.getTime() } : {}),
    };
  }
}
