/** The files of a collection: found in a bounded walk, so a folder of any size costs at most so much. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { systemCode, unlessMissing } from '../../../../activities/index.ts';
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

/** A file or folder that is there and was not read. */
export interface UnreadFile {
  readonly path: string;
  /** Why, for a person. */
  readonly why: string;
}

/** The files of a collection, and what of it no file could be taken from. */
export interface Listing {
  readonly files: FoundFile[];
  readonly unread: UnreadFile[];
  /** Whether which files these are was our choice, so that nobody misses those that are too large. @default false */
  readonly ours?: boolean;
}

const mostFiles = 5000;
const deepest = 24;
const skipped = new Set(['node_modules', '.git', 'dist']);
const enter = (name: string): boolean => !skipped.has(name);

export interface WalkOptions {
  readonly accept: (name: string) => boolean;
  readonly enter: (name: string) => boolean;
  readonly most: number;
  readonly deepest: number;
  readonly signal: AbortSignal;
}

/**
 * Every readable file of a user's folder.
 *
 * @param name as which whoever asks knows it
 * @throws {ApplicationFailure} of type `FolderNotFound`
 */
export async function folderFiles(folder: string, signal: AbortSignal, name: string = folder): Promise<Listing> {
  const known = await unlessMissing(stat(folder)).catch(systemCode);
  if (typeof known === 'string' || !known?.isDirectory()) {
    const closed = typeof known === 'string' ? `cannot be opened (${known})` : undefined;
    const problem = closed ?? (known ? 'is not a folder' : 'does not exist');
    throw ApplicationFailure.nonRetryable(`The folder '${name}' ${problem} where the worker runs`, 'FolderNotFound');
  }
  const options = { accept: readable, enter, most: mostFiles, deepest, signal };
  const { files, others, closed, bounded } = await walk(folder, options);
  const pathOf = (location: string): string => relative(folder, location).split(sep).join('/') || '.';
  const unread = closed.map(({ path, why }) => ({ path: `${pathOf(path)}/`, why }));
  unread.push(...otherKinds(others, files.length === 0));
  if (bounded) unread.push({ path: './', why: `only its first ${mostFiles} files, ${deepest} folders deep, are read` });
  return { files: files.map((location) => ({ path: pathOf(location), location, label: pathOf(location) })), unread };
}

/** In place of an ending. */
const links = 'links';

/** Kinds in which people keep what they write, and that are not read: that some are there is said. */
const written = new Set(
  `${links} .doc .docx .odt .rtf .pages .epub .ppt .pptx .odp .key .xls .xlsx .ods .numbers .msg .eml`.split(' '),
);

/** What else is in a folder: documents of kinds that are not read, and where there is nothing else, any file. */
function otherKinds(others: ReadonlyMap<string, number>, isAlone: boolean): UnreadFile[] {
  return [...others]
    .filter(([ending]) => isAlone || written.has(ending))
    .toSorted(([, a], [, b]) => b - a)
    .map(([ending, count]) => {
      const some = count === 1 ? '' : 's';
      if (ending === links) return { path: `${count} link${some}`, why: 'links are not followed' };
      const kind = ending === '' ? 'without an ending' : `of the kind ${ending}`;
      return { path: `${count} file${some} ${kind}`, why: 'files of that kind are not read' };
    });
}

/** Where a walk has been. */
interface Walked {
  readonly files: string[];
  /** How many others there are, by the ends of their names. */
  readonly others: ReadonlyMap<string, number>;
  /** Folders that could not be opened. */
  readonly closed: UnreadFile[];
  /** Whether there was more than it may visit. */
  readonly bounded: boolean;
}

/** Files below a folder, those nearest to its top first. Links are not followed, so a walk always ends. */
export async function walk(folder: string, options: WalkOptions): Promise<Walked> {
  const files: string[] = [];
  const others = new Map<string, number>();
  const closed: UnreadFile[] = [];
  let level = [folder];
  for (let depth = 0; depth < options.deepest && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const current of level) {
      options.signal.throwIfAborted();
      const inside = await entriesOf(current, options);
      files.push(...inside.files);
      next.push(...inside.folders);
      for (const ending of inside.others) others.set(ending, (others.get(ending) ?? 0) + 1);
      if (inside.why !== undefined) closed.push({ path: current, why: inside.why });
      if (files.length > options.most) return { files: files.slice(0, options.most), others, closed, bounded: true };
    }
    level = next;
  }
  return { files, others, closed, bounded: level.length > 0 };
}

interface Entries {
  readonly files: string[];
  readonly folders: string[];
  /** The ends of the names of all other files. */
  readonly others: string[];
  /** Why it could not be opened. */
  readonly why?: string;
}

/** A folder that cannot be opened must not spoil the search of the others. */
async function entriesOf(folder: string, options: WalkOptions): Promise<Entries> {
  const { entries, ...closed } = await opened(folder);
  const all = entries.filter((entry) => entry.isFile());
  const files = all.filter((entry) => options.accept(entry.name));
  const others = [
    ...all.filter((entry) => !options.accept(entry.name)).map(({ name }) => extname(name).toLowerCase()),
    ...entries.filter((entry) => entry.isSymbolicLink()).map(() => links),
  ];
  const folders = entries.filter((entry) => entry.isDirectory() && options.enter(entry.name));
  const located = (found: readonly { readonly name: string }[]): string[] =>
    found.map(({ name }) => join(folder, name));
  return { files: located(files).toSorted(), folders: located(folders).toSorted(), others, ...closed };
}

async function opened(folder: string): Promise<{ entries: Dirent[]; why?: string }> {
  try {
    return { entries: await readdir(folder, { withFileTypes: true }) };
  } catch (error) {
    return { entries: [], why: `it cannot be opened (${systemCode(error)})` };
  }
}
