/** Brings the index of a collection up to date: only files whose time or size changed are read again. */
import { stat } from 'node:fs/promises';
import { ApplicationFailure } from '@temporalio/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemCode, moduleBeside, runApart, unlessMissing } from '../../../../activities/index.ts';
import type { Database } from '../../../../store/index.ts';
import { dropFiles, knownFiles, putFiles, type FileState, type IndexedFile } from './database.ts';
import type { FoundFile, UnreadFile } from './files.ts';
import type { readSections } from './read.ts';
import { unreadable } from './unreadable.ts';
import type { DocumentSection } from './section.ts';

const largest = 2 * 1024 * 1024;
/** Characters that go into one transaction, so that it is short and others get their turn. */
const batchSize = 150_000;

interface Changed {
  readonly file: FoundFile;
  readonly state: Omit<FileState, 'unread'>;
}

export interface Refreshed {
  /** How many files the index has read. */
  readonly read: number;
  /** Those that it could not read, and those that are larger than it reads. */
  readonly unread: readonly UnreadFile[];
  readonly large: readonly UnreadFile[];
}

/** A refresh that was cancelled keeps what it has done: the next goes on from there. @throws the signal's reason */
export async function refresh(
  database: Database,
  collection: string,
  found: readonly FoundFile[],
  signal: AbortSignal,
): Promise<Refreshed> {
  const known = await knownFiles(database, collection);
  const { present, large, closed } = await statesOf(found, signal);
  const gone = [...known.keys()].filter((path) => !present.has(path));
  if (gone.length > 0) await dropFiles(database, collection, gone);
  const unread: UnreadFile[] = [...closed];
  let batch: IndexedFile[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await putFiles(database, collection, batch);
    batch = [];
    size = 0;
  };
  for (const { file, state } of present.values()) {
    const before = known.get(file.path);
    const { sections, why, lasting } = same(before, state)
      ? { sections: undefined, why: before?.unread ?? undefined, lasting: true }
      : await sectionsOf(file, signal);
    if (why !== undefined) unread.push({ path: file.path, why });
    // What may be otherwise although the file is the same, such as a reader that is not installed, is tried anew.
    if (sections === undefined || !lasting) continue;
    batch.push({ ...state, unread: why ?? null, sections });
    size += sections.reduce((sum, section) => sum + section.text.length, 0);
    // Whoever is cancelled in the next file need not come to know this one again.
    if (size < batchSize && why === undefined) continue;
    await flush();
    await nextTurn();
  }
  await flush();
  return { read: present.size + closed.length - unread.length, unread, large };
}

const reader = { module: moduleBeside(import.meta.url, './read.ts'), name: 'readSections' };
/** Until a file counts as one that cannot be read: less than a search may take, as it is then known the next time. */
const timeoutMs = 20_000;
/** Failures that are the file's own. */
const lastingTypes = new Set([unreadable, 'ParsingTimedOut', 'ParsingOutOfMemory']);

interface Sections {
  readonly sections: DocumentSection[];
  /** Why there are none. */
  readonly why?: string;
  /** Whether it will be so until the file changes. */
  readonly lasting: boolean;
}

/** @throws the signal's reason */
async function sectionsOf({ location, label, mostSections }: FoundFile, signal: AbortSignal): Promise<Sections> {
  signal.throwIfAborted();
  try {
    const sections = await runApart<typeof readSections>(reader, location, { source: label, signal, timeoutMs });
    return { sections: sections.slice(0, mostSections), lasting: true };
  } catch (error) {
    signal.throwIfAborted();
    const lasting = error instanceof ApplicationFailure && lastingTypes.has(error.type ?? '');
    const why = error instanceof Error ? error.message : 'its reader does not say why';
    return { sections: [], why: withoutPrefix(why, `${label} cannot be read: `), lasting };
  }
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

interface States {
  readonly present: ReadonlyMap<string, Changed>;
  readonly large: readonly UnreadFile[];
  /** Those that are there and cannot be looked at. */
  readonly closed: readonly UnreadFile[];
}

/** What the disk says of each file; those gone since the walk are left out. */
async function statesOf(found: readonly FoundFile[], signal: AbortSignal): Promise<States> {
  const present = new Map<string, Changed>();
  const large: UnreadFile[] = [];
  const closed: UnreadFile[] = [];
  for (let from = 0; from < found.length; from += 100) {
    signal.throwIfAborted();
    const states = found.slice(from, from + 100).map(async (file) => {
      const { path, label } = file;
      const now = await unlessMissing(stat(file.location)).catch((error: unknown) => {
        closed.push({ path, why: `it cannot be opened (${systemCode(error)})` });
      });
      if (!now) return;
      if (now.size > largest) large.push({ path, why: 'it is larger than 2 MB' });
      else present.set(path, { file, state: { path, label, modified: Math.trunc(now.mtimeMs), size: now.size } });
    });
    await Promise.all(states);
  }
  return { present, large, closed };
}

function same(known: FileState | undefined, state: Changed['state']): boolean {
  return known?.modified === state.modified && known.size === state.size && known.label === state.label;
}
