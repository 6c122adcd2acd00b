/**
 * Which activities this process runs, in a file that outlives it: after a `kill -9` another process of this machine can
 * report to the server at once, instead of everyone waiting for a heartbeat that will not come.
 * It is written without fsync, since it is of use only while the machine lives.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunning, processOf } from '../dev-server/process.ts';

/** One attempt of an activity, as the server knows it. */
export interface RunningActivity {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  /** In base64. */
  readonly token: string;
}

/** A file is begun anew above this, as soon as nothing is in flight. */
const maxBytes = 200_000;
const ending = '.in-flight';
const separator = '~';

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

class Journal {
  readonly #file: number;
  readonly #path: string;
  readonly #open = new Set<number>();
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
    const number = ++this.#last;
    this.#open.add(number);
    this.#write(JSON.stringify({ begin: number, ...activity }));
    return () => {
      this.#open.delete(number);
      if (this.#open.size > 0 || this.#bytes < maxBytes) return this.#write(JSON.stringify({ end: number }));
      ftruncateSync(this.#file);
      this.#bytes = 0;
    };
  }

  /** At the end of the process. What is still in flight at a forced end is for the next one to report. */
  close(): void {
    closeSync(this.#file);
    if (this.#open.size === 0) rmSync(this.#path, { force: true });
  }

  #write(line: string): void {
    this.#bytes += writeSync(this.#file, `${line}\n`);
  }
}

/** What processes of this machine ran when they died. Each is delivered to one caller only, and once. */
export function takeOrphans(folder: string): RunningActivity[] {
  return namesIn(folder)
    .filter((name) => isOrphan(name))
    .flatMap((name) => take(join(folder, name)));
}

function isOrphan(name: string): boolean {
  const [host, pid, started] = name.slice(0, -ending.length).split(separator);
  if (host !== ownHost() || pid === undefined || started === undefined) return false;
  return !isRunning({ pid: Number(pid), started: decodeURIComponent(started) });
}

function take(path: string): RunningActivity[] {
  const taken = `${path}.${randomUUID()}`;
  try {
    renameSync(path, taken);
    const lines = readFileSync(taken, 'utf8').split('\n');
    rmSync(taken);
    return stillOpen(lines);
  } catch {
    // Another process was faster.
    return [];
  }
}

function stillOpen(lines: readonly string[]): RunningActivity[] {
  const open = new Map<number, RunningActivity>();
  for (const line of lines) {
    const { begin, end, ...activity } = parsed(line);
    if (begin !== undefined) open.set(begin, activity as RunningActivity);
    if (end !== undefined) open.delete(end);
  }
  return [...open.values()];
}

/** The last line may have been truncated by the kill. */
function parsed(line: string): { begin?: number; end?: number } & Partial<RunningActivity> {
  try {
    return JSON.parse(line) as object;
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

function ownName(): string {
  const { started = 'unknown' } = processOf(process.pid) ?? {};
  return `${[ownHost(), process.pid, encodeURIComponent(started)].join(separator)}${ending}`;
}

/** Processes of other machines may share the folder, and their numbers mean nothing here. */
function ownHost(): string {
  return encodeURIComponent(hostname()).replaceAll(separator, '-');
}
