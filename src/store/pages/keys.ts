/**
 * Where the parts of a map run are in the store.
 * The surprising rule: a run's folder has its first execution's id, so an id that is used anew meets nothing old.
 */
import { runPrefix } from '../keys.ts';

/** The folder of a run. */
export function mapFolder(namespace: string, workflowId: string, firstExecutionRunId: string): string {
  return `${runPrefix(namespace, workflowId)}${firstExecutionRunId}`;
}

export const partKey = (folder: string, part: number): string => `${folder}/parts/${padded(part)}.json`;

export const itemsKey = (folder: string, part: number, page: number): string =>
  `${folder}/items/${padded(part)}/${padded(page)}.jsonl`;

/** `slice` where a page's results came in several messages. */
export function resultsKey(folder: string, part: number, page: number): string {
  return `${folder}/results/${padded(part)}/${padded(page)}.jsonl`;
}

export function spillPrefix(folder: string, unit: number): string {
  return `${folder}/spill/${padded(unit)}/`;
}

/** The result of one task that is too large for history. */
export const valueKey = (folder: string, part: number, page: number, at: number): string =>
  `${folder}/values/${padded(part)}/${padded(page)}/${padded(at)}.json`;

function padded(number: number): string {
  return String(number).padStart(8, '0');
}
