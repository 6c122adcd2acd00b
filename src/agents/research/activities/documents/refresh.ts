/** Brings the index of a collection up to date: only files whose time or size changed are read again. */
import { stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { moduleBeside, runApart } from '../../../../activities/index.ts';
import type { Database } from '../../../../store/index.ts';
import { dropFiles, knownFiles, putFiles, type FileState, type IndexedFile } from './database.ts';
import type { FoundFile } from './files.ts';
import type { readSections } from './read.ts';
import type { DocumentSection } from './section.ts';

const largest = 2 * 1024 * 1024;
/** Characters that go into one transaction, so that it is short and others get their turn. */
const batchSize = 150_000;

interface Changed {
  readonly file: FoundFile;
  readonly state: FileState;
}

/** A refresh that was cancelled keeps what it has done: the next goes on from there. @throws the signal's reason */
export async function refresh(
  database: Database,
  collection: string,
  found: readonly FoundFile[],
  signal: AbortSignal,
): Promise<void> {
  const known = await knownFiles(database, collection);
  const present = await statesOf(found, signal);
  const gone = [...known.keys()].filter((path) => !present.has(path));
  if (gone.length > 0) await dropFiles(database, collection, gone);
  let batch: IndexedFile[] = [];
  let size = 0;
  for (const { file, state } of present.values()) {
    if (same(known.get(file.path), state)) continue;
    signal.throwIfAborted();
    const sections = await sectionsOf(file, signal);
    batch.push({ ...state, sections });
    size += sections.reduce((sum, section) => sum + section.text.length, 0);
    if (size < batchSize) continue;
    await putFiles(database, collection, batch);
    batch = [];
    size = 0;
    await nextTurn();
  }
  if (batch.length > 0) await putFiles(database, collection, batch);
}

const reader = { module: moduleBeside(import.meta.url, './read.ts'), name: 'readSections' };
/** Until a file counts as one that cannot be read; a PDF of the largest size takes a few seconds. */
const timeoutMs = 30_000;

/** None where it cannot be read. @throws the signal's reason */
async function sectionsOf(
  { location, label, mostSections }: FoundFile,
  signal: AbortSignal,
): Promise<DocumentSection[]> {
  try {
    const sections = await runApart<typeof readSections>(reader, location, { source: label, signal, timeoutMs });
    return sections.slice(0, mostSections);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/** What the disk says of each file; those gone since the walk and those too large are left out. */
async function statesOf(found: readonly FoundFile[], signal: AbortSignal): Promise<Map<string, Changed>> {
  const present = new Map<string, Changed>();
  for (let from = 0; from < found.length; from += 100) {
    signal.throwIfAborted();
    const states = found.slice(from, from + 100).map(async (file) => {
      const now = await stat(file.location).catch(() => undefined);
      if (!now || now.size > largest) return;
      const { path, label } = file;
      present.set(path, { file, state: { path, label, modified: Math.trunc(now.mtimeMs), size: now.size } });
    });
    await Promise.all(states);
  }
  return present;
}

function same(known: FileState | undefined, state: FileState): boolean {
  return known?.modified === state.modified && known.size === state.size && known.label === state.label;
}
