/**
 * Which activities this process runs, and of which runs it has had some, in a file that outlives it: after a `kill -9`
 * another process of this machine can report to the server at once, instead of everyone waiting for a heartbeat that will
 * not come. It is written without fsync, since it is of use only while the machine lives.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processOf } from '../dev-server/process.ts';

/** A workflow's run, as the server knows it. */
export interface JournalledRun {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
}

/** One attempt of an activity, as the server knows it. */
export interface RunningActivity extends JournalledRun {
  /** In base64. */
  readonly token: string;
}

/** What a line of the file says: that an attempt has begun or ended, that a run was served, or that others complete an activity. */
export type JournalLine = Partial<RunningActivity> & {
  readonly begin?: number;
  readonly end?: number;
  readonly run?: true;
  readonly left?: string;
};

/** A file is begun anew above this, as soon as nothing is in flight. */
const maxBytes = 200_000;
/** What the server may still hold for a process that dies is of the runs that it served last. */
export const maxRuns = 100;
/** Above it nothing is known of which activities others complete. */
export const maxLeft = 1000;
export const ending = '.in-flight';
export const separator = '~';

/** Journals of this process by folder; several workers of a process share one. */
const journals = new Map<string, Journal>();

/** The journal of this process in `folder`; nothing where the folder cannot be written, as it only speeds things up. */
export function journalIn(folder: string): Journal | undefined {
  const known = journals.get(folder);
  if (known) return known;
  try {
    const journal = new Journal(folder);
    journals.set(folder, journal);
    return journal;
  } catch {
    return undefined;
  }
}

export class Journal {
  readonly #file: number;
  readonly #path: string;
  readonly #open = new Set<number>();
  /** The latest last, by their ids. */
  readonly #runs = new Map<string, JournalledRun>();
  readonly #left = new Set<string>();
  #last = 0;
  #bytes = 0;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, ownName());
    this.#file = openSync(path, 'a', 0o600);
    this.#path = path;
    if (journals.size === 0) process.once('exit', () => journals.forEach((journal) => journal.close()));
  }

  /** Notes that an attempt begins; the answer notes that it has ended. */
  begin(activity: RunningActivity): () => void {
    const { namespace, workflowId, runId } = activity;
    const number = ++this.#last;
    this.#open.add(number);
    this.#remember({ namespace, workflowId, runId });
    this.#write({ begin: number, ...activity });
    return () => {
      this.#open.delete(number);
      if (this.#open.size > 0 || this.#bytes < maxBytes) return this.#write({ end: number });
      this.#beginAnew();
    };
  }

  /** Notes that something of the run was here, before anything of it may be in flight. */
  serves(run: JournalledRun): void {
    if (!this.#runs.has(run.runId)) this.#write({ run: true, ...run });
    this.#remember(run);
  }

  /** Notes an activity that has returned and goes on nevertheless: somebody else completes it, so that it is never given back. */
  leave(runId: string, activityId: string): void {
    if (this.#left.size > maxLeft) return;
    const left = leftKey(runId, activityId);
    this.#left.add(left);
    this.#write({ left });
  }

  /** At the end of the process. What is still in flight at a forced end is for the next one to report. */
  close(): void {
    closeSync(this.#file);
    if (this.#open.size === 0) rmSync(this.#path, { force: true });
  }

  #remember(run: JournalledRun): void {
    this.#runs.delete(run.runId);
    this.#runs.set(run.runId, run);
    const [oldest] = this.#runs.keys();
    if (oldest !== undefined && this.#runs.size > maxRuns) this.#runs.delete(oldest);
  }

  #beginAnew(): void {
    ftruncateSync(this.#file);
    this.#bytes = 0;
    for (const run of this.#runs.values()) this.#write({ run: true, ...run });
    for (const left of this.#left) this.#write({ left });
    // What is kept is no reason to begin anew the next time.
    this.#bytes = 0;
  }

  #write(line: JournalLine): void {
    this.#bytes += writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** Names an activity among those of all runs. */
export function leftKey(runId: string, activityId: string): string {
  return `${runId}/${activityId}`;
}

function ownName(): string {
  const { started = 'unknown' } = processOf(process.pid) ?? {};
  return `${[ownHost(), process.pid, encodeURIComponent(started)].join(separator)}${ending}`;
}

/** Processes of other machines may share the folder, and their numbers mean nothing here. */
export function ownHost(): string {
  return encodeURIComponent(hostname()).replaceAll(separator, '-');
}
