/**
 * The rate of a limit, kept by the server for all workers together.
 * The surprising rule: servers that cannot keep one are told apart once and believed from then on.
 */
import proto from '@temporalio/proto';
import { describeError } from '../core/task.ts';

/** As a connection of a client or of a worker has it. */
export interface QueueService {
  updateTaskQueueConfig(request: object): Promise<unknown>;
}

/** gRPC's UNIMPLEMENTED. */
const unimplemented = 12;

/** @returns sets calls a second on the queue, undefined for no limit; answers whether the server keeps it */
export function serverRate(
  service: QueueService,
  { namespace, queue, onMessage }: { namespace: string; queue: string; onMessage: (message: string) => void },
): (perSecond: number | undefined) => Promise<boolean> {
  let keeps: boolean | undefined;
  return async (perSecond) => {
    if (keeps === false) return false;
    try {
      await service.updateTaskQueueConfig({
        namespace,
        identity: 'fanfold',
        taskQueue: queue,
        taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        updateQueueRateLimit: {
          ...(perSecond === undefined ? {} : { rateLimit: { requestsPerSecond: perSecond } }),
          reason: perSecond === undefined ? 'no refusal was seen' : 'learned by fanfold',
        },
      });
      keeps = true;
    } catch (error) {
      const refused = error instanceof Error && 'code' in error && Number(error.code) === unimplemented;
      if (!refused) throw error;
      keeps = false;
      onMessage(
        `This Temporal server keeps no rates of task queues (${describeError(error).message}), so each worker keeps its part of the rate of ${queue} by itself`,
      );
    }
    return keeps;
  };
}
