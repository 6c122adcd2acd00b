/** JSON as the bytes that lie in the store and travel between threads. */

export function fromJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** In memory of its own: small buffers of Node share one, which would travel whole. */
export function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

const comma = 0x2c;

/** One list of all that lists have, none of which is empty. */
export function joinedJson(lists: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(lists.reduce((bytes, { length }) => bytes + length - 1, 1));
  let at = 0;
  for (const [index, list] of lists.entries()) {
    // Its first bracket takes the place of the last one's second.
    all.set(list, at);
    if (index > 0) all[at] = comma;
    at += list.length - 1;
  }
  return all;
}
