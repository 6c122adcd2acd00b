/**
 * Ids that say nothing of a task: what the server shows of it where its own id is nobody else's business.
 * The surprising rule: the salt is random and travels in the run's input, which codecs cover; a hash without one would be
 * found by trying names and addresses.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** 32 hexadecimal digits, the same for the same task of the same run. Pure, since workflows need it too. */
export function opaqueId(salt: string, id: string): string {
  return bytesToHex(hmac(sha256, utf8ToBytes(salt), utf8ToBytes(id.toWellFormed()))).slice(0, 32);
}

/** What the server calls a task of a run with this input. */
export function shownIds(input: unknown): (id: string) => string {
  const salt = saltOf(input);
  return salt === undefined ? (id) => id : (id) => opaqueId(salt, id);
}

/** Undefined where ids are shown as they are. */
export function saltOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, 'idSalt')) return undefined;
  const { idSalt } = input as { idSalt?: unknown };
  return typeof idSalt === 'string' && idSalt !== '' ? idSalt : undefined;
}
