/** What a caller gives, checked before anything is sent. */
import type { z } from 'zod';
import { InvalidOptionsError } from '../core/errors.ts';
import { checkNames } from '../core/option-names.ts';
import { noteUnknownKeys, unknownKey } from '../core/unknown-keys.ts';
import { FanfoldError } from '../errors.ts';
import { firstMeant } from './meant.ts';

/** @throws {FanfoldError} of type `InvalidOptionsError` for an option that there is not, naming the nearest */
export function checkGiven(options: object, names: readonly string[], of: string): void {
  asInvalidOptions(() => checkNames(options, names, of));
}

/** What `check` refuses, as errors of the client are. */
export function asInvalidOptions<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof InvalidOptionsError) throw new FanfoldError('InvalidOptionsError', error.message, error.field);
    throw error;
  }
}

/** @throws {FanfoldError} of type `InvalidInput` naming the first field that is not as the schema says */
export function checkShape(schema: z.ZodType, value: unknown): void {
  const checked = schema.safeParse(value, { error: noteUnknownKeys });
  if (checked.success) return;
  const [first] = checked.error.issues;
  const issue = first && firstMeant(first);
  const keys = issue?.keys ?? [];
  const [key] = keys;
  const field = [...(issue?.path ?? []), ...(key === undefined ? [] : [key])].join('.') || 'input';
  const problem = key === undefined ? (issue?.message ?? 'is wrong') : unknownKey(keys, key);
  throw new FanfoldError('InvalidInput', `\`${field}\`: ${problem}`, field);
}

/** Of the server, as it is set unless somebody sets it otherwise. */
const longestId = 1000;

/** @throws {FanfoldError} of type `InvalidInput` for what can be no run's id */
export function checkRunId(id: string): string {
  const bytes = Buffer.byteLength(id);
  if (bytes > 0 && bytes <= longestId) return id;
  const what = bytes === 0 ? 'is empty' : `has ${bytes} bytes, and at most ${longestId} can be one`;
  throw new FanfoldError('InvalidInput', `The id of the run ${what}; name another`, 'id');
}
