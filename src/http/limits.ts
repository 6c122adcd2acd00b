/** Limits over HTTP: what a run may say of them, and what is answered about them. */
import { z } from 'zod';
import { given } from '../core/given.ts';
import type { LimitView } from '../limits/view.ts';
import type { Caller } from './callers.ts';
import { docs } from './docs.ts';

const limitAnswer = z.object({
  name: z.string(),
  settings: z.object({
    concurrency: z.int().optional(),
    perSecond: z.number().optional(),
    perMinute: z.number().optional(),
    tokensPerMinute: z.number().optional(),
    adapt: z.boolean().optional(),
  }),
  inFlight: z.int().optional().register(docs, {
    description: 'Calls in flight, over all processes; what is counted over all tenants is not told to one of them',
  }),
  queued: z.int().optional().register(docs, { description: 'Tasks that wait in the queue' }),
  concurrency: z.int().register(docs, { description: 'How many calls may be in flight at the moment' }),
  perSecond: z.number().optional().register(docs, { description: 'Calls a second at the moment' }),
  throttled: z.int().optional().register(docs, { description: 'Calls that were refused for lack of room, ever' }),
  succeeded: z.int().optional(),
  processes: z.int().optional().register(docs, { description: 'Worker processes that serve it' }),
  pausedUntil: z.number().optional().register(docs, { description: 'Milliseconds since the Unix epoch' }),
  tokensLeft: z.number().optional(),
});

/** What is counted over all tenants is shown to none of them. */
export function limitOf({ tenant }: Caller, limit: LimitView): z.output<typeof limitAnswer> {
  if (tenant === undefined) return limit;
  const { name, settings, concurrency, perSecond, pausedUntil } = limit;
  return { name, settings, concurrency, ...given({ perSecond, pausedUntil }) };
}

export const limitsAnswer = z.object({ limits: z.array(limitAnswer).readonly() });
