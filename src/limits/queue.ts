/** What the server knows of a limit's task queue. */
import type { WorkflowService } from '@temporalio/client';
import proto from '../packages/temporal-proto.ts';
import { livePollers } from './pollers.ts';

/** As a connection of a client or of a worker has it. */
type QueueService = Pick<WorkflowService, 'describeTaskQueue'>;

export interface QueueFacts {
  /** Tasks that wait in the queue. */
  readonly queued: number;
  /** Processes that ask it for work. */
  readonly processes: number;
  /** The rate that was set for it; absent where none was. */
  readonly perSecond?: number;
}

export async function readQueue(service: QueueService, namespace: string, name: string): Promise<QueueFacts> {
  const { stats, config, pollers } = await service.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    reportStats: true,
    reportConfig: true,
  });
  const perSecond = config?.queueRateLimit?.rateLimit?.requestsPerSecond;
  const queued = Number(stats?.approximateBacklogCount ?? 0);
  const processes = livePollers(pollers).length;
  return typeof perSecond === 'number' ? { queued, processes, perSecond } : { queued, processes };
}

export async function queuedAt(service: QueueService, namespace: string, name: string): Promise<number> {
  return (await readQueue(service, namespace, name)).queued;
}
