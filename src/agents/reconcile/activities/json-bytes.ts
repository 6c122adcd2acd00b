/** JSON as the bytes that lie in the store and travel between threads. */

export function fromJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** In memory of its own: small buffers of Node share one, which would travel whole. */
export function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
