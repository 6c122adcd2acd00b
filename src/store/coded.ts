/**
 * A store whose objects pass through the payload codecs of its process, so that where histories are encrypted nothing of a
 * run lies in clear beside them.
 * What a store says of itself is for every process to read, and payloads of histories come encoded.
 */
import { decodeBytes, encodeBytes, type Codecs } from './codecs.ts';
import { identityKey } from './identity.ts';
import { payloads, strayPrefix } from './keys.ts';
import type { Store } from './store.ts';

/** What each wraps, so that a store that passes from hand to hand is encoded once. */
const wrapped = new WeakMap<Store, Store>();

/** @param codecs looked at with every object */
export function codedStore(store: Store, codecs: Codecs): Store {
  const plain = plainStore(store);
  const coded: Store = {
    async put(key, body) {
      await plain.put(key, isPlain(key) ? body : await encodeBytes(codecs, body));
    },
    async get(key) {
      const body = await plain.get(key);
      return body && !isPlain(key) ? decodeBytes(codecs, body, `The object '${key}' of the store`) : body;
    },
    list: (prefix) => plain.list(prefix),
    delete: (key) => plain.delete(key),
    ...(plain.putNew ? { putNew: (key: string, body: Uint8Array) => putNew(plain, codecs, key, body) } : {}),
  };
  wrapped.set(coded, plain);
  return coded;
}

/** The store that is behind, with its bytes as they lie. */
export function plainStore(store: Store): Store {
  return wrapped.get(store) ?? store;
}

async function putNew(plain: Store, codecs: Codecs, key: string, body: Uint8Array): Promise<boolean> {
  const encoded = isPlain(key) ? body : await encodeBytes(codecs, body);
  return (await plain.putNew?.(key, encoded)) ?? false;
}

function isPlain(key: string): boolean {
  return key === identityKey || [payloads, strayPrefix, 'owner/'].some((prefix) => key.startsWith(prefix));
}
