/**
 * Activities whose process died are given back to the server at once, so that their next attempt starts now: those that
 * its journal has, and those that the server had given out to it and it had not begun, or had ended and not delivered.
 * It is help, never a must; without it, as on another machine, the heartbeat timeout does the same.
 */
import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { ApplicationFailure, type Payload } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { processOf } from '../dev-server/process.ts';
import proto from '../packages/temporal-proto.ts';
import { describeExecution, type DescribedExecution } from '../store/executions.ts';
import { takeDead, type DeadProcess } from './dead-processes.ts';
import { leftKey, type JournalledRun } from './journal.ts';

type PendingActivity = NonNullable<DescribedExecution['raw']['pendingActivities']>[number];

const pollMs = 1000;
/** A server that does not answer holds up no start. */
const startMs = 2000;
/** Runs that are asked for at once. */
const width = 10;
const { PENDING_ACTIVITY_STATE_STARTED } = proto.temporal.api.enums.v1.PendingActivityState;

/** Whether this process may have activities by now, which the server knows by its number. */
let serves = false;

/**
 * Looks now and then until the process ends.
 *
 * @returns resolves when this process may begin to work: at once, unless one of its own number has died, as in a container
 *   that was restarted; what the server had given to that one can be told apart only before this one takes any
 */
export async function adoptOrphans(folder: string, connection: NativeConnection): Promise<void> {
  const found = takeDead(folder);
  const first = found.map((dead) => giveBack(dead, connection).catch(() => {}));
  setInterval(() => {
    for (const dead of takeDead(folder)) void giveBack(dead, connection).catch(() => {});
  }, pollMs).unref();
  if (found.some(({ pid }) => pid === process.pid)) await Promise.race([Promise.all(first), late()]);
  serves = true;
}

function late(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, startMs).unref());
}

async function giveBack(dead: DeadProcess, connection: NativeConnection): Promise<void> {
  const clients = new Map<string, Client>();
  const clientOf = (namespace: string): Client => {
    const client = clients.get(namespace) ?? new Client({ connection, namespace });
    clients.set(namespace, client);
    return client;
  };
  await Promise.all(
    dead.running.map(({ token, ...run }) => {
      const client = clientOf(run.namespace);
      return Promise.allSettled([client.activity.fail(Buffer.from(token, 'base64'), died()), forget(client, run)]);
    }),
  );
  if (!canBeNamed(dead)) return;
  const waiting = dead.runs.toReversed();
  const next = async (): Promise<void> => {
    for (let run = waiting.shift(); run; run = waiting.shift())
      await giveBackOf(run, dead, clientOf(run.namespace)).catch(() => {});
  };
  await Promise.all(Array.from({ length: width }, next));
}

/** Whether the server's word for the process, its number and its machine, means nobody else by now. */
function canBeNamed({ pid, left }: DeadProcess): boolean {
  return left !== undefined && (pid === process.pid ? !serves : processOf(pid) === undefined);
}

/** What the server has given out to the process and no journal has: not begun yet, or ended and not delivered. */
async function giveBackOf(run: JournalledRun, dead: DeadProcess, client: Client): Promise<void> {
  const { workflowId, runId } = run;
  const found = await describeExecution(client, workflowId, runId);
  // Asked again, as another process may have got the number meanwhile.
  if (!canBeNamed(dead)) return;
  const lost = (found?.raw.pendingActivities ?? []).filter((pending) => isOf(dead, pending, runId));
  if (lost.length === 0) return;
  const failures = lost.map(({ activityId }) =>
    client.activity.fail({ workflowId, runId, activityId: activityId ?? '' }, died()),
  );
  await Promise.allSettled([...failures, forget(client, run)]);
}

function isOf(dead: DeadProcess, pending: PendingActivity, runId: string): boolean {
  const { activityId, state, lastWorkerIdentity } = pending;
  if (state !== PENDING_ACTIVITY_STATE_STARTED || !activityId || isLastWithCheckpoint(pending)) return false;
  if (dead.left?.has(leftKey(runId, activityId))) return false;
  const name = `${dead.pid}@${hostname()}`;
  return lastWorkerIdentity === name || lastWorkerIdentity?.startsWith(`${name} `) === true;
}

/** Such an attempt is left to its timeout, which alone brings the checkpoint out. */
function isLastWithCheckpoint({ attempt, maximumAttempts, heartbeatDetails }: PendingActivity): boolean {
  if (!maximumAttempts || (attempt ?? 1) < maximumAttempts) return false;
  return heartbeatDetails?.payloads?.some(saysSomething) === true;
}

/** A beat without details carries a payload as well, which says that there is nothing in it. */
function saysSomething({ metadata }: Payload): boolean {
  return Buffer.from(metadata?.['encoding'] ?? '').toString() !== 'binary/null';
}

function died(): ApplicationFailure {
  const message = 'The worker process that ran it died';
  return ApplicationFailure.create({ type: 'WorkerDied', message, nextRetryDelay: 1 });
}

/** Its workflow was cached in the same process; without this its next task would wait for that one a while. */
async function forget(client: Client, { namespace, workflowId, runId }: JournalledRun): Promise<void> {
  await client.workflowService.resetStickyTaskQueue({ namespace, execution: { workflowId, runId } });
}
