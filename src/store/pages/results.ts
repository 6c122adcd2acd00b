/**
 * Pages of results: a line a task, in the order of the items.
 * A task that was still open says only how far it was; why is known when the run is over, so readers add it.
 * Nothing that was written is ever written over, since an attempt may be late: each page has a name of its own.
 */
import { given } from '../../core/given.ts';
import { cancelledError } from '../../core/cancelled-error.ts';
import type { OpenLine } from '../../core/map/types.ts';
import type { StopReason } from '../../core/stop.ts';
import type { TaskResult } from '../../core/task.ts';
import type { Store } from '../store.ts';
import { hashInName, pageInKey, pageName, resultsKey, resultsPrefix } from './keys.ts';
import { readSealed, sealed } from './sealed.ts';

export type ResultLine = TaskResult | OpenLine;

/** How a run was over, for the tasks that were still open. */
export interface End {
  readonly stoppedBy: StopReason;
  readonly deadlineMs?: number | undefined;
}

/** A page that is there and is not what was written. */
export class DamagedPageError extends Error {
  override readonly name = 'ResultsLost';
}

/** Which page of results. */
export interface PlaceOfPage {
  readonly folder: string;
  readonly part: number;
  readonly page: number;
}

/** Whose it is: no two attempts that may differ are the same. */
export interface PageAuthor {
  readonly unit: number;
  readonly attempt: number;
}

export async function writeResults(
  store: Store,
  { folder, part, page }: PlaceOfPage,
  { unit, attempt }: PageAuthor,
  lines: readonly string[],
): Promise<{ readonly bytes: number; readonly name: string }> {
  const { bytes, hash } = sealed(lines.join('\n'));
  const name = pageName(unit, attempt, hash);
  await store.put(resultsKey(folder, part, page, name), bytes);
  return { bytes: bytes.length, name };
}

/** The last attempt's name of each page of a part that is there; undefined of one that an earlier version has written. */
export async function writtenPages(
  store: Store,
  folder: string,
  part: number,
  from?: number,
  to?: number,
): Promise<Map<number, string | undefined>> {
  const found = new Map<number, string | undefined>();
  for await (const { key } of store.list(resultsPrefix(folder, part, from, to))) {
    const { page, name } = pageInKey(key) ?? {};
    if (page !== undefined && (found.get(page) ?? '') <= (name ?? '')) found.set(page, name);
  }
  return found;
}

/**
 * Undefined where the page is not there.
 *
 * @param tasks how many lines it must have
 * @throws {DamagedPageError} where it is not what was written under that name
 */
export async function readResults(
  store: Store,
  { folder, part, page }: PlaceOfPage,
  name: string | undefined,
  tasks?: number,
): Promise<ResultLine[] | undefined> {
  const key = resultsKey(folder, part, page, name);
  const found = await readSealed(store, key);
  if (found === undefined) return undefined;
  const isIt = found !== 'damaged' && (name === undefined || found.hash === hashInName(name));
  const lines = isIt ? parsed(found.text) : undefined;
  if (!lines || (tasks !== undefined && lines.length !== tasks))
    throw new DamagedPageError(`The page of results '${key}' is damaged: it is not what was written`);
  return lines;
}

function parsed(text: string): ResultLine[] | undefined {
  try {
    const lines = text.split('\n').map((line): unknown => JSON.parse(line));
    return lines.every(isLine) ? lines : undefined;
  } catch {
    return undefined;
  }
}

/** A page of an earlier version has no hash, and is known by its form alone. */
function isLine(value: unknown): value is ResultLine {
  const { id, cut, success, error } = Object(value) as { [name in 'id' | 'cut' | 'success' | 'error']?: unknown };
  if (typeof id !== 'string') return false;
  if (cut === true || success === true) return true;
  return success === false && typeof (Object(error) as { message?: unknown }).message === 'string';
}

/** The error of a task whose result was there and is not any more; it is never run again as one that has none. */
export function lostResult(id: string, why: string): TaskResult {
  const message = `Its result is lost: ${why}`;
  return {
    id,
    success: false,
    error: { kind: 'failed', name: lostName, message, retryable: false },
    durationMs: 0,
    attempts: 0,
  };
}

const lostName = 'ResultsLost';

/** Whether it is the line of a {@link lostResult}. */
export function isLost(line: ResultLine): boolean {
  return !isOpenLine(line) && !line.success && line.error.name === lostName;
}

export function isOpenLine(line: ResultLine): line is OpenLine {
  return 'cut' in line;
}

export function asResult(line: ResultLine, { stoppedBy, deadlineMs }: End): TaskResult {
  if (!isOpenLine(line)) return line;
  const { id, attempts, durationMs, startedAt } = line;
  const error = cancelledError(stoppedBy, line, deadlineMs);
  return { id, success: false, error, durationMs, attempts, ...given({ startedAt }) };
}
