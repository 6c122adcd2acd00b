/**
 * A store in a folder; every process of one machine, or of a shared disk, sees the same.
 * What is being written is an object of its own until it is whole, so what a crash leaves can be found.
 */
import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode, unlessMissing } from '../core/missing.ts';
import { checkedKey, type Store, type StoredObject } from './store.ts';

/** Of the keys of what is being written. */
export const unfinished = 'unfinished/';

export function fileStore(folder: string): Store {
  const pathOf = (key: string): string => join(folder, ...checkedKey(key).split('/'));
  return {
    async put(key, body) {
      const path = pathOf(key);
      const temporary = join(folder, unfinished, randomUUID());
      try {
        await write(temporary, body);
        await move(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async putNew(key, body) {
      const temporary = join(folder, unfinished, randomUUID());
      try {
        await write(temporary, body);
        await intoFolder(pathOf(key), () => link(temporary, pathOf(key)));
        return true;
      } catch (error) {
        if (systemCode(error) === 'EEXIST') return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async get(key) {
      return unlessMissing(readFile(pathOf(key)));
    },
    list: (prefix) => walk(folder, '', prefix),
    async delete(key) {
      const path = pathOf(key);
      await unlessMissing(unlink(path));
      await removeEmpty(dirname(path), folder);
    },
  };
}

async function write(path: string, body: Uint8Array): Promise<void> {
  await intoFolder(path, async () => {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(body);
    } finally {
      await file.close();
    }
  });
}

/** A rename, so that a reader sees the old object or the new one. */
function move(from: string, to: string): Promise<void> {
  return intoFolder(to, () => rename(from, to));
}

/** The folder is made where it is missing, and once more where another process has just removed it as empty. */
async function intoFolder(path: string, work: () => Promise<void>, tries = 4): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || tries <= 1) throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await intoFolder(path, work, tries - 1);
  }
}

/** Upwards as long as nothing is left, so that what was cleaned costs no listing. */
async function removeEmpty(path: string, top: string): Promise<void> {
  if (path.length <= top.length) return;
  try {
    await rmdir(path);
  } catch {
    return;
  }
  await removeEmpty(dirname(path), top);
}

async function* walk(folder: string, within: string, prefix: string): AsyncGenerator<StoredObject> {
  const entries = (await unlessMissing(readdir(join(folder, within), { withFileTypes: true }))) ?? [];
  const keyOf = (entry: Dirent): string => (within === '' ? entry.name : `${within}/${entry.name}`);
  const wanted = entries.filter((entry) => {
    const key = keyOf(entry);
    return key.startsWith(prefix) || (entry.isDirectory() && prefix.startsWith(`${key}/`));
  });
  for (const entry of wanted.toSorted((a, b) => (inKey(a) < inKey(b) ? -1 : 1))) {
    const key = keyOf(entry);
    if (entry.isDirectory()) yield* walk(folder, key, prefix);
    else if (entry.isFile()) {
      const found = await unlessMissing(stat(join(folder, key)));
      if (found) yield { key, bytes: found.size, modifiedAt: found.mtimeMs };
    }
  }
}

/** In a key a folder goes on with a slash, which sorts after some characters. */
function inKey(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}
