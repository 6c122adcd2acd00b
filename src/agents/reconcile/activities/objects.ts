/** Values in the store under the hash of their content: written again by a retry, they are the same object. */
import type { Store } from '../../../store/index.ts';
import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { Stored } from '../pure/types.ts';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

type Folder = 'lines' | 'report';

export async function putBytes(store: Store, folder: Folder, bytes: Uint8Array): Promise<Stored> {
  const hash = sha256(bytes);
  const key = `reconcile/${folder}/${hash}`;
  await store.put(key, bytes);
  return { key, sha256: hash, bytes: bytes.length };
}

/**
 * Whatever was in the store a moment ago may be gone; a run started anew makes it again.
 *
 * @throws {ApplicationFailure} of type `NotInStore` or `DamagedObject`
 */
export async function getBytes(store: Store, key: string, hash: string): Promise<Uint8Array> {
  const bytes = await store.get(key);
  if (!bytes) {
    const advice = 'Do all workers share it? Otherwise start the run anew, with its files';
    throw ApplicationFailure.nonRetryable(`The store has no ${key}. ${advice}`, 'NotInStore');
  }
  if (sha256(bytes) === hash) return bytes;
  throw ApplicationFailure.nonRetryable(
    `${key} in the store is not what was put there; start the run anew`,
    'DamagedObject',
  );
}
