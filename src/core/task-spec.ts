/**
 * A task as data, checked where it comes in: at the start, by an added task, by a redrive. One parser for every door.
 * The surprising rule: names are looked up in a set and never in an object, which would have what all objects inherit.
 */
import { isAmount } from './budget.ts';
import { InvalidOptionsError } from './errors.ts';
import { checkId } from './options.ts';
import { ownPrefix } from './own-names.ts';
import type { TaskSpec } from './run.ts';

/** What a task may name. */
export interface OpenNames {
  /** The activities that data may name. */
  readonly activities: ReadonlySet<string>;
  /** Whether a named limit may be waited at. @throws {InvalidOptionsError} with the field it is given */
  checkLimit(field: string, limit: unknown): void;
}

/**
 * What a worker serves to runs of data.
 *
 * @example const { activities }: ServedNames = worker.served;
 */
export interface ServedNames {
  /** The activities that a run of tasks or a map run may name. */
  readonly activities: readonly string[];
  /** The named limits that it may wait at. */
  readonly limits: readonly string[];
}

const fields: ReadonlySet<string> = new Set([
  'id',
  'activity',
  'input',
  'cost',
  'cacheKey',
  'shared',
  'limit',
] satisfies (keyof TaskSpec)[]);

/** Longer names and keys would only fill histories. */
const maxCharacters = 1000;

/**
 * @param field where the task is, such as `tasks[3]`
 * @throws {InvalidOptionsError} naming the field at fault; of activities it lists the open ones alone
 */
export function parseTask(task: unknown, field: string, open: OpenNames): TaskSpec {
  if (typeof task !== 'object' || task === null || Array.isArray(task))
    throw new InvalidOptionsError(field, 'must be a task: { id, activity, input? }', task);
  const unknown = Object.keys(task).find((name) => !fields.has(name));
  if (unknown !== undefined)
    throw new InvalidOptionsError(
      `${field}.${unknown.slice(0, 100)}`,
      `is no field; there is: ${[...fields].join(', ')}`,
    );
  const { id, activity, cost, cacheKey, shared, limit } = task as Partial<Record<keyof TaskSpec, unknown>>;
  checkId(`${field}.id`, id, 0);
  checkActivity(`${field}.activity`, activity, open.activities);
  if (cost !== undefined && !isAmount(cost))
    throw new InvalidOptionsError(`${field}.cost`, 'must be a number of zero or more', cost);
  if (cacheKey !== undefined) checkText(`${field}.cacheKey`, cacheKey);
  checkShared(`${field}.shared`, shared);
  if (shared === true && cacheKey === undefined)
    throw new InvalidOptionsError(`${field}.shared`, 'is of a `cacheKey`, and there is none');
  if (limit !== undefined) open.checkLimit(`${field}.limit`, limit);
  return task as TaskSpec;
}

/** @throws {InvalidOptionsError} unless `name` is that of an open activity */
export function checkActivity(field: string, name: unknown, open: ReadonlySet<string>): asserts name is string {
  if (typeof name === 'string' && open.has(name)) return;
  // What is fanfold's own is open by two names.
  const shown = [...open].filter((each) => !each.startsWith(ownPrefix) || !open.has(each.slice(ownPrefix.length)));
  throw new InvalidOptionsError(field, `must name an open activity (there is: ${shown.join(', ')})`, name);
}

/** Absent is the word for no. @throws {InvalidOptionsError} */
export function checkShared(field: string, shared: unknown): asserts shared is true | undefined {
  if (shared !== undefined && shared !== true)
    throw new InvalidOptionsError(field, 'must be true, or be left out', shared);
}

function checkText(field: string, value: unknown): void {
  if (typeof value === 'string' && value !== '' && value.length <= maxCharacters) return;
  throw new InvalidOptionsError(field, `must be a text of 1 to ${maxCharacters} characters`, value);
}
