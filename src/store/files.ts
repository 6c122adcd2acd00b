/** A store in a folder; every process of one machine, or of a shared disk, sees the same. */
import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkedKey, type Store, type StoredObject } from './store.ts';

const unfinished = '.part';

export function fileStore(folder: string): Store {
  const pathOf = (key: string): string => join(folder, ...checkedKey(key).split('/'));
  return {
    async put(key, body) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      await writeWhole(path, body);
    },
    async get(key) {
      return unlessMissing(readFile(pathOf(key)));
    },
    list: (prefix) => walk(folder, '', prefix),
    async delete(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

/** By a name of its own and a rename, so that a reader sees the old object or the new one. */
async function writeWhole(path: string, body: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}${unfinished}`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(body);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function* walk(folder: string, within: string, prefix: string): AsyncGenerator<StoredObject> {
  const entries = (await unlessMissing(readdir(join(folder, within), { withFileTypes: true }))) ?? [];
  for (const entry of entries.toSorted((a, b) => (inKey(a) < inKey(b) ? -1 : 1))) {
    const key = within === '' ? entry.name : `${within}/${entry.name}`;
    if (entry.isDirectory() && (key.startsWith(prefix) || prefix.startsWith(`${key}/`)))
      yield* walk(folder, key, prefix);
    else if (entry.isFile() && key.startsWith(prefix) && !key.endsWith(unfinished)) {
      const found = await unlessMissing(stat(join(folder, key)));
      if (found) yield { key, bytes: found.size, modifiedAt: found.mtimeMs };
    }
  }
}

/** In a key a folder goes on with a slash, which sorts after some characters. */
function inKey(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}

/** Nothing is either no such file, or a folder where a file was asked for, or the other way round. */
const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

async function unlessMissing<R>(work: Promise<R>): Promise<R | undefined> {
  try {
    return await work;
  } catch (error) {
    if (missing.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
