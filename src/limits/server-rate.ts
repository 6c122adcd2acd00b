/**
 * The rate of a limit, kept by the server for all workers together, whoever they are.
 * Reporting it may take seconds, so only the latest rate is reported, and nobody waits for it.
 */
import proto from '../packages/temporal-proto.ts';
import { describeError } from '../core/task.ts';

/** As a connection of a client or of a worker has it. */
interface QueueService {
  updateTaskQueueConfig(request: object): Promise<unknown>;
}

interface ServerRateOptions {
  readonly namespace: string;
  readonly queue: string;
  readonly onMessage: (message: string) => void;
}

/** gRPC's UNIMPLEMENTED. */
const unimplemented = 12;
/** A change by less than this share is not worth reporting. */
const leastChange = 0.02;
/** Workers keep to their shares by themselves; the server is to stop only what is beyond that. */
const headroom = 1.1;

/** Reports a queue's calls a second to the server, undefined for no limit. Never throws, and never makes anyone wait. */
export function serverRate(
  service: QueueService,
  { namespace, queue, onMessage }: ServerRateOptions,
): (perSecond: number | undefined) => void {
  let reported: number | undefined | null = null;
  let wanted: number | undefined;
  let reporting = false;
  const report = async (): Promise<void> => {
    reporting = true;
    while (reported === null || !isClose(wanted, reported)) {
      const perSecond = wanted;
      await service.updateTaskQueueConfig(requestOf(namespace, queue, perSecond));
      reported = perSecond;
    }
    reporting = false;
  };
  const failed = (error: unknown): void => {
    // A server that keeps no rates is not asked again; any other is with the next change.
    reporting = error instanceof Error && 'code' in error && Number(error.code) === unimplemented;
    const why = describeError(error).message;
    const then = 'each worker still keeps its part of the rate by itself';
    onMessage(
      reporting
        ? `This Temporal server keeps no rates of task queues (${why}): ${then}`
        : `The server did not take the rate of ${queue} (${why}): ${then}`,
    );
  };
  return (perSecond) => {
    wanted = perSecond;
    if (!reporting && (reported === null || !isClose(wanted, reported))) void report().catch(failed);
  };
}

function requestOf(namespace: string, taskQueue: string, perSecond: number | undefined): object {
  return {
    namespace,
    identity: 'fanfold',
    taskQueue,
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    updateQueueRateLimit: {
      ...(perSecond === undefined ? {} : { rateLimit: { requestsPerSecond: perSecond * headroom } }),
      reason: perSecond === undefined ? 'no refusal was seen' : 'learned by fanfold',
    },
  };
}

function isClose(a: number | undefined, b: number | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Math.abs(a - b) <= leastChange * b;
}
