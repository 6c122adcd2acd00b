/**
 * Where bytes live that are too large for a message between processes: pages of items and results, offloaded payloads.
 * The surprising rule: what is put under a key is there as a whole or not at all, even after a crash.
 */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
}

/**
 * Objects by key: files, S3, or a store of one's own.
 *
 * @example const store: Store = openStore('.fanfold'); await store.put('pages/1', Buffer.from('[]'));
 */
export interface Store {
  /** Writes the whole object; one that has the key is replaced. */
  put(key: string, body: Uint8Array): Promise<void>;
  /** Writes the object where none has the key, even while others do the same; false where one has. Optional for stores of one's own. */
  putNew?(key: string, body: Uint8Array): Promise<boolean>;
  /** Undefined where there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Every object whose key begins with `prefix`, by key. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Nothing happens where there is none. */
  delete(key: string): Promise<void>;
}

const segment = /^[A-Za-z0-9._=@+:%~-]{1,200}$/;

/**
 * A key as it may be used in a path: segments parted by `/`, none of which leads upwards.
 *
 * @throws {TypeError} for any other
 */
export function checkedKey(key: string): string {
  const bad = key.split('/').find((part) => !segment.test(part) || part === '.' || part === '..');
  if (bad === undefined) return key;
  throw new TypeError(`'${key}' is no key of a store: '${bad}' must be 1 to 200 letters, digits or ._=@+:%~-`);
}
