/**
 * Schemas that kinds of run are described with; the checks and the OpenAPI document are made from these same schemas.
 * Objects are strict, so that a misspelt option is refused and not ignored.
 */
import { z } from 'zod';
import type { Duration } from '../core/duration.ts';
import { policyOptions, type OptionType, type RunOptions } from '../core/run-options.ts';
import type { TaskSuccess } from '../core/task.ts';

/**
 * What the OpenAPI document says about schemas beside their shape; of our own, since zod's global one is shared with whatever else runs in the process.
 *
 * @example const pages = z.array(z.string()).register(docs, { description: 'Addresses of the pages' });
 */
export const docs = z.registry<{ id?: string; description?: string; examples?: unknown[] }>();

const time = /^\d{1,6}(\.\d{1,3})? ?(ms|s|m|h|d|seconds?|minutes?|hours?|days?)$/;
const percentileOrTime =
  /^(100%|[1-9]\d?(\.\d{1,3})?%|\d{1,6}(\.\d{1,3})? ?(ms|s|m|h|d|seconds?|minutes?|hours?|days?))$/;

/**
 * Bounded, because a timer beyond what a Date can hold fails in the workflow, where it is retried for ever.
 *
 * @example const input = z.strictObject({ every: duration, ...context });
 */
export const duration = z
  .union([
    z.number().min(0).max(1e13),
    z.string().regex(time, 'must be a time such as 10s, 500ms or 2 days, or milliseconds as a number'),
  ])
  .transform((value) => value as Duration)
  .register(docs, {
    description: 'A time with its unit such as `10s` or `500ms`, or milliseconds as a number',
    examples: ['10s'],
  });

const plain = {
  duration,
  percentileOrDuration: z.string().regex(percentileOrTime, 'must be a share such as 95%, or a time such as 10s'),
  ids: z.enum(['plain', 'hashed']),
  granularity: z.union([z.enum(['auto', 'task', 'local']), z.int().min(1).max(10_000)]),
} as const;

/** The schema of each policy option, made from its declaration. */
const shape = Object.fromEntries(
  Object.entries(policyOptions).map(([name, option]) => [
    name,
    z.exactOptional(schemaOf(option)).register(docs, { description: capital(option.about) }),
  ]),
);

/**
 * The stopping rule and the limits of a run.
 *
 * @example const options = runOptions.parse({ deadline: '10s' });
 */
export const runOptions = z
  .strictObject(shape)
  .register(docs, { id: 'RunOptions', description: 'The stopping rule and the limits of a run' }) as z.ZodObject<
  z.core.$ZodLooseShape,
  z.core.$strict
> &
  z.ZodType<RunOptions>;

/**
 * What every kind takes beside its own input; `redriveOf` and `known` are what a redrive gives.
 *
 * @example const input = z.strictObject({ pages: z.array(z.string()), ...context });
 */
export const context = {
  options: z.exactOptional(runOptions),
  redriveOf: z.exactOptional(z.string().max(1000)),
  known: z.exactOptional(z.record(z.string(), z.custom<TaskSuccess>())),
};

function schemaOf(option: OptionType): z.ZodType {
  if (option.type === 'count') return bounded(z.int(), option);
  if (option.type === 'number') return bounded(z.number(), option);
  if (option.type === 'name') return z.string().min(1).max(option.most);
  return plain[option.type];
}

function bounded(number: z.ZodNumber, { least, most }: { readonly least: number; readonly most?: number }): z.ZodType {
  return most === undefined ? number.min(least) : number.min(least).max(most);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
