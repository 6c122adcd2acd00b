/**
 * What requests must look like; the checks and the OpenAPI document are made from these same schemas.
 * The surprising rule: objects are strict, so that a misspelt option is refused and not ignored.
 */
import { z } from 'zod';
import type { Duration } from '../core/duration.ts';
import { docs } from './docs.ts';
import { limitOptions } from './limits.ts';

const times = String.raw`\d{1,6}(\.\d{1,3})? ?(ms|s|m|h|d|seconds?|minutes?|hours?|days?)`;

/** Bounded, because a timer beyond what a Date can hold fails in the workflow, where it is retried for ever. */
export const duration = z
  .union([z.number().min(0).max(1e13), z.string().regex(new RegExp(`^${times}$`))])
  .transform((value) => value as Duration)
  .register(docs, {
    description: 'A time with its unit such as `10s` or `500ms`, or milliseconds as a number',
    examples: ['10s'],
  });

const count = (least: number): z.ZodInt => z.int().min(least);
const ratio = z.number().min(0).max(1);

export const runOptions = z
  .strictObject({
    concurrency: z.exactOptional(count(1)).register(docs, { description: 'How many tasks at once' }),
    deadline: z
      .exactOptional(duration)
      .register(docs, { description: 'Time for the whole; what has not settled by then is cut' }),
    taskTimeout: z.exactOptional(duration).register(docs, { description: 'Time for each task, from its start' }),
    cancelGrace: z
      .exactOptional(duration)
      .register(docs, { description: 'How long to wait for cancelled tasks that clean up' }),
    attempts: z
      .exactOptional(count(1).max(1000))
      .register(docs, { description: 'Attempts of each task, the first included; 3 unless given' }),
    minSuccessRatio: z
      .exactOptional(ratio)
      .register(docs, { description: 'Smallest share of tasks that must succeed' }),
    minSuccesses: z
      .exactOptional(count(0))
      .register(docs, { description: 'Over as soon as this many succeeded, failed below it' }),
    maxFailures: z
      .exactOptional(count(0))
      .register(docs, { description: 'Over as soon as more than this many failed' }),
    first: z.exactOptional(count(1)).register(docs, { description: 'Over as soon as this many succeeded' }),
    hedge: z
      .exactOptional(z.string().regex(new RegExp(String.raw`^(100%|[1-9]\d?(\.\d{1,3})?%|${times})$`)))
      .register(docs, {
        description: 'A backup for tasks slower than this percentile of their siblings (`95%`) or this time (`200ms`)',
      }),
    granularity: z.exactOptional(z.union([z.enum(['auto', 'task', 'local']), count(1)])).register(docs, {
      description:
        'An activity for each task, or for this many, or `local` for a few fast ones inside the workflow’s own task; all but `task` need an activity that is safe to repeat',
    }),
    cacheTtl: z
      .exactOptional(duration)
      .register(docs, { description: 'How long a result is kept for its `cacheKey`; a day' }),
    budget: z
      .exactOptional(z.number().min(0))
      .register(docs, { description: 'What the tasks together may spend; each costs its `cost`, or 1' }),
    ...limitOptions,
  })
  .register(docs, { id: 'RunOptions', description: 'The stopping rule and the limits of a run' });

const name = z.string().min(1).max(1000);

export const task = z
  .strictObject({
    id: name.register(docs, { description: 'Unique in the run', examples: ['first'] }),
    activity: name.register(docs, { description: 'The name of a registered activity', examples: ['echo'] }),
    input: z.exactOptional(z.unknown()).register(docs, { description: 'What the activity is given' }),
    cost: z
      .exactOptional(z.number().min(0))
      .register(docs, { description: 'What it counts against the budget; 1 unless given' }),
    cacheKey: z.exactOptional(name).register(docs, {
      description: 'Tasks of the same key share one execution, in this run or another, until the result expires',
    }),
    limit: z.exactOptional(name).register(docs, { description: 'The named limit it waits at' }),
  })
  .register(docs, { id: 'Task' });

export const tasksInput = z.strictObject({ tasks: z.array(task), options: z.exactOptional(runOptions) });

/** Without `folders`: who may use the service may not thereby read the disks of its workers. */
export const researchInput = z.strictObject({
  question: z.string().min(1).regex(/\S/),
  sources: z
    .exactOptional(z.array(name).min(1))
    .register(docs, { description: 'Names of sources; all that there are unless given' }),
  depth: z
    .exactOptional(count(1).max(4))
    .register(docs, { description: 'Levels of questions; 1 asks as it is, from 2 it is taken apart and followed up' }),
  breadth: z.exactOptional(count(1).max(6)).register(docs, { description: 'Questions of a level at most; 3' }),
  tokenBudget: z
    .exactOptional(z.number().min(0))
    .register(docs, { description: 'Tokens that the model calls of a deep research may cost together' }),
  options: z.exactOptional(runOptions),
});

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

export const listQuery = z.strictObject({ limit: size(50).register(docs, { description: 'How many runs at most' }) });
export const resultsQuery = z.strictObject({
  after: position.default(0).register(docs, { description: 'Position to go on from: how many results have been read' }),
  limit: size(200).register(docs, { description: 'How many results at most' }),
});
export const eventsQuery = z.strictObject({
  after: position.default(0).register(docs, { description: 'Position to begin at, where no `Last-Event-ID` is sent' }),
});
export const eventsHeaders = z.object({
  'last-event-id': z.exactOptional(z.string().regex(/^(\d{1,9}|end)$/)).register(docs, {
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
