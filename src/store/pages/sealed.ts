/**
 * Objects of text whose last line says what all before it must add up to, so that none is read that is not what was written.
 * Those of earlier versions have no such line and are read as they are.
 */
import { createHash, type Hash } from 'node:crypto';
import { DamagedBytesError } from '../codecs.ts';
import type { Store } from '../store.ts';

/** Enough to tell damage by chance. */
const shortCharacters = 16;
const sumStart = '{"sha256":"';

export interface Sealed {
  readonly bytes: Buffer;
  /** The beginning of its hash. */
  readonly hash: string;
}

export function sealed(text: string): Sealed {
  // Encoded once: the hash of a text would encode it again.
  const bytes = Buffer.from(text);
  const sha256 = hashOf(bytes);
  const end = Buffer.from(`\n${JSON.stringify({ sha256 })}`);
  return { bytes: Buffer.concat([bytes, end]), hash: sha256.slice(0, shortCharacters) };
}

/** A text as it was sealed. */
export interface Unsealed {
  readonly text: string;
  /** The beginning of its hash; absent of what an earlier version has written, and of what lost its last line. */
  readonly hash?: string;
}

/** Undefined where it is not what was written. */
export function unsealed(body: Uint8Array): Unsealed | undefined {
  const all = Buffer.from(body).toString();
  const end = all.lastIndexOf('\n');
  if (!all.startsWith(sumStart, end + 1)) return { text: all };
  const text = all.slice(0, end);
  const sha256 = hashOf(text);
  return all.slice(end + 1) === JSON.stringify({ sha256 })
    ? { text, hash: sha256.slice(0, shortCharacters) }
    : undefined;
}

/** @returns undefined where there is none, `damaged` where what is there is not what was written */
export async function readSealed(store: Store, key: string): Promise<Unsealed | 'damaged' | undefined> {
  try {
    const body = await store.get(key);
    return body && (unsealed(body) ?? 'damaged');
  } catch (error) {
    if (error instanceof DamagedBytesError) return 'damaged';
    throw error;
  }
}

/**
 * As JSON; `damaged` also where it is none.
 *
 * @param hash of what was written, where the reader knows it. @default what has no line at its end is read as of an earlier version
 */
export async function readSealedJson(
  store: Store,
  key: string,
  hash?: string,
): Promise<{ readonly value: unknown } | 'damaged' | undefined> {
  const found = await readSealed(store, key);
  if (found === undefined || found === 'damaged') return found;
  if (hash !== undefined && found.hash !== hash) return 'damaged';
  try {
    return { value: JSON.parse(found.text) as unknown };
  } catch {
    return 'damaged';
  }
}

/** The beginning of a hash of SHA-256, which takes no more bytes then. */
export function shortDigest(hash: Hash): string {
  return hash.digest('hex').slice(0, shortCharacters);
}

/** The beginning of the hash of bytes, as a table has it of each page of items. */
export function shortHash(bytes: Uint8Array | string): string {
  return shortDigest(createHash('sha256').update(bytes));
}

function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
