/** Journals of processes of this machine that are gone: what each ran when it died, and of which runs it had something. */
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../dev-server/process.ts';
import {
  ending,
  maxLeft,
  maxRuns,
  ownHost,
  separator,
  type JournalledRun,
  type JournalLine,
  type RunningActivity,
} from './journal.ts';

export interface DeadProcess {
  readonly pid: number;
  /** Attempts that had begun and had not ended. */
  readonly running: readonly RunningActivity[];
  /** The latest last. What the server had given out and was not begun, or had ended and was not delivered, is of one of these. */
  readonly runs: readonly JournalledRun[];
  /** Activities that had returned and that somebody else completes, by `leftKey`; undefined where there were too many to know. */
  readonly left: ReadonlySet<string> | undefined;
}

/** Each is delivered to one caller only, and once. */
export function takeDead(folder: string): DeadProcess[] {
  return namesIn(folder).flatMap((name) => {
    const pid = pidOfDead(name);
    return pid === undefined ? [] : take(join(folder, name), pid);
  });
}

/** Of a journal whose process is gone. */
function pidOfDead(name: string): number | undefined {
  const [host, pid, started] = name.slice(0, -ending.length).split(separator);
  if (host !== ownHost() || pid === undefined || started === undefined) return undefined;
  return isRunning({ pid: Number(pid), started: decodeURIComponent(started) }) ? undefined : Number(pid);
}

function take(path: string, pid: number): DeadProcess[] {
  const taken = `${path}.${randomUUID()}`;
  try {
    renameSync(path, taken);
    const lines = readFileSync(taken, 'utf8').split('\n');
    rmSync(taken);
    return [{ pid, ...readLines(lines) }];
  } catch {
    // Another process was faster.
    return [];
  }
}

function readLines(lines: readonly string[]): Omit<DeadProcess, 'pid'> {
  const open = new Map<number, RunningActivity>();
  const runs = new Map<string, JournalledRun>();
  const left = new Set<string>();
  for (const line of lines) {
    const { begin, end, run: _served, left: others, ...activity } = parsed(line);
    if (begin !== undefined) open.set(begin, activity as RunningActivity);
    if (end !== undefined) open.delete(end);
    if (others !== undefined) left.add(others);
    const { namespace, workflowId, runId } = activity;
    if (namespace === undefined || workflowId === undefined || runId === undefined) continue;
    runs.delete(runId);
    runs.set(runId, { namespace, workflowId, runId });
  }
  const latest = [...runs.values()].slice(-maxRuns);
  return { running: [...open.values()], runs: latest, left: left.size > maxLeft ? undefined : left };
}

/** The last line may have been truncated by the kill. */
function parsed(line: string): JournalLine {
  try {
    return JSON.parse(line) as JournalLine;
  } catch {
    return {};
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ending));
  } catch {
    return [];
  }
}
