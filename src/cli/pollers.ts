/**
 * Who serves a task queue. The server remembers a worker for minutes after its death, so a worker of this machine
 * counts only while its process lives, and any other one while its last poll is as recent as polls are.
 */
import { hostname } from 'node:os';
import proto from '../packages/temporal-proto.ts';
import { plainName } from '../runs/queue-stores.ts';
import type { RunsClient } from '../runs/client.ts';

/** `runs`: does the work of runs · `questions`: answers queries and takes Updates, which needs no activities. */
export type Served = 'runs' | 'questions';

export interface Poller {
  readonly identity: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastSeenAt: number;
}

/** A poll waits for at most a minute. */
const pollMs = 75_000;
const { TASK_QUEUE_TYPE_WORKFLOW: questions, TASK_QUEUE_TYPE_ACTIVITY: runs } =
  proto.temporal.api.enums.v1.TaskQueueType;
const queueTypes = { questions, runs };

export async function hasWorker(client: RunsClient, served: Served): Promise<boolean> {
  return (await pollersOf(client, served)).length > 0;
}

export async function pollersOf({ temporal, taskQueue }: RunsClient, served: Served): Promise<Poller[]> {
  const { pollers } = await temporal.workflowService.describeTaskQueue({
    namespace: temporal.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: queueTypes[served],
  });
  const seen = (pollers ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    lastSeenAt: Number(lastAccessTime?.seconds ?? 0) * 1000,
  }));
  return seen.filter(isAlive);
}

function isAlive({ identity, lastSeenAt }: Poller): boolean {
  const [pid, host] = plainName(identity).split('@');
  if (host === hostname() && /^\d+$/.test(pid ?? '')) return isRunning(Number(pid));
  return Date.now() - lastSeenAt < pollMs;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
