/** Heartbeats for activities that do not send their own, so that a killed worker is noticed in seconds, not minutes. */
import { boundedMs } from '../core/sleep.ts';
import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/** Beats while an activity runs, with the details it gave last, so that they are not lost. */
export const autoHeartbeat: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    const context = Context.current();
    const { heartbeatTimeoutMs } = context.info;
    if (!heartbeatTimeoutMs) return next(input);
    const beat = context.heartbeat.bind(context);
    let details: unknown = context.info.heartbeatDetails;
    const timer = setInterval(() => beat(details), boundedMs(Math.max(100, heartbeatTimeoutMs / 3)));
    Object.assign(context, {
      heartbeat: (given?: unknown) => {
        details = given;
        // One of this would hold up the activity's next, which says what is new, as the worker lets only so many through.
        timer.refresh();
        beat(given);
      },
    });
    try {
      return await next(input);
    } finally {
      clearInterval(timer);
    }
  },
};
