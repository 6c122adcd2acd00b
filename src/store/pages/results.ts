/**
 * Pages of results: a line a task, in the order of the items.
 * The surprising rule: a task that was cut says only how far it was; why is known when the run is over, so readers add it.
 */
import { cut } from '../../core/cancelled-error.ts';
import type { CutLine } from '../../core/map/types.ts';
import type { StopReason } from '../../core/stop.ts';
import type { TaskResult } from '../../core/task.ts';
import type { Store } from '../store.ts';
import { resultsKey } from './keys.ts';

export type ResultLine = TaskResult | CutLine;

/** How a run was over, for what it cut. */
export interface End {
  readonly stoppedBy: StopReason;
  readonly deadlineMs?: number | undefined;
}

export async function writeResults(
  store: Store,
  folder: string,
  part: number,
  page: number,
  lines: readonly string[],
): Promise<number> {
  const body = Buffer.from(lines.join('\n'));
  await store.put(resultsKey(folder, part, page), body);
  return body.length;
}

/** Undefined where the page has not been written: none of its tasks has run, or it still runs. */
export async function readResults(
  store: Store,
  folder: string,
  part: number,
  page: number,
): Promise<ResultLine[] | undefined> {
  const body = await store.get(resultsKey(folder, part, page));
  if (!body) return undefined;
  return Buffer.from(body)
    .toString()
    .split('\n')
    .map((line) => JSON.parse(line) as ResultLine);
}

export function isCut(line: ResultLine): line is CutLine {
  return 'cut' in line;
}

export function asResult(line: ResultLine, { stoppedBy, deadlineMs }: End): TaskResult {
  if (!isCut(line)) return line;
  const { id, attempts, durationMs, startedAt } = line;
  const error = cut(stoppedBy, line, deadlineMs);
  return { id, success: false, error, durationMs, attempts, ...(startedAt === undefined ? {} : { startedAt }) };
}
