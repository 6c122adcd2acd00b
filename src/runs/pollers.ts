/** Who polls a task queue: the server remembers a worker for minutes after its last poll. */
import { hostname } from 'node:os';
import type { Client, WorkflowService } from '@temporalio/client';
import proto from '../packages/temporal-proto.ts';

export interface Queue {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly taskQueue: string;
}

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

const looking = 'looks:';

/** As who only looks at a run names its worker: it does nobody's work, and is gone in a moment. */
export function lookerName(): string {
  return `${looking}${process.pid}@${hostname()}`;
}

/** All that the server remembers, the dead among them, and nobody who only looked. */
export async function rememberedPollers(
  { service, namespace, taskQueue }: Queue,
  served: Served,
): Promise<readonly Poller[]> {
  const asked = { namespace, taskQueue: { name: taskQueue }, taskQueueType: queueTypes[served] };
  const { pollers } = await service.describeTaskQueue(asked);
  const workers = (pollers ?? []).filter(({ identity }) => !identity?.startsWith(looking));
  return workers.map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    lastSeenAt: Number(lastAccessTime?.seconds ?? 0) * 1000,
  }));
}

/** Whether the last poll is as recent as polls are. */
export function polledLately({ lastSeenAt }: Poller): boolean {
  return Date.now() - lastSeenAt < pollMs;
}

/** A queue of the client's namespace. */
export function queueOf({ workflowService: service, options: { namespace } }: Client, taskQueue: string): Queue {
  return { service, namespace, taskQueue };
}

/** What one look at many runs has asked of their queues, each of which it asks once. */
export type AskedQueues = Map<string, Promise<boolean>>;

/** Whether somebody polls it by now. */
export function isPolled(queue: Queue, served: Served, asked: AskedQueues = new Map()): Promise<boolean> {
  const ask = async (): Promise<boolean> => (await rememberedPollers(queue, served)).some(polledLately);
  return askOnce(asked, `${served} ${queue.taskQueue}`, ask);
}

export function askOnce(asked: AskedQueues, question: string, ask: () => Promise<boolean>): Promise<boolean> {
  const answer = asked.get(question) ?? ask();
  asked.set(question, answer);
  return answer;
}
