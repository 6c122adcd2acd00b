/**
 * Who a store is: an object in it, made at its first use, by which processes see whether they share one.
 * The surprising rule: of two who make it at once, both get the one that is there in the end.
 */
import { randomUUID } from 'node:crypto';
import type { Store } from './store.ts';

/** Its key; not of any run. */
export const identityKey = 'identity';

const known = new WeakMap<Store, Promise<string | undefined>>();

/** The store's own id; undefined where it cannot be read and cannot be made, so that nothing rests on it. */
export function storeIdentity(store: Store): Promise<string | undefined> {
  const before = known.get(store);
  if (before) return before;
  const asked = identify(store).catch(() => undefined);
  known.set(store, asked);
  void asked.then((id) => id === undefined && known.delete(store));
  return asked;
}

async function identify(store: Store): Promise<string | undefined> {
  const there = await read(store);
  if (there !== undefined) return there;
  const own = Buffer.from(randomUUID());
  if (store.putNew) await store.putNew(identityKey, own);
  else await store.put(identityKey, own);
  return read(store);
}

async function read(store: Store): Promise<string | undefined> {
  const body = await store.get(identityKey);
  const id = body && Buffer.from(body).toString();
  return id !== undefined && /^[\da-f-]{36}$/.test(id) ? id : undefined;
}

/** What is said where a process has another store than the one that is meant. */
export function notShared(what: string, theirs: string | undefined, own: string | undefined): string {
  const here = own === undefined ? '' : ` (${own})`;
  const remedy = 'give all processes the same FANFOLD_STORE';
  // Nobody has noted which, so what has been taken away looks the same.
  if (theirs === undefined) return `${what} in another store than this process has${here}, or they are gone; ${remedy}`;
  return `${what} in the store ${theirs}, and this process has a different one${here}; ${remedy}`;
}
