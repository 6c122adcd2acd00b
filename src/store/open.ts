/**
 * The store that the environment names: a folder, or a bucket of S3 or of what speaks its protocol.
 * A bucket is not asked for anything before its first use, so a wrong name is reported then.
 */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileStore } from './files.ts';
import { s3Store } from './s3.ts';
import type { Store } from './store.ts';

/**
 * As `FANFOLD_STORE` says: a path, a `file:` URL, or `s3://bucket/prefix`. Without it, the folder `store` of `home`.
 *
 * @throws {TypeError} for a scheme that is none of these
 * @example const store = openStore('.fanfold');
 */
export function openStore(home: string, environment: NodeJS.ProcessEnv = process.env): Store {
  const given = environment['FANFOLD_STORE']?.trim();
  if (!given) return fileStore(join(home, 'store'));
  // One letter is a drive of Windows.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(given)?.[1]?.toLowerCase();
  if (scheme === undefined) return fileStore(resolve(given));
  if (scheme === 'file') return fileStore(folderOf(given));
  if (scheme === 's3') return s3Store({ ...bucketOf(given), environment });
  throw new TypeError(`FANFOLD_STORE=${given}: '${scheme}:' is no store; ${known}`);
}

const known = 'use a path, a file: URL, or s3://bucket/prefix';

function folderOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new TypeError(`FANFOLD_STORE=${url} names no folder of this machine; ${known}`, { cause: error });
  }
}

function bucketOf(url: string): { bucket: string; prefix: string } {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?#]*))?$/i.exec(url) ?? [];
  if (bucket === undefined) throw new TypeError(`FANFOLD_STORE=${url} names no bucket; ${known}`);
  return { bucket, prefix: prefix.split('/').filter(Boolean).join('/') };
}
