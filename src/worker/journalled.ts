/** Notes each attempt in the file by which another process can know what this one ran when it was killed. */
import { CompleteAsyncError, Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { Journal } from './journal.ts';

export function journalled(journal: Journal | undefined): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const context = Context.current();
      const { workflowExecution: execution, namespace } = context.info;
      if (!journal || !execution) return next(input);
      journal.serves({ namespace, ...execution });
      const ended = begun(context, journal);
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof CompleteAsyncError) journal.leave(execution.runId, context.info.activityId);
        throw error;
      } finally {
        ended();
      }
    },
  };
}

/** Notes it where its token helps: not of a local activity, nor of a last attempt, of which only a timeout brings out the checkpoint. */
function begun(context: Context, journal: Journal): () => void {
  const { info } = context;
  const { workflowExecution: execution } = info;
  const isLast = info.attempt >= (info.retryPolicy?.maximumAttempts || Infinity);
  if (info.isLocal || !execution || (isLast && info.heartbeatDetails !== undefined)) return () => {};
  const token = Buffer.from(info.taskToken).toString('base64');
  const ended = journal.begin({ namespace: info.namespace, ...execution, token });
  if (isLast) untilCheckpoint(context, ended);
  return ended;
}

/** Of an attempt that is the last one only a timeout brings out the checkpoint that it has made. */
function untilCheckpoint(context: Context, forget: () => void): void {
  const beat = context.heartbeat.bind(context);
  const heartbeat = (details?: unknown): void => {
    if (details !== undefined) forget();
    beat(details);
  };
  Object.assign(context, { heartbeat });
}
