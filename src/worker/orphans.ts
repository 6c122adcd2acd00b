/**
 * Activities whose process died are given back to the server at once, so that their next attempt starts now.
 * It is help, never a must; without it, as on another machine, the heartbeat timeout does the same.
 */
import { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { takeOrphans, type RunningActivity } from './journal.ts';

const pollMs = 1000;

/** Looks now and then until the process ends. */
export function adoptOrphans(folder: string, connection: NativeConnection): void {
  const poll = (): void => {
    for (const orphan of takeOrphans(folder)) void giveBack(orphan, connection).catch(() => {});
  };
  poll();
  setInterval(poll, pollMs).unref();
}

async function giveBack(
  { namespace, workflowId, runId, token }: RunningActivity,
  connection: NativeConnection,
): Promise<void> {
  const client = new Client({ connection, namespace });
  const message = 'The worker process that ran it died';
  await Promise.all([
    client.activity.fail(
      Buffer.from(token, 'base64'),
      ApplicationFailure.create({ type: 'WorkerDied', message, nextRetryDelay: 1 }),
    ),
    // Its workflow was cached in the same process; without this its next task would wait for that one a while.
    client.workflowService.resetStickyTaskQueue({ namespace, execution: { workflowId, runId } }),
  ]);
}
