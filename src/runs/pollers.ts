/** Who serves a task queue, as the server says, and of a limit its processes. */
import type { Client, WorkflowService } from '@temporalio/client';
import { livePollers, type Poller } from '../limits/pollers.ts';
import { isLimitServed } from '../limits/view.ts';
import { limitOfQueue } from '../limits/learned/settings.ts';
import proto from '../packages/temporal-proto.ts';

export interface Queue {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly taskQueue: string;
}

/** `runs`: does the work of runs · `questions`: answers queries and takes Updates, which needs no activities. */
export type Served = 'runs' | 'questions';

const { TASK_QUEUE_TYPE_WORKFLOW: questions, TASK_QUEUE_TYPE_ACTIVITY: runs } =
  proto.temporal.api.enums.v1.TaskQueueType;
const queueTypes = { questions, runs };

/** Those that live, as far as this machine can know. */
export async function pollersOf({ service, namespace, taskQueue }: Queue, served: Served): Promise<readonly Poller[]> {
  const asked = { namespace, taskQueue: { name: taskQueue }, taskQueueType: queueTypes[served] };
  return livePollers((await service.describeTaskQueue(asked)).pollers);
}

/** A queue of the client's namespace. */
export function queueOf({ workflowService: service, options: { namespace } }: Client, taskQueue: string): Queue {
  return { service, namespace, taskQueue };
}

/** What one look at many runs has asked of their queues, each of which it asks once. */
export type AskedQueues = Map<string, Promise<boolean>>;

/** Whether somebody serves it. The processes of a limit know of each other within seconds, wherever they are. */
export function isServed(
  client: Client,
  taskQueue: string,
  served: Served,
  asked: AskedQueues = new Map(),
): Promise<boolean> {
  const polls = async (by: Served): Promise<boolean> => (await pollersOf(queueOf(client, taskQueue), by)).length > 0;
  // A worker all of whose slots are taken asks for no more activities, and still for workflow tasks.
  const isPolled = async (): Promise<boolean> => (await polls(served)) || (served === 'runs' && polls('questions'));
  const ask = async (): Promise<boolean> =>
    (limitOfQueue(taskQueue) === undefined ? undefined : await isLimitServed(client, taskQueue)) ?? isPolled();
  return askOnce(asked, `${served} ${taskQueue}`, ask);
}

function askOnce(asked: AskedQueues, question: string, ask: () => Promise<boolean>): Promise<boolean> {
  const answer = asked.get(question) ?? ask();
  asked.set(question, answer);
  return answer;
}
