/** By which codes of gRPC a server says that it refuses whoever asks; without the SDK, which most commands end before they load. */

/** PERMISSION_DENIED, UNAUTHENTICATED: as where a key is of no use, or has expired meanwhile. */
export const refusals: ReadonlySet<number> = new Set([7, 16]);
