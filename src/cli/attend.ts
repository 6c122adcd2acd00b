/** Whether a run that a person answers has somebody who does what comes of it. */
import { FanfoldError } from '../errors.ts';
import { queueOfRun } from '../runs/run-queue.ts';
import { describeExecution } from '../store/executions.ts';
import { callOf } from './exit.ts';
import type { Session } from './session.ts';

/**
 * To be called before a run is told anything that it goes on with: a worker of a command that answers questions alone would
 * take it on, and the deadlines of what it begins would pass while nobody does it. Of a run that is not there, whoever asks next says so.
 *
 * @throws {FanfoldError} of type `Unreachable` where the run is open and nobody does its work
 * @example await attend(await invocation.session(), runId);
 */
export async function attend(session: Session, runId: string): Promise<void> {
  const described = await describeExecution(session.client.temporal, runId);
  const queue = queueOfRun(described) ?? session.client.taskQueue;
  const isOpen = described && !described.raw.workflowExecutionInfo?.closeTime;
  if (!isOpen) await session.attendQueue(queue);
  else if (!(await session.needWorker('runs', queue))) throw new FanfoldError('Unreachable', unserved(queue, runId));
}

export function unserved(queue: string, runId: string): string {
  return `No worker serves the task queue '${queue}', on which '${runId}' waits: ${callOf('worker')} starts one`;
}
