/** Why a task waits, as it is answered over HTTP. */
import { z } from 'zod';
import { docs } from './docs.ts';

export const waiting = z
  .object({ limit: z.string(), why: z.enum(['queued', 'throttled', 'retry']), until: z.number().optional() })
  .register(docs, { description: 'Why a task does not run though it was started' });
