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

/** Of every page of results from `from` to before `to`, and of some others. */
export function resultsPrefix(folder: string, part: number, from = 0, to = Infinity): string {
  const all = `${folder}/results/${padded(part)}/`;
  if (to === Infinity) return all;
  const [first, last] = [padded(from), padded(Math.max(from, to - 1))];
  let same = 0;
  while (same < first.length && first[same] === last[same]) same++;
  return all + first.slice(0, same);
}

/** @param name absent of what workers of earlier versions have written */
export function resultsKey(folder: string, part: number, page: number, name?: string): string {
  return `${resultsPrefix(folder, part)}${padded(page)}${name === undefined ? '' : `.${name}`}.jsonl`;
}

/** What a page's key says: which page it is, and its name. */
export function pageInKey(key: string): { readonly page: number; readonly name: string | undefined } | undefined {
  const [, page, name] = /\/(\d{8,})(?:\.(\d{8,}\.\d{4}\.[0-9a-f]{16}))?\.jsonl$/.exec(key) ?? [];
  return page === undefined ? undefined : { page: Number(page), name };
}

/** The attempts of a unit's activity, and above them whoever writes what a lost unit has left. */
export const sealingAttempt = 9999;

/** The name of a page by who wrote it and the beginning of its hash; of two names of a page, the greater one is of the later attempt. */
export function pageName(unit: number, attempt: number, hash: string): string {
  return `${padded(unit)}.${String(attempt).padStart(4, '0')}.${hash}`;
}

/** The hash in the name of a page. */
export function hashInName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

export function spillPrefix(folder: string, unit: number): string {
  return `${folder}/spill/${padded(unit)}/`;
}

/** Where results of one task are that are too large for history. */
export const valueKey = (folder: string, part: number, page: number, at: number): string =>
  `${folder}/values/${padded(part)}/${padded(page)}/${padded(at)}.json`;

function padded(number: number): string {
  return String(number).padStart(8, '0');
}
