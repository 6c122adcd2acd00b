/** What others of the machine may read of a folder, and who made it while the system lets everyone read new files. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Does `work` as on most machines, where a new file is everyone's to read unless its maker says otherwise. */
export async function underOpenUmask<R>(work: () => Promise<R>): Promise<R> {
  const before = process.umask(0o022);
  try {
    return await work();
  } finally {
    process.umask(before);
  }
}

/** Files and folders at and below `folder` that others than its owner may enter, read or change. */
export function openToOthers(folder: string): string[] {
  const below = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return [folder, ...below].filter((path) => (statSync(path).mode & 0o077) !== 0);
}
