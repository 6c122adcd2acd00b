/** Notes each attempt in the file by which another process can know what this one ran when it was killed. */
import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { journalIn } from './journal.ts';

export function journalled(journal: ReturnType<typeof journalIn>): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const { info } = Context.current();
      const { workflowExecution: execution } = info;
      // Of an attempt that is the last one only a timeout brings out its last checkpoint.
      const isLast = info.attempt >= (info.retryPolicy?.maximumAttempts || Infinity);
      if (!journal || info.isLocal || !execution || isLast) return next(input);
      const token = Buffer.from(info.taskToken).toString('base64');
      const ended = journal.begin({ namespace: info.namespace, ...execution, token });
      try {
        return await next(input);
      } finally {
        ended();
      }
    },
  };
}
