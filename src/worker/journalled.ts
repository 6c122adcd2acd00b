/** Notes each attempt in the file by which another process can know what this one ran when it was killed. */
import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { journalIn } from './journal.ts';

export function journalled(journal: ReturnType<typeof journalIn>): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const context = Context.current();
      const { info } = context;
      const { workflowExecution: execution } = info;
      const isLast = info.attempt >= (info.retryPolicy?.maximumAttempts || Infinity);
      if (!journal || info.isLocal || !execution || (isLast && info.heartbeatDetails !== undefined)) return next(input);
      const token = Buffer.from(info.taskToken).toString('base64');
      const ended = journal.begin({ namespace: info.namespace, ...execution, token });
      if (isLast) untilCheckpoint(context, ended);
      try {
        return await next(input);
      } finally {
        ended();
      }
    },
  };
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
