/** JSON as the bytes that lie in the store and travel between threads. */

export function fromJson<R>(bytes: Uint8Array): R {
  return JSON.parse(new TextDecoder().decode(bytes)) as R;
}

/** In memory of its own: small buffers of Node share one, which would travel whole. */
export function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
