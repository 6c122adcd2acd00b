/** A page of the results of a fan-out, in the order they settled. */
import type { TaskResult } from '../task.ts';

/**
 * Settled tasks, and where the next page begins while there is one.
 *
 * @example const { results, next }: ResultsPage = await handle.query(resultsQuery, { after: 0, limit: 100 });
 */
export interface ResultsPage {
  readonly results: readonly TaskResult[];
  /** Position to ask for next; absent at the end of what has settled. */
  readonly next?: number;
}
