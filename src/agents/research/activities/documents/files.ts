/** The files of a collection: found in a bounded walk, so a folder of any size costs at most so much. */
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { readable } from './read.ts';

/** A file that may be indexed. */
export interface FoundFile {
  /** What a passage's address starts with: its path in the collection. */
  readonly path: string;
  readonly location: string;
  /** What a passage's title starts with. */
  readonly label: string;
  /** Only so many of its sections, the first ones, are kept. */
  readonly mostSections?: number;
}

const mostFiles = 5000;
const skipped = new Set(['node_modules', '.git', 'dist']);
const enter = (name: string): boolean => !skipped.has(name);

export interface WalkOptions {
  readonly accept: (name: string) => boolean;
  readonly enter: (name: string) => boolean;
  readonly most: number;
  readonly deepest: number;
  readonly signal: AbortSignal;
}

/** Every readable file of a user's folder. @throws {ApplicationFailure} of type `FolderNotFound` */
export async function folderFiles(folder: string, signal: AbortSignal): Promise<FoundFile[]> {
  const known = await stat(folder).catch(() => undefined);
  if (!known?.isDirectory()) {
    const problem = known ? 'is not a folder' : 'does not exist';
    throw ApplicationFailure.nonRetryable(`The folder '${folder}' ${problem} where the worker runs`, 'FolderNotFound');
  }
  const locations = await walk(folder, { accept: readable, enter, most: mostFiles, deepest: 24, signal });
  return locations.map((location) => {
    const path = relative(folder, location).split(sep).join('/');
    return { path, location, label: path };
  });
}

/** Files below a folder, those nearest to its top first. Links are not followed, so a walk always ends. */
export async function walk(folder: string, options: WalkOptions): Promise<string[]> {
  const files: string[] = [];
  let level = [folder];
  for (let depth = 0; depth < options.deepest && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const current of level) {
      options.signal.throwIfAborted();
      const inside = await entriesOf(current, options);
      files.push(...inside.files);
      next.push(...inside.folders);
      if (files.length >= options.most) return files.slice(0, options.most);
    }
    level = next;
  }
  return files;
}

/** A folder that cannot be opened counts as empty: one such must not spoil the search of the others. */
async function entriesOf(folder: string, options: WalkOptions): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && options.accept(entry.name));
  const folders = entries.filter((entry) => entry.isDirectory() && options.enter(entry.name));
  const located = (found: readonly { readonly name: string }[]): string[] =>
    found.map(({ name }) => join(folder, name));
  return { files: located(files).toSorted(), folders: located(folders).toSorted() };
}
