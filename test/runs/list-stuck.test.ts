/** A look at many runs costs the server one question a run and one a queue, some side by side. */
import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import proto from '../../src/packages/temporal-proto.ts';
import { Kinds } from '../../src/runs/kinds.ts';
import { findStuck } from '../../src/runs/list-stuck.ts';

const { enums } = proto.temporal.api;
const agoMs = (ms: number): object => ({ seconds: Math.floor((Date.now() - ms) / 1000), nanos: 0 });

/** A server with runs that wait on one queue which nobody polls. */
function serverWith(listed: number) {
  const seen = { queues: 0, runs: 0, atOnce: 0, most: 0 };
  const startTime = agoMs(60_000);
  const executions = Array.from({ length: listed }, (_, at) => ({
    execution: { workflowId: `r${at}`, runId: 'e' },
    type: { name: 'runTasks' },
    status: enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
    startTime,
  }));
  const workflowService = {
    countWorkflowExecutions: async ({ query }: { query: string }) => ({ count: query.includes('>=') ? listed : 0 }),
    listWorkflowExecutions: async () => ({ executions }),
    describeWorkflowExecution: async ({ execution }: { execution: object }) => {
      seen.runs++;
      seen.most = Math.max(seen.most, ++seen.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      seen.atOnce--;
      const waiting = {
        state: enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED,
        scheduledTime: startTime,
        activityOptions: { taskQueue: { name: 'gone' } },
      };
      return { workflowExecutionInfo: { execution }, pendingActivities: [waiting] };
    },
    describeTaskQueue: async () => {
      seen.queues++;
      return { pollers: [] };
    },
  };
  const temporal = { options: { namespace: 'default', loadedDataConverter: {} }, workflowService } as never as Client;
  return { temporal, seen };
}

test('fifty runs on one queue and others that were told ask of it once for activities and once for workflow tasks, and ten at a time', async () => {
  const { temporal, seen } = serverWith(50);
  const told = Array.from({ length: 35 }, (_, at) => `t${at}`);
  const found = await findStuck({ temporal, kinds: new Kinds([]) }, 50, [...told, 'r1']);
  expect(found.size).toBe(85);
  expect(found.get('t34')).toMatch(/no worker polls the task queue 'gone'/);
  expect(seen).toMatchObject({ queues: 2, runs: 85, most: 10 });
  const { temporal: idle, seen: ofIdle } = serverWith(0);
  expect((await findStuck({ temporal: idle, kinds: new Kinds([]) }, 50, told)).size).toBe(35);
  expect(ofIdle).toMatchObject({ queues: 2, runs: 35, most: 10 });
});
