/**
 * Pages of results: a line a task, in the order of the items.
 * A task that was still open says only how far it was; why is known when the run is over, so readers add it.
 */
import { given } from '../../core/given.ts';
import { createHash } from 'node:crypto';
import { cancelledError } from '../../core/cancelled-error.ts';
import type { OpenLine } from '../../core/map/types.ts';
import type { StopReason } from '../../core/stop.ts';
import type { TaskResult } from '../../core/task.ts';
import { DamagedBytesError } from '../codecs.ts';
import type { Store } from '../store.ts';
import { resultsKey } from './keys.ts';

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

/** What a unit reports of a page that it wrote: its number, and the beginning of its hash. */
export interface WrittenPage {
  readonly bytes: number;
  readonly hash: string;
}

/** The last line of a page says what all before it must add up to; pages of earlier versions have none. */
const sumStart = '{"sha256":"';
const hashCharacters = 16;

export async function writeResults(
  store: Store,
  folder: string,
  part: number,
  page: number,
  lines: readonly string[],
): Promise<WrittenPage> {
  const text = Buffer.from(lines.join('\n'));
  const sum = hashOf(text);
  const body = Buffer.concat([text, Buffer.from(`\n${JSON.stringify({ sha256: sum })}`)]);
  await store.put(resultsKey(folder, part, page), body);
  return { bytes: body.length, hash: sum.slice(0, hashCharacters) };
}

/**
 * Undefined where the page is not there.
 *
 * @param tasks how many lines it must have
 * @throws {DamagedPageError} where it is not what was written
 */
export async function readResults(
  store: Store,
  folder: string,
  part: number,
  page: number,
  tasks?: number,
): Promise<ResultLine[] | undefined> {
  const key = resultsKey(folder, part, page);
  const body = await store.get(key).catch((error: unknown) => {
    throw error instanceof DamagedBytesError ? new DamagedPageError(error.message) : error;
  });
  if (!body) return undefined;
  const lines = wholeLines(Buffer.from(body).toString());
  if (!lines || (tasks !== undefined && lines.length !== tasks))
    throw new DamagedPageError(`The page of results '${key}' is damaged: it is not what was written`);
  return lines;
}

function wholeLines(body: string): ResultLine[] | undefined {
  const end = body.lastIndexOf('\n');
  const hasSum = body.startsWith(sumStart, end + 1);
  const text = hasSum ? body.slice(0, end) : body;
  try {
    if (hasSum && (JSON.parse(body.slice(end + 1)) as { sha256?: string }).sha256 !== hashOf(text)) return undefined;
    return text.split('\n').map((line) => JSON.parse(line) as ResultLine);
  } catch {
    return undefined;
  }
}

function hashOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
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
