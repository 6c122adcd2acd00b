/** A page of the results of a fan-out, in the order they settled. */
import type { TaskResult } from '../task.ts';

export interface ResultsPage {
  readonly results: readonly TaskResult[];
  /** Position to ask for next; absent at the end of what has settled. */
  readonly next?: number;
}
