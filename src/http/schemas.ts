/**
 * The form of requests; the checks and the OpenAPI document are made from these same schemas.
 * Objects are strict, so that a misspelt option is refused and not ignored.
 */
import { z } from 'zod';
import { docs, duration, runOptions } from '../runs/schema.ts';

export { duration, runOptions };

const count = (least: number): z.ZodInt => z.int().min(least);
const ratio = z.number().min(0).max(1);

const name = z.string().min(1).max(1000);

/** Safe in an address and in a header as it is. */
export const newRunId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:@+=-]{0,199}$/)
  .register(docs, {
    description: 'The id of the run; the same id joins the run that has it. One is made up where none is given',
  });

/** Runs may have been started elsewhere, with ids of any kind that Temporal takes. */
export const runParams = z.object({
  id: z.string().min(1).max(250).register(docs, { description: 'The id of the run' }),
});

const position = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const size = (usual: number): z.ZodType<number> => z.coerce.number().int().min(1).max(1000).default(usual);

export const listQuery = z.strictObject({
  limit: size(50).register(docs, { description: 'How many runs at most' }),
  before: z.coerce.number().int().min(0).max(8.64e15).optional().register(docs, {
    description: 'Only runs that had started by then, the `next` of the page before',
  }),
  kind: z.string().min(1).max(100).optional().register(docs, { description: 'Only runs of this kind' }),
  tenant: z.string().min(1).max(200).optional().register(docs, { description: 'Only runs of this tenant' }),
  waiting: z.enum(['true', 'false']).optional().register(docs, {
    description: 'Whether to say `waitingCalls`, of the newest 20 that go on and may have some',
  }),
  redriveOf: z.string().min(1).max(250).optional().register(docs, {
    description: 'Only runs that do again what failed in this one',
  }),
  status: z
    .enum(['completed', 'partial', 'failed', 'cancelled', 'running', 'stuck', 'waiting'])
    .optional()
    .register(docs, {
      description:
        'Only runs that stand so; `partial`: completed, though some tasks have no result; `stuck`: those of the newest 200 open ones that cannot go on, with why; `waiting`: those of them that wait for a person',
    }),
});
export const resultsQuery = z.strictObject({
  after: position.default(0).register(docs, { description: 'Position to go on from: how many results have been read' }),
  limit: size(200).register(docs, { description: 'How many results at most' }),
});
export const deadLettersQuery = z.strictObject({
  after: position.default(0).register(docs, { description: 'The `next` of the page before' }),
  limit: size(200).register(docs, { description: 'How many dead letters at most' }),
});
export const eventsQuery = z.strictObject({
  after: position.default(0).register(docs, { description: 'Position to begin at, where no `Last-Event-ID` is sent' }),
});
export const eventsHeaders = z.object({
  'last-event-id': z.exactOptional(z.string().regex(/^(\d{1,9}(\.\d{1,6})?|end)$/)).register(docs, {
    description: 'The last event received; the stream goes on right after it. After `end` there is nothing: 204',
  }),
});

const fanOut = {
  name: z
    .exactOptional(name)
    .register(docs, { description: 'Which fan-out is meant; the first that still runs unless given' }),
};

export const settleBody = z.strictObject(fanOut).nullish();
export const extendBody = z.strictObject({ by: duration, ...fanOut });
export const cancelBody = z
  .strictObject({
    task: z.exactOptional(name).register(docs, { description: 'The task to cancel; the whole run unless given' }),
  })
  .nullish();
export const addBody = z.strictObject({ items: z.array(z.unknown()).min(1), ...fanOut });
export const concurrencyBody = z.strictObject({ concurrency: count(1), ...fanOut });
export const minimumBody = z.union([
  z.strictObject({ ratio, successes: z.exactOptional(count(0)), ...fanOut }),
  z.strictObject({ successes: count(0), ratio: z.exactOptional(ratio), ...fanOut }),
]);
export const redriveBody = z
  .strictObject({ id: z.exactOptional(newRunId), options: z.exactOptional(runOptions) })
  .nullish();
