/** How a run is asked and changed: by the names of old where it is of a kind, with a prefix in a workflow of somebody's own. */
import { QueryNotRegisteredError } from '@temporalio/client';
import { prefixed } from '../core/own-names.ts';
import type { Kinds } from './kinds.ts';

/**
 * The name of a query or an Update of fanfold in a run of this kind. In a workflow that is of no kind the name without
 * the prefix may be its author's, for something else.
 */
export function liveName(kinds: Kinds, kind: string, name: string): string {
  return kinds.find(kind) ? name : prefixed(name);
}

/** What SDKs say of a query that a workflow does not have, and fanfold where it has not fanned out; of what fails inside a workflow the client makes the same error. */
const unknownQuery =
  /did not register a handler|unknown query ?type|handler for .{1,200} expected but not found|names no fan-out of this run/i;

/** Undefined where the workflow has not come to what answers, or never will, as one without it. @throws what failed otherwise */
export function whereAnswered<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof QueryNotRegisteredError && unknownQuery.test(error.message.slice(0, 500))) return undefined;
    throw error;
  });
}

/**
 * Which fan-out of a run is meant.
 *
 * @default the first that is still running
 * @example await client.settle(runId, { name: 'sources' } satisfies FanOutName);
 */
export interface FanOutName {
  readonly name?: string | undefined;
}

/** Of a record what it has under a name, and not what all objects have. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}
