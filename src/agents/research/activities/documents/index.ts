/** Local sources: folders of documents and what npm installed; each search first brings the index up to date. */
import { resolve } from 'node:path';
import type { Passage, Source } from '../sources/source.ts';
import { documentsDatabase } from './database.ts';
import { folderFiles, type FoundFile } from './files.ts';
import { packageCollections, packageFiles, type PackageCollection } from './packages.ts';
import { refresh } from './refresh.ts';
import { searchCollection } from './search.ts';

export interface Documents {
  /** The sources that every installation has. */
  readonly packages: readonly Source[];
  /** A folder as a source, named by the path as it was given. */
  folder(path: string): Source;
}

export function createDocuments(home: string): Documents {
  const database = documentsDatabase(home);
  const inTurn = turns();
  const source = (name: string, collection: string, list: (signal: AbortSignal) => Promise<FoundFile[]>): Source => ({
    name,
    kind: 'local',
    async search(question, { limit, signal }): Promise<Passage[]> {
      signal.throwIfAborted();
      const files = await list(signal);
      await inTurn(collection, () => refresh(database, collection, files, signal));
      return searchCollection(database, { collection, source: name, question, limit });
    },
  });
  const names = Object.keys(packageCollections) as PackageCollection[];
  return {
    packages: names.map((name) => source(name, name, (signal) => packageFiles(name, signal))),
    folder: (path) => source(path, resolve(path), (signal) => folderFiles(resolve(path), signal)),
  };
}

/** Refreshes of one collection run one after the other: the second then finds nothing left to do. */
function turns(): (key: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    last.set(key, mine);
    return mine;
  };
}
