/** Local sources: folders of documents and what npm installed; each search first brings the index up to date. */
import { resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { unreadEntries } from '../../pure/unread.ts';
import type { Passage, Source } from '../sources/source.ts';
import { documentsDatabase } from './database.ts';
import { folderFiles, type Listing, type UnreadFile } from './files.ts';
import { packageCollections, packageFiles, type PackageCollection } from './packages.ts';
import { refresh } from './refresh.ts';
import { searchCollection } from './search.ts';

export interface Documents {
  /** The sources that every installation has. */
  readonly packages: readonly Source[];
  /** A folder as a source, named by the path as it was given unless it has a name. */
  folder(path: string, name?: string): Source;
}

export function createDocuments(home: string): Documents {
  const database = documentsDatabase(home);
  const inTurn = turns();
  const source = (name: string, collection: string, list: (signal: AbortSignal) => Promise<Listing>): Source => ({
    name,
    kind: 'local',
    async search(question, { limit, signal }): Promise<Passage[]> {
      signal.throwIfAborted();
      const { files, unread: closed, ours } = await list(signal);
      const { read, unread, large } = await inTurn(collection, () => refresh(database, collection, files, signal));
      // Of packages, which files are read is a choice of ours, by size too.
      const gaps = [...closed, ...unread, ...(ours === true ? [] : large)];
      if (read === 0) refuseUnread(name, gaps);
      const passages = await searchCollection(database, { collection, source: name, question, limit });
      return [...passages, ...unreadEntries(name, gaps)];
    },
  });
  const names = Object.keys(packageCollections) as PackageCollection[];
  return {
    packages: names.map((name) =>
      source(name, name, async (signal) => ({ files: await packageFiles(name, signal), unread: [], ours: true })),
    ),
    folder: (path, name = path) =>
      source(name, resolve(path), (signal) => folderFiles(resolve(path), signal, name === path ? resolve(path) : name)),
  };
}

/** Where nothing could be read nothing is known: that is no answer. @throws {ApplicationFailure} of type `DocumentsUnread` */
function refuseUnread(name: string, gaps: readonly UnreadFile[]): void {
  const [first] = gaps;
  if (!first) return;
  const others = gaps.length > 1 ? `, and ${gaps.length - 1} more` : '';
  const problem = `No document of ${name} could be read: ${first.path}: ${first.why}${others}`;
  throw ApplicationFailure.nonRetryable(problem, 'DocumentsUnread');
}

/** Refreshes of one collection run one after the other: the second then finds nothing left to do. */
function turns(): <R>(key: string, work: () => Promise<R>) => Promise<R> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    last.set(key, mine);
    return mine;
  };
}
